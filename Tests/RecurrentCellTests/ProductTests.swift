import Testing
import Threads

@testable import RecurrentCell

@Suite struct `Products` {
    /// Embeds a matrix in a larger array: an offset, gaps between rows or columns, either of them running faster.
    private static func layouts(_ rows: Int, _ columns: Int) -> [Layout] {
        [
            Layout(rows: rows, columns: columns, rowStride: columns, columnStride: 1),
            Layout(rows: rows, columns: columns, rowStride: 1, columnStride: rows),
            Layout(offset: 3, rows: rows, columns: columns, rowStride: 2 * columns + 1, columnStride: 2),
            Layout(offset: 1, rows: rows, columns: columns, rowStride: 3, columnStride: 3 * rows),
        ]
    }

    @Test(arguments: [(1, 1, 1), (2, 3, 0), (5, 7, 3), (9, 33, 17), (3, 2, 300), (0, 2, 2)], [false, true])
    func `of any strided views agree with the triple loop and leave the gaps alone`(shape: (Int, Int, Int), accumulate: Bool) {
        check(shape, accumulate, as: Double.self)
        check(shape, accumulate, as: Float.self)
    }

    /// 0.1 is off by the same rounding each time it is added: from first to last, 10⁵ rows would be off by 2400 u.
    @Test(arguments: [(0, 0), (1, 0), (8, 7), (9, 8), (257, 13), (100_000, 21)])
    func `a sum of rows rounds no entry more often than it says`(m: Int, roundings: Int) {
        for layout in Self.layouts(m, 2) {
            let a = View([Float](repeating: 0.1, count: layout.index(m, 2) + 1), layout)
            let exact = Double(Float(0.1)) * Double(m)
            let sums = sumOfRows(a)
            #expect(sums.count == 2)
            #expect(sums.allSatisfy { abs(Double($0) - exact) <= Double(roundings) * Double(Float.ulpOfOne) / 2 * exact }, "\(sums)")
        }
    }

    @Test func `a sum of rows has every row once`() {
        for m in 0...40 {
            for layout in Self.layouts(m, 2) {
                var a = View([Double](repeating: .nan, count: layout.index(m, 2) + 1), layout)
                for i in 0..<m {
                    for j in 0..<2 { a.elements[layout.index(i, j)] = Double((j + 1) << i) }
                }
                let all = Double((1 << m) - 1)
                #expect(sumOfRows(a) == [all, 2 * all])
            }
        }
    }

    private func check<S: Scalar>(_ shape: (m: Int, n: Int, k: Int), _ accumulate: Bool, as type: S.Type) {
        let (m, n, k) = shape
        var draw = Draw(seed: 15)
        func view(_ layout: Layout) -> View<S> { View(draw.numbers(layout.index(layout.rows, layout.columns) + 1), layout) }
        for (aLayout, (bLayout, cLayout)) in zip(Self.layouts(m, k), zip(Self.layouts(k, n).reversed(), Self.layouts(m, n))) {
            let (a, b, c) = (view(aLayout), view(bLayout), view(cLayout))
            var (got, want) = (c.elements, c.elements)
            multiply(a, b, into: &got, at: cLayout, accumulate: accumulate, team: .alone)
            multiplyReference(a, b, into: &want, at: cLayout, accumulate: accumulate)
            var bounds = c.elements.map { abs($0) }
            func magnitudes(_ v: View<S>) -> View<S> { View(v.elements.map { abs($0) }, v.layout) }
            multiplyReference(magnitudes(a), magnitudes(b), into: &bounds, at: cLayout, accumulate: accumulate)
            let entries = Set((0..<m).flatMap { i in (0..<n).map { j in cLayout.index(i, j) } })
            for i in got.indices {
                // Both sides round: (k + 3) u each.
                let bound = entries.contains(i) ? S(k + 3) * S.ulpOfOne * bounds[i] : 0
                #expect(abs(got[i] - want[i]) <= bound, "entry \(i) of \(m)×\(n), k = \(k)")
            }
        }
    }
}
