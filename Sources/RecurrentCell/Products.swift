/// c = a b, or c += a b with `accumulate`: a is m×k, b is k×n, c is the m×n matrix at `layout` in `c`.
///
/// Entry (i, j) is the sum of a_ip b_pj for p = 0, 1, ..., k-1 in this order (starting from c_ij with `accumulate`), whatever the strides and whoever computes
/// the entry: so a matrix and its transposed view give the same bits, on any number of threads. The sum is off by at most k u Σ|a_ip b_pj|, u the unit
/// roundoff. m n k multiplications.
func multiply<S: Scalar>(_ a: View<S>, _ b: View<S>, into c: inout [S], at layout: Layout, accumulate: Bool = false) {
    multiplyReference(a, b, into: &c, at: layout, accumulate: accumulate)
}

/// `multiply`, as it is defined.
func multiplyReference<S: Scalar>(_ a: View<S>, _ b: View<S>, into c: inout [S], at layout: Layout, accumulate: Bool = false) {
    for i in 0..<layout.rows {
        for j in 0..<layout.columns {
            var sum = accumulate ? c[layout.index(i, j)] : 0
            for p in 0..<a.layout.columns {
                sum += a[i, p] * b[p, j]
            }
            c[layout.index(i, j)] = sum
        }
    }
}

/// The sum of the rows of `a`, first row first: off by at most m u Σ|a_ij| for m rows.
func sumOfRows<S: Scalar>(_ a: View<S>) -> [S] {
    (0..<a.layout.columns).map { j in
        (0..<a.layout.rows).reduce(0) { sum, i in sum + a[i, j] }
    }
}
