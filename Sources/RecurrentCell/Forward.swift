/// What `forward` returns, each N×H (row convention).
package struct ForwardResult<S: Scalar>: Equatable, Sendable {
    /// The hidden state, f(o_t).
    package var h_t: Matrix<S>
    /// The pre-activation.
    package var o_t: Matrix<S>
    /// f′(o_t), entry by entry.
    package var dh_do: Matrix<S>
}

extension Cell {
    /// o_t = h_prev W_h + x_t W_x + b and h_t = f(o_t). Cost: 2 N H (D + H) operations.
    ///
    /// - Throws: `InputError` for the member whose shape does not fit the others'.
    @specialized(where S == Double)
    @specialized(where S == Float)
    package func forward<S: Scalar>(_ inputs: CellInputs<S>) throws(InputError) -> ForwardResult<S> {
        let extents = try extents(of: inputs)
        let o = preactivation(InputViews(inputs, extents, convention))
        let (value, derivative) = activation.valueAndDerivative(at: o)
        let (n, h) = (extents.samples, extents.units)
        return ForwardResult(
            h_t: convention.matrix(value, rows: n, columns: h),
            o_t: convention.matrix(o, rows: n, columns: h),
            dh_do: convention.matrix(derivative, rows: n, columns: h))
    }

    /// o_t in the caller's layout. Each entry is summed in this order: b, then h_prev W_h, then x_t W_x; the error is at most
    /// (r(H) + r(D)) u Σ|terms|, r as in `multiply`.
    func preactivation<S: Scalar>(_ views: InputViews<S>) -> [S] {
        let layout = views.h_prev.layout
        var o = broadcast(views.b, layout)
        multiply(views.h_prev, views.W_h, into: &o, at: layout, accumulate: true, team: team)
        multiply(views.x_t, views.W_x, into: &o, at: layout, accumulate: true, team: team)
        return o
    }
}
