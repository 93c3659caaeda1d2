import RecurrentCell

/// `POST /jvp`: how fast h_t moves when the inputs move along the tangents.
enum JacobianVectorProductEndpoint: CellEndpoint {
    static let required = CellRequest.inputs + ["tangents"]
    static let optional = CellRequest.cellOptions

    static func reply<S: WireScalar>(
        _ request: CellRequest, as scalar: S.Type, _ execution: inout Execution
    ) throws(Problem) -> [[UInt8]] {
        let cell = try request.cell(team: execution.team)
        let inputs: StepInputs<S> = try request.stepInputs(cell.convention)
        let tangents = try request.tangents(like: inputs, cell.convention)
        execution.extents = inputs.extents(cell.convention)
        execution.end(.decode)

        let tangent = try Problem.translating { () throws(InputError) in
            try cell.jacobianVectorProduct(inputs.values, tangents: tangents)
        }
        execution.end(.compute)

        var reply = CellReply(numbers: tangent.elements.count, team: execution.team)
        reply.add("tangent", tangent, isSingle: inputs.isSingleState)
        return reply.finish()
    }
}

/// `POST /hvp`: how fast the gradients of ⟨dh, h_t⟩ move when the inputs move along the tangents.
enum HessianVectorProductEndpoint: CellEndpoint {
    static let required = CellRequest.inputs + ["dh", "tangents"]
    static let optional = CellRequest.cellOptions + ["outputs"]

    static func reply<S: WireScalar>(
        _ request: CellRequest, as scalar: S.Type, _ execution: inout Execution
    ) throws(Problem) -> [[UInt8]] {
        let cell = try request.cell(team: execution.team)
        let known = Outputs.names.filter { Outputs.gradients.contains($0.output) }
        let outputs = try request.outputs(among: known, default: .gradients)
        let inputs: StepInputs<S> = try request.stepInputs(cell.convention)
        let dh: Samples<S> = try request.states("dh", of: inputs, cell.convention)
        let tangents = try request.tangents(like: inputs, cell.convention)
        execution.extents = inputs.extents(cell.convention)
        execution.end(.decode)

        let products = try Problem.translating { () throws(InputError) in
            try cell.hessianVectorProduct(inputs.values, dh: dh.matrix, tangents: tangents, outputs: outputs)
        }
        execution.end(.compute)

        var reply = CellReply(numbers: inputs.values.count, team: execution.team)
        reply.add(products, like: inputs, isSingleResult: dh.isSingle)
        return reply.finish()
    }
}

extension CellRequest {
    /// The member `tangents`: an object with a tangent, in the shape of its input, for some of the five inputs.
    func tangents<S: WireScalar>(like inputs: StepInputs<S>, _ convention: Convention) throws(Problem) -> CellTangents<S> {
        let request = try nested("tangents", optional: Self.inputs)
        var tangents = CellTangents<S>()
        if request.has("x_t") {
            let entries = convention == .row ? inputs.values.x_t.columns : inputs.values.x_t.rows
            tangents.x_t = try request.samples("x_t", entries: entries, convention).matrix
        }
        if request.has("h_prev") { tangents.h_prev = try request.states("h_prev", of: inputs, convention).matrix }
        if request.has("W_x") { tangents.W_x = try request.matrix("W_x", columns: inputs.values.W_x.columns) }
        if request.has("W_h") { tangents.W_h = try request.matrix("W_h", columns: inputs.values.W_h.columns) }
        if request.has("b") { tangents.b = try request.vector("b") }
        return tangents
    }
}
