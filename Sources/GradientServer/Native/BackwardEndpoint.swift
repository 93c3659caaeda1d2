import RecurrentCell

/// `POST /backward`: the gradients of one step.
enum BackwardEndpoint: CellEndpoint {
    static let required = CellRequest.inputs + ["dh"]
    static let optional = CellRequest.cellOptions + ["h_t", "outputs"]

    static func reply<S: WireScalar>(
        _ request: CellRequest, as scalar: S.Type, _ execution: inout Execution
    ) throws(Problem) -> [[UInt8]] {
        let cell = try request.cell(team: execution.team)
        let outputs = try request.outputs(among: Outputs.names, default: .gradients)
        let inputs: StepInputs<S> = try request.stepInputs(cell.convention)
        let dh: Samples<S> = try request.states("dh", of: inputs, cell.convention)
        let h_t: Samples<S>? = try request.has("h_t") ? request.states("h_t", of: inputs, cell.convention) : nil
        execution.extents = inputs.extents(cell.convention)
        execution.end(.decode)

        let gradients = try Problem.translating { () throws(InputError) in
            try cell.backward(inputs.values, dh: dh.matrix, h_t: h_t?.matrix, outputs: outputs)
        }
        execution.end(.compute)

        var reply = CellReply(numbers: inputs.values.count, team: execution.team)
        reply.add(gradients, like: inputs, isSingleResult: dh.isSingle)
        return reply.finish()
    }
}
