import RecurrentCell

/// `POST /forward`: the state after one step.
enum ForwardEndpoint: CellEndpoint {
    static let required = CellRequest.inputs
    static let optional = CellRequest.cellOptions + ["outputs"]

    static func reply<S: WireScalar>(
        _ request: CellRequest, as scalar: S.Type, _ execution: inout Execution
    ) throws(Problem) -> [[UInt8]] {
        let cell = try request.cell(team: execution.team)
        let outputs = try request.words("outputs", among: ["h_t", "o_t", "dh_do"]) ?? ["h_t"]
        let inputs: StepInputs<S> = try request.stepInputs(cell.convention)
        execution.extents = inputs.extents(cell.convention)
        execution.end(.decode)

        let result = try Problem.translating { () throws(InputError) in try cell.forward(inputs.values) }
        execution.end(.compute)

        var reply = CellReply(numbers: outputs.count * result.h_t.elements.count, team: execution.team)
        for (name, matrix) in [("h_t", result.h_t), ("o_t", result.o_t), ("dh_do", result.dh_do)] where outputs.contains(name) {
            reply.add(name, matrix, isSingle: inputs.isSingleState)
        }
        return reply.finish()
    }
}
