/// c = a b, or c += a b with `accumulate`: a is m×k, b is k×n, c is the m×n matrix at `layout` in `c`.
///
/// Entry (i, j) is the sum of a_ip b_pj for p = 0, 1, ..., k-1, in blocks of 256 that are added in order, then added to c_ij with `accumulate`; this order
/// depends on nothing else. So a matrix and its transposed view give the same bits, and so would any number of threads that share out the entries.
/// The sum is off by at most (k + 1) u Σ|a_ip b_pj| for k ≤ 256, u the unit roundoff, and one more u for each further block. m n k multiplications.
///
/// - Precondition: every entry of the three lies within its array.
func multiply<S: Scalar>(_ a: View<S>, _ b: View<S>, into c: inout [S], at layout: Layout, accumulate: Bool = false) {
    let (m, n, k) = (layout.rows, layout.columns, a.layout.columns)
    precondition(
        a.layout.rows == m && b.layout.rows == k && b.layout.columns == n, "the product of \(a.layout) and \(b.layout) in \(layout)")
    precondition(a.layout.fits(a.elements.count) && b.layout.fits(b.elements.count) && layout.fits(c.count), "a matrix outside its array")
    unsafe a.elements.withUnsafeBufferPointer { aElements in
        unsafe b.elements.withUnsafeBufferPointer { bElements in
            unsafe c.withUnsafeMutableBufferPointer { cElements in
                unsafe S.multiplyKernel(
                    Int64(m), Int64(n), Int64(k),
                    aElements.baseAddress?.advanced(by: a.layout.offset), Int64(a.layout.rowStride), Int64(a.layout.columnStride),
                    bElements.baseAddress?.advanced(by: b.layout.offset), Int64(b.layout.rowStride), Int64(b.layout.columnStride),
                    cElements.baseAddress?.advanced(by: layout.offset), Int64(layout.rowStride), Int64(layout.columnStride),
                    accumulate ? 1 : 0)
            }
        }
    }
}

/// `multiply` as a triple loop, by which it is tested.
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
    var sum = [S](repeating: 0, count: a.layout.columns)
    for i in 0..<a.layout.rows {
        for j in 0..<a.layout.columns { sum[j] += a[i, j] }
    }
    return sum
}
