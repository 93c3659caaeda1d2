import Derivation
import RecurrentCell
import TensorText

/// In what form an explanation is given.
package enum ExplanationFormat: String, CaseIterable, Sendable {
    case json, text, markdown, html

    /// The media type to ask for.
    package var mediaType: String {
        switch self {
        case .json: "application/json"
        case .text: "text/plain; charset=utf-8"
        case .markdown: "text/markdown; charset=utf-8"
        case .html: "text/html; charset=utf-8"
        }
    }
}

/// `POST /explain`: how the gradients that `/backward` gives to the same request come about, step by step.
enum ExplainEndpoint {
    static func reply(_ body: [UInt8], as format: ExplanationFormat, _ execution: inout Execution) throws(Problem) -> [[UInt8]] {
        let request = try CellRequest(body, required: BackwardEndpoint.required, optional: BackwardEndpoint.optional)
        return switch try request.choice("dtype", default: Precision.float64) {
        case .float64: try reply(request, as: Double.self, format, &execution)
        case .float32: try reply(request, as: Float.self, format, &execution)
        }
    }

    private static func reply<S: WireScalar>(
        _ request: CellRequest, as scalar: S.Type, _ format: ExplanationFormat, _ execution: inout Execution
    ) throws(Problem) -> [[UInt8]] {
        let cell = try request.cell(team: execution.team)
        let outputs = try request.outputs(among: Outputs.names, default: .gradients)
        let inputs: StepInputs<S> = try request.stepInputs(cell.convention)
        let dh: Samples<S> = try request.states("dh", of: inputs, cell.convention)
        let h_t: Samples<S>? = try request.has("h_t") ? request.states("h_t", of: inputs, cell.convention) : nil
        execution.extents = inputs.extents(cell.convention)
        execution.end(.decode)

        let explanation = try Problem.translating { () throws(InputError) in
            try StepExplanation(cell, inputs.values, dh: dh.matrix, h_t: h_t?.matrix, outputs: outputs)
        }
        execution.end(.compute)

        switch format {
        case .json: return [explanation.json(like: inputs, isSingleResult: dh.isSingle)]
        case .text: return [Array(explanation.derivation.plainText(explanation.values).utf8)]
        case .markdown: return [Array(explanation.derivation.markdown(explanation.values).utf8)]
        case .html: return [Array(explanation.derivation.html(explanation.values).utf8)]
        }
    }
}
