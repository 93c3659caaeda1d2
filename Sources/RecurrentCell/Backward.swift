// The gradients of a scalar L that depends on h_t = f(o_t), o_t = h_prev W_h + x_t W_x + b, given dh = ∂L/∂h_t.
//
// Shapes (row convention; a sample is a row)
//
//     x_t, dx_t  N×D      h_prev, dh_prev, h_t, dh, o_t, do_t  N×H      W_x, dW_x  D×H      W_h, dW_h  H×H      b, db  H
//
// A gradient has the shape of what it is the gradient of: dX means ∂L/∂X, entry by entry. Each backward line stands under its forward line:
//
//     h_t = f(o_t)
//     do_t = dh ⊙ f′(o_t)         f acts on each entry alone, so its Jacobian is diagonal and the chain rule is an entrywise (Hadamard) product
//
//     o_t = x_t W_x + ...
//     dx_t = do_t W_xᵀ            x_nd reaches o_nj through W_dj for every j: Σ_j do_nj W_dj, so W is summed over its second index: W stands transposed, behind
//     dW_x = x_tᵀ do_t            W_dj reaches o_nj through x_nd for every n: Σ_n x_nd do_nj, so x is summed over its first index: x stands transposed, in front
//
//     o_t = h_prev W_h + ...
//     dh_prev = do_t W_hᵀ         the same two lines; what flowed forward through W_h flows back through W_hᵀ
//     dW_h = h_prevᵀ do_t
//
//     o_t = ... + b               b is added to every row,
//     db = Σ_n do_n               so its gradient is the sum of the rows
//
// There is only one order of factors in which the shapes fit, which is how to check a line: dW_x is D×H, from N×D and N×H, so (D×N)(N×H).
// In the column convention every matrix is the transpose of the one here; the caller's arrays are then read through transposed views and nothing else changes.
extension Cell {
    /// The gradients above, those of `outputs`, each in the caller's convention.
    ///
    /// f′ is taken at o_t. If `h_t` is given, f′ comes from it and the forward products are skipped: 4 N H (D + H) operations instead of 6 N H (D + H), at the
    /// price of accuracy where f saturates (`Activation.derivative(atOutput:)`).
    ///
    /// NaN and ±∞ in the inputs propagate as the products say. Sums run in a fixed order: the same inputs give the same bits.
    ///
    /// - Parameters:
    ///   - dh: ∂L/∂h_t, N×H.
    ///   - h_t: the result of the forward pass, N×H, if at hand.
    /// - Throws: `InputError` for the member whose shape does not fit the others', or for an `h_t` that does not determine f′.
    @specialized(where S == Double)
    @specialized(where S == Float)
    package func backward<S: Scalar>(
        _ inputs: CellInputs<S>, dh: Matrix<S>, h_t: Matrix<S>? = nil, outputs: Outputs = .gradients
    ) throws(InputError) -> Gradients<S> {
        let extents = try extents(of: inputs, dh: dh, h_t: h_t)
        let (n, h) = (extents.samples, extents.units)
        let views = InputViews(inputs, extents, convention)

        let value: [S]
        let derivative: [S]
        if let h_t {
            try requireDerivativeFromOutput()
            (value, derivative) = (h_t.elements, activation.derivative(atOutput: h_t.elements))
        } else {
            (value, derivative) = activation.valueAndDerivative(at: preactivation(views))
        }
        let do_t = hadamard(derivative, dh.elements)

        var gradients = Gradients<S>()
        if outputs.contains(.h_t) { gradients.h_t = convention.matrix(value, rows: n, columns: h) }
        if outputs.contains(.do_t) { gradients.do_t = convention.matrix(do_t, rows: n, columns: h) }
        let gradient = View(do_t, views.h_prev.layout)
        if outputs.contains(.dx_t) { gradients.dx_t = product(gradient, views.W_x.transposed) }
        if outputs.contains(.dh_prev) { gradients.dh_prev = product(gradient, views.W_h.transposed) }
        if outputs.contains(.dW_x) { gradients.dW_x = product(views.x_t.transposed, gradient) }
        if outputs.contains(.dW_h) { gradients.dW_h = product(views.h_prev.transposed, gradient) }
        if outputs.contains(.db) { gradients.db = sumOfRows(gradient) }
        return gradients
    }
}
