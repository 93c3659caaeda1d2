import RecurrentCell

/// `POST /backward/sequence`: the gradients of a whole recurrence, by backpropagation through time.
enum SequenceEndpoint: CellEndpoint {
    static let required = ["x", "h_0", "W_x", "W_h", "b", "dh"]
    static let optional = CellRequest.cellOptions + ["layout", "lengths", "bptt_steps", "outputs"]

    private static let results = ["dx", "dh_0", "dW_x", "dW_h", "db", "h"]

    static func reply<S: WireScalar>(
        _ request: CellRequest, as scalar: S.Type, _ execution: inout Execution
    ) throws(Problem) -> [[UInt8]] {
        let cell = try request.cell(team: execution.team)
        let order = try request.choice("layout", default: SequenceOrder.batchFirst)
        let outputs = try request.words("outputs", among: results) ?? results
        let weights: Weights<S> = try request.weights(cell.convention)
        let x: Sequences<S> = try request.sequences("x", width: weights.inputs, order)
        let h_0: Samples<S> = try request.samples("h_0", entries: weights.units, cell.convention)
        let dh: Sequences<S> = try request.sequences("dh", width: weights.units, order)
        let inputs = SequenceInputs(
            x: x, h_0: h_0.matrix, W_x: weights.W_x, W_h: weights.W_h, b: weights.b,
            lengths: try request.integers("lengths", in: 0...x.steps))
        let truncation = try request.integer("bptt_steps", in: 1...Int.max)
        execution.extents = Extents(samples: x.samples, inputs: weights.inputs, units: weights.units)
        execution.end(.decode)

        let gradients = try Problem.translating { () throws(InputError) in
            try cell.backwardThroughTime(inputs, dh: dh, truncation: truncation)
        }
        execution.end(.compute)

        var reply = CellReply(numbers: x.elements.count + dh.elements.count + weights.count, team: execution.team)
        if outputs.contains("dx") { reply.add("dx", shape: gradients.dx.shape, gradients.dx.elements) }
        if outputs.contains("dh_0") { reply.add("dh_0", gradients.dh_0, isSingle: h_0.isSingle) }
        if outputs.contains("dW_x") { reply.add("dW_x", gradients.dW_x) }
        if outputs.contains("dW_h") { reply.add("dW_h", gradients.dW_h) }
        if outputs.contains("db") { reply.add("db", gradients.db) }
        if outputs.contains("h") { reply.add("h", shape: gradients.h.shape, gradients.h.elements) }
        return reply.finish()
    }
}
