extension Cell {
    /// The Hessian of ⟨dh, h_t⟩ in the five inputs, times the direction `tangents`: the rate of change of `backward`'s gradients (dh held fixed) when the
    /// inputs move. Exact, not a difference. Each line below is `backward`'s line by the product rule:
    ///
    ///     do_t = dh ⊙ f′(o_t)
    ///     ḋo_t = dh ⊙ (f″(o_t) ⊙ ȯ_t)                            ȯ_t as in `jacobianVectorProduct`
    ///
    ///     dx_t = do_t W_xᵀ
    ///     ḋx_t = ḋo_t W_xᵀ + do_t Ẇ_xᵀ                           dh_prev likewise
    ///
    ///     dW_x = x_tᵀ do_t
    ///     ḋW_x = x_tᵀ ḋo_t + ẋ_tᵀ do_t                           dW_h likewise
    ///
    ///     db = Σ_n do_n
    ///     ḋb = Σ_n ḋo_n
    ///
    /// - Parameters:
    ///   - dh: the weights of the entries of h_t, N×H.
    ///   - outputs: the components to return, each in the shape of its input; `h_t` stands for ḣ_t here, `do_t` for ḋo_t.
    /// - Throws: `InputError` for the member whose shape does not fit the others'.
    @specialized(where S == Double)
    @specialized(where S == Float)
    package func hessianVectorProduct<S: Scalar>(
        _ inputs: CellInputs<S>, dh: Matrix<S>, tangents: CellTangents<S>, outputs: Outputs = .gradients
    ) throws(InputError) -> Gradients<S> {
        let extents = try extents(of: inputs, dh: dh, tangents: members(tangents))
        let (n, h) = (extents.samples, extents.units)
        let views = InputViews(inputs, extents, convention)

        let (derivative, secondDerivative) = activation.derivatives(at: preactivation(views))
        let rate = preactivationTangent(views, tangents)
        let gradient = View(hadamard(dh.elements, derivative), views.h_prev.layout)
        let moved = View(hadamard(dh.elements, hadamard(secondDerivative, rate)), gradient.layout)

        var products = Gradients<S>()
        if outputs.contains(.h_t) { products.h_t = convention.matrix(hadamard(derivative, rate), rows: n, columns: h) }
        if outputs.contains(.do_t) { products.do_t = convention.matrix(moved.elements, rows: n, columns: h) }
        if outputs.contains(.dx_t) {
            let W_x = views.tangent(tangents.W_x, of: views.W_x)
            products.dx_t = product(moved, views.W_x.transposed, plus: W_x.map { (gradient, $0.transposed) })
        }
        if outputs.contains(.dh_prev) {
            let W_h = views.tangent(tangents.W_h, of: views.W_h)
            products.dh_prev = product(moved, views.W_h.transposed, plus: W_h.map { (gradient, $0.transposed) })
        }
        if outputs.contains(.dW_x) {
            let x_t = views.tangent(tangents.x_t, of: views.x_t)
            products.dW_x = product(views.x_t.transposed, moved, plus: x_t.map { ($0.transposed, gradient) })
        }
        if outputs.contains(.dW_h) {
            let h_prev = views.tangent(tangents.h_prev, of: views.h_prev)
            products.dW_h = product(views.h_prev.transposed, moved, plus: h_prev.map { ($0.transposed, gradient) })
        }
        if outputs.contains(.db) { products.db = sumOfRows(moved) }
        return products
    }
}
