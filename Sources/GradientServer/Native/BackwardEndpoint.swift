import RecurrentCell
import TensorText
import Transport

/// `POST /backward`: the gradients of one step, by one document in and one out.
package enum BackwardEndpoint {
    private static let required = CellRequest.inputs + ["dh"]
    private static let optional = ["h_t", "convention", "activation", "dtype", "outputs"]

    /// The reply to a request's body, as the service gives it.
    package static func reply(_ body: [UInt8]) throws(Problem) -> [UInt8] {
        var timeline = Timeline(from: .now)
        return try reply(body, &timeline)
    }

    static func reply(_ body: [UInt8], _ timeline: inout Timeline) throws(Problem) -> [UInt8] {
        let request = try CellRequest(body, required: required, optional: optional)
        return switch try request.choice("dtype", default: Precision.float64) {
        case .float64: try reply(request, as: Double.self, &timeline)
        case .float32: try reply(request, as: Float.self, &timeline)
        }
    }

    private static func reply<S: WireScalar>(
        _ request: CellRequest, as scalar: S.Type, _ timeline: inout Timeline
    ) throws(Problem) -> [UInt8] {
        let cell = try request.cell()
        let outputs = try request.outputs()
        let inputs: StepInputs<S> = try request.stepInputs(cell.convention)
        let dh: Samples<S> = try request.samples("dh", entries: inputs.values.b.count, cell.convention)
        let h_t: Samples<S>? =
            try request.value("h_t") == nil ? nil : request.samples("h_t", entries: inputs.values.b.count, cell.convention)
        timeline.end("decode")

        let gradients = try Problem.translating { () throws(InputError) in
            try cell.backward(inputs.values, dh: dh.matrix, h_t: h_t?.matrix, outputs: outputs)
        }
        timeline.end("compute")

        var reply = CellReply(numbers: inputs.values.count)
        reply.add("dx_t", gradients.dx_t, isSingle: inputs.isSingleInput)
        reply.add("dh_prev", gradients.dh_prev, isSingle: inputs.isSingleState)
        reply.add("dW_x", gradients.dW_x)
        reply.add("dW_h", gradients.dW_h)
        reply.add("db", gradients.db)
        reply.add("h_t", gradients.h_t, isSingle: dh.isSingle)
        reply.add("do_t", gradients.do_t, isSingle: dh.isSingle)
        return reply.finish()
    }
}
