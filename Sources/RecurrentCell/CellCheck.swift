extension Cell {
    /// The extents of a cell, after a check of each input against the others. No shape is checked anywhere else: whoever has `Extents` may index.
    ///
    /// - Parameters dh, h_t, tangents: further arrays that must agree with the inputs.
    func extents<S: Scalar>(
        of inputs: CellInputs<S>, dh: Matrix<S>? = nil, h_t: Matrix<S>? = nil, tangents: [Member?] = []
    ) throws(InputError) -> Extents {
        // In order of trust, which decides ties.
        let members: [Member?] =
            [
                member("x_t", inputs.x_t, .samples, .inputs),
                Member("b", (.units, inputs.b.count)),
                member("W_h", inputs.W_h, .units, .units),
                member("h_prev", inputs.h_prev, .samples, .units),
                member("W_x", inputs.W_x, .inputs, .units),
                member("dh", dh, .samples, .units),
                member("h_t", h_t, .samples, .units),
            ] + tangents
        let extents = try RecurrentCell.extents(of: members)
        return Extents(samples: extents[.samples] ?? 0, inputs: extents[.inputs] ?? 0, units: extents[.units] ?? 0)
    }

    /// - Throws: if the caller gives h_t and this activation's derivative can't be read off it.
    func requireDerivativeFromOutput() throws(InputError) {
        guard !activation.isDeterminedByOutput else { return }
        throw InputError(
            field: "h_t",
            detail:
                "h_t can't stand in for the forward pass of \(activation.rawValue), which takes one value at several o_t; leave h_t out.")
    }

    /// A matrix of the caller, if there is one, as something to check.
    ///
    /// - Parameters rows, columns: what they count in the row convention.
    func member<S: Scalar>(_ name: String, _ matrix: Matrix<S>?, _ rows: Axis, _ columns: Axis) -> Member? {
        guard let matrix else { return nil }
        let (first, second) = convention == .row ? (rows, columns) : (columns, rows)
        return Member(name, (first, matrix.rows), (second, matrix.columns))
    }
}

/// The inputs in the row convention: the four matrices as views.
struct InputViews<S: Scalar> {
    var x_t: View<S>
    var h_prev: View<S>
    var W_x: View<S>
    var W_h: View<S>
    var b: [S]

    init(_ inputs: CellInputs<S>, _ extents: Extents, _ convention: Convention) {
        let (n, d, h) = (extents.samples, extents.inputs, extents.units)
        x_t = View(inputs.x_t.elements, convention.layout(rows: n, columns: d))
        h_prev = View(inputs.h_prev.elements, convention.layout(rows: n, columns: h))
        W_x = View(inputs.W_x.elements, convention.layout(rows: d, columns: h))
        W_h = View(inputs.W_h.elements, convention.layout(rows: h, columns: h))
        b = inputs.b
    }
}
