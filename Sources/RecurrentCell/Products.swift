import Threads

/// c = a b, or c += a b with `accumulate`: a is m×k, b is k×n, c is the m×n matrix at `layout` in `c`.
///
/// Entry (i, j) is the sum of a_ip b_pj for p = 0, 1, ..., k-1, in blocks of 256 that are added in order, to c_ij with `accumulate`; this order depends on
/// nothing else. So a matrix and its transposed view give the same bits, and so does any number of threads that share out the entries.
/// No term is rounded more than r(k) = min(k, 256) + ⌈k / 256⌉ times on its way into the sum, which is therefore off by at most r(k) u Σ|terms| to first order
/// in u, the unit roundoff; one after another, 10⁵ terms would be rounded 10⁵ times, so they 647 times. m n k multiplications.
///
/// - Precondition: every entry of the three lies within its array.
func multiply<S: Scalar>(
    _ a: View<S>, _ b: View<S>, into c: inout [S], at layout: Layout, accumulate: Bool = false, team: Team
) {
    unsafe c.withUnsafeMutableBufferPointer { unsafe multiply(a, b, into: $0, at: layout, accumulate: accumulate, team: team) }
}

/// a b in an array of its own, laid out as `layout` says: dense, so that every entry is written and none needs to be zero before, which would
/// take a twentieth of the time of a large product and be done by one thread alone.
func multiply<S: Scalar>(_ a: View<S>, _ b: View<S>, at layout: Layout, team: Team) -> [S] {
    let count = layout.rows * layout.columns
    var c: [S] = []
    c.append(addingCapacity: count) { entries in
        unsafe entries.withUnsafeMutableBufferPointer { buffer, initializedCount in
            unsafe multiply(a, b, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]), at: layout, accumulate: false, team: team)
            initializedCount = count
        }
    }
    return c
}

/// The same into memory that holds c, or nothing yet where nothing is added to.
private func multiply<S: Scalar>(
    _ a: View<S>, _ b: View<S>, into c: UnsafeMutableBufferPointer<S>, at layout: Layout, accumulate: Bool, team: Team
) {
    let (m, n, k) = (layout.rows, layout.columns, a.layout.columns)
    precondition(
        a.layout.rows == m && b.layout.rows == k && b.layout.columns == n, "the product of \(a.layout) and \(b.layout) in \(layout)")
    precondition(a.layout.fits(a.elements.count) && b.layout.fits(b.elements.count) && layout.fits(c.count), "a matrix outside its array")
    let parts = m * n * k < worthSharing ? 1 : max(1, min(team.size, n))
    unsafe a.elements.withUnsafeBufferPointer { aElements in
        unsafe b.elements.withUnsafeBufferPointer { bElements in
            let product = unsafe Product(
                a: aElements.baseAddress, a.layout, b: bElements.baseAddress, b.layout, c: c.baseAddress, layout, accumulate: accumulate)
            guard parts > 1 else { return product.compute(columns: 0..<n) }
            team.share(parts) { part in
                product.compute(columns: n * part / parts..<n * (part + 1) / parts)
            }
        }
    }
}

/// Multiplications from which it pays to share them out: some 10 µs of them.
private let worthSharing = 256 << 10

/// The operands of a product where they lie in memory.
///
/// `@unchecked Sendable`: a and b are only read, and no two threads compute the same columns of c.
@safe private struct Product<S: Scalar>: @unchecked Sendable {
    let a: UnsafePointer<S>?
    let aLayout: Layout
    let b: UnsafePointer<S>?
    let bLayout: Layout
    let c: UnsafeMutablePointer<S>?
    let cLayout: Layout
    let accumulate: Bool

    init(
        a: UnsafePointer<S>?, _ aLayout: Layout, b: UnsafePointer<S>?, _ bLayout: Layout, c: UnsafeMutablePointer<S>?, _ cLayout: Layout,
        accumulate: Bool
    ) {
        unsafe (self.a, self.b, self.c) = (a, b, c)
        (self.aLayout, self.bLayout, self.cLayout) = (aLayout, bLayout, cLayout)
        self.accumulate = accumulate
    }

    /// Computes some columns of c. They depend on the same columns of b alone, so threads can share them out.
    func compute(columns: Range<Int>) {
        unsafe S.multiplyKernel(
            Int64(cLayout.rows), Int64(columns.count), Int64(aLayout.columns),
            a?.advanced(by: aLayout.offset), Int64(aLayout.rowStride), Int64(aLayout.columnStride),
            b?.advanced(by: bLayout.index(0, columns.lowerBound)), Int64(bLayout.rowStride), Int64(bLayout.columnStride),
            c?.advanced(by: cLayout.index(0, columns.lowerBound)), Int64(cLayout.rowStride), Int64(cLayout.columnStride),
            accumulate ? 1 : 0)
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

/// The sum of the rows of `a`, pairwise: that of each half, then the two. So no entry is rounded more than 7 + ⌈log₂(m / 8)⌉ times on its way into the sum of
/// m > 8 rows: 21 times where m is 10⁵.
func sumOfRows<S: Scalar>(_ a: View<S>) -> [S] {
    let (m, n) = (a.layout.rows, a.layout.columns)
    if m <= 8 {
        var sums = [S](zeros: n)
        for i in 0..<m {
            for j in 0..<n { sums[j] += a[i, j] }
        }
        return sums
    }
    var sums = sumOfRows(a.rows(0..<m / 2))
    let others = sumOfRows(a.rows(m / 2..<m))
    for j in 0..<n { sums[j] += others[j] }
    return sums
}
