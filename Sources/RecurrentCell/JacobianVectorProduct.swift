/// A direction in which inputs move: each in the shape of its input; nil for one that stays where it is.
package struct CellTangents<S: Scalar>: Sendable {
    package var x_t: Matrix<S>?
    package var h_prev: Matrix<S>?
    package var W_x: Matrix<S>?
    package var W_h: Matrix<S>?
    package var b: [S]?

    package init(x_t: Matrix<S>? = nil, h_prev: Matrix<S>? = nil, W_x: Matrix<S>? = nil, W_h: Matrix<S>? = nil, b: [S]? = nil) {
        self.x_t = x_t
        self.h_prev = h_prev
        self.W_x = W_x
        self.W_h = W_h
        self.b = b
    }
}

extension Cell {
    /// How fast h_t moves when the inputs move along `tangents`: N×H. With a dot for the rate of change, the product rule gives
    ///
    ///     o_t = h_prev W_h + x_t W_x + b
    ///     ȯ_t = ḣ_prev W_h + h_prev Ẇ_h + ẋ_t W_x + x_t Ẇ_x + ḃ
    ///
    ///     h_t = f(o_t)
    ///     ḣ_t = f′(o_t) ⊙ ȯ_t
    ///
    /// `backward` is its transpose: ⟨dh, ḣ_t⟩ = ⟨dx_t, ẋ_t⟩ + ⟨dh_prev, ḣ_prev⟩ + ... for all dh and all tangents.
    ///
    /// - Throws: `InputError` for the member whose shape does not fit the others'; a tangent is called "tangents.x_t".
    @specialized(where S == Double)
    @specialized(where S == Float)
    package func jacobianVectorProduct<S: Scalar>(_ inputs: CellInputs<S>, tangents: CellTangents<S>) throws(InputError) -> Matrix<S> {
        let extents = try extents(of: inputs, tangents: members(tangents))
        let views = InputViews(inputs, extents, convention)
        let (_, derivative) = activation.valueAndDerivative(at: preactivation(views))
        let tangent = hadamard(derivative, preactivationTangent(views, tangents))
        return convention.matrix(tangent, rows: extents.samples, columns: extents.units)
    }

    /// ȯ_t in the caller's layout.
    func preactivationTangent<S: Scalar>(_ views: InputViews<S>, _ tangents: CellTangents<S>) -> [S] {
        let layout = views.h_prev.layout
        var tangent = broadcast(tangents.b ?? [S](zeros: layout.columns), layout)
        if let h_prev = views.tangent(tangents.h_prev, of: views.h_prev) {
            multiply(h_prev, views.W_h, into: &tangent, at: layout, accumulate: true, team: team)
        }
        if let W_h = views.tangent(tangents.W_h, of: views.W_h) {
            multiply(views.h_prev, W_h, into: &tangent, at: layout, accumulate: true, team: team)
        }
        if let x_t = views.tangent(tangents.x_t, of: views.x_t) {
            multiply(x_t, views.W_x, into: &tangent, at: layout, accumulate: true, team: team)
        }
        if let W_x = views.tangent(tangents.W_x, of: views.W_x) {
            multiply(views.x_t, W_x, into: &tangent, at: layout, accumulate: true, team: team)
        }
        return tangent
    }

    /// The tangents as something to check.
    func members<S: Scalar>(_ tangents: CellTangents<S>) -> [Member?] {
        [
            member("tangents.x_t", tangents.x_t, .samples, .inputs),
            tangents.b.map { Member("tangents.b", (.units, $0.count)) },
            member("tangents.W_h", tangents.W_h, .units, .units),
            member("tangents.h_prev", tangents.h_prev, .samples, .units),
            member("tangents.W_x", tangents.W_x, .inputs, .units),
        ]
    }
}

extension InputViews {
    /// The tangent of an input, which lies as the input itself does.
    func tangent(_ tangent: Matrix<S>?, of input: View<S>) -> View<S>? {
        tangent.map { View($0.elements, input.layout) }
    }
}
