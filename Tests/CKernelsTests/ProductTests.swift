import CKernels
import Testing

struct ProductTests {
    /// Around the tiles of every level: 4, 6 or 8 rows, vectors of 2 to 16 columns, panels of 4 to 48.
    static let sizes = [0, 1, 2, 3, 7, 8, 9, 17, 24, 25, 64, 65]

    @Test(arguments: levels) func `every small product is the plain triple loop's, in every layout, and touches nothing else`(level: Int32)
    {
        everySmallProduct(of: Double.self, level: level)
        everySmallProduct(of: Float.self, level: level)
    }

    /// Small whole numbers, so that any order of summation is exact. Each product is a corner of the largest.
    private func everySmallProduct<Scalar: Kernel>(of: Scalar.Type, level: Int32) {
        let largest = 65
        func left(_ i: Int, _ p: Int) -> Int { (i * 31 + p * 17) % 13 - 6 }
        func right(_ p: Int, _ j: Int) -> Int { (p * 7 + j * 29) % 11 - 5 }
        var layouts = Turns(View<Scalar>.Layout.allCases)
        var accumulations = Turns([false, true, true])
        for k in Self.sizes {
            var sums = [Scalar](repeating: 0, count: largest * largest)
            for i in 0..<largest {
                for j in 0..<largest { sums[i * largest + j] = Scalar((0..<k).reduce(0) { $0 + left(i, $1) * right($1, j) }) }
            }
            var rights: [View<Scalar>] = []
            for n in Self.sizes { rights.append(View<Scalar>(k, n, layouts.next()) { Scalar(right($0, $1)) }) }
            for m in Self.sizes {
                let a = View<Scalar>(m, k, layouts.next()) { Scalar(left($0, $1)) }
                for b in rights {
                    let accumulate = accumulations.next()
                    var c = View<Scalar>(m, b.columns, layouts.next(), padding: 3)
                    var expected = c
                    for i in 0..<m { for j in 0..<b.columns { expected[i, j] = sums[i * largest + j] + (accumulate ? 3 : 0) } }
                    multiply(level: level, a, b, into: &c, accumulate: accumulate)
                    #expect(c.storage == expected.storage, "\(Scalar.self), m = \(m), n = \(b.columns), k = \(k)")
                }
            }
        }
    }

    /// One row, one column, one term, several blocks of k and of rows, in place and packed, plain and by tiles.
    static let shapes = [
        (1, 1, 1), (3, 5, 4), (3, 5, 7), (1, 70, 300), (70, 1, 300), (9, 25, 513), (33, 50, 64), (50, 33, 1), (17, 130, 256), (600, 9, 257),
        (9, 515, 257),
    ]

    @Test(arguments: levels, shapes)
    func `the bits are those of a chain of multiply-adds for each 256 terms`(level: Int32, shape: (Int, Int, Int)) {
        bits(of: Double.self, level: level, shape)
        bits(of: Float.self, level: level, shape)
    }

    private func bits<Scalar: Kernel>(of: Scalar.Type, level: Int32, _ shape: (Int, Int, Int)) {
        let (m, n, k) = shape
        var random = Seeded(state: UInt64(m * 1000 + n * 100 + k))
        let (left, right, base) = (randomMatrix(m, k, &random), randomMatrix(k, n, &random), randomMatrix(m, n, &random))
        let sums = (0..<m).map { i in (0..<n).map { j in blockSums(level, left[i].map(Scalar.init), right.map { Scalar($0[j]) }) } }
        for layout in View<Scalar>.Layout.allCases {
            let a = View<Scalar>(m, k, layout) { Scalar(left[$0][$1]) }
            for (other, accumulate) in [(View<Scalar>.Layout.rows, false), (.columns, true), (.everyOther, true)] {
                let b = View<Scalar>(k, n, other) { Scalar(right[$0][$1]) }
                var c = View<Scalar>(m, n, layout) { Scalar(base[$0][$1]) }
                let expected = View<Scalar>(m, n, layout) { sums[$0][$1].reduce(accumulate ? c[$0, $1] : 0, +) }
                multiply(level: level, a, b, into: &c, accumulate: accumulate)
                #expect(c.bits == expected.bits, "\(Scalar.self), A and C \(layout), B \(other)")
            }
        }
    }

    /// The contract on bits, written down: one sum for each block of 256 terms.
    private func blockSums<Scalar: Kernel>(_ level: Int32, _ row: [Scalar], _ column: [Scalar]) -> [Scalar] {
        #if arch(arm64)
            let fused = true
        #else
            let fused = level > 0
        #endif
        var sums: [Scalar] = []
        for start in stride(from: 0, to: row.count, by: 256) {
            var sum: Scalar = 0
            for p in start..<min(start + 256, row.count) { sum = fused ? sum.addingProduct(row[p], column[p]) : sum + row[p] * column[p] }
            sums.append(sum)
        }
        return sums
    }

    @Test(arguments: levels) func `a product of many blocks has these bits, too`(level: Int32) {
        entriesOfLargeProduct(of: Double.self, level: level, rows: 530)
        entriesOfLargeProduct(of: Float.self, level: level, rows: 1040)
    }

    /// Of one entry in each row: all of them would take the plain loop too long.
    private func entriesOfLargeProduct<Scalar: Kernel>(of: Scalar.Type, level: Int32, rows m: Int) {
        let (n, k) = (513, 260)
        var random = Seeded(state: 7)
        let (left, right) = (randomMatrix(m, k, &random), randomMatrix(k, n, &random))
        for layout in [View<Scalar>.Layout.rows, .columns, .everyOther] {
            let a = View<Scalar>(m, k, layout) { Scalar(left[$0][$1]) }
            let b = View<Scalar>(k, n, layout) { Scalar(right[$0][$1]) }
            var c = View<Scalar>(m, n, .rows, padding: 0)
            multiply(level: level, a, b, into: &c)
            for i in 0..<m {
                let j = (i * 37 + 11) % n
                let sums = blockSums(level, left[i].map(Scalar.init), right.map { Scalar($0[j]) })
                #expect(c[i, j] == sums.reduce(0, +), "\(Scalar.self), \(i), \(j), \(layout)")
            }
        }
    }

    @Test(arguments: levels) func `an entry is within k + 1 roundings of Σ|a||b|`(level: Int32) {
        let (m, n, k) = (19, 35, 700)
        var random = Seeded(state: 5)
        let (left, right) = (randomMatrix(m, k, &random), randomMatrix(k, n, &random))
        let a = View<Float>(m, k, .rows) { Float(left[$0][$1]) }
        let b = View<Float>(k, n, .rows) { Float(right[$0][$1]) }
        var c = View<Float>(m, n, .rows, padding: 0)
        multiply(level: level, a, b, into: &c)
        for i in 0..<m {
            for j in 0..<n {
                let terms = (0..<k).map { Double(a[i, $0]) * Double(b[$0, j]) }
                let bound = Double(k + 1) * Double(Float.ulpOfOne) / 2 * terms.reduce(0) { $0 + abs($1) }
                #expect(abs(Double(c[i, j]) - terms.reduce(0, +)) <= bound)
            }
        }
    }

    @Test(arguments: levels) func `a product computed in parts has the same bits`(level: Int32) {
        let (m, n, k) = (41, 83, 300)
        var random = Seeded(state: 6)
        let (left, right) = (randomMatrix(m, k, &random), randomMatrix(k, n, &random))
        for layout in [View<Double>.Layout.rows, .columns] {
            let a = View<Double>(m, k, .rows) { left[$0][$1] }
            let b = View<Double>(k, n, layout) { right[$0][$1] }
            var whole = View<Double>(m, n, .rows, padding: 0)
            multiply(level: level, a, b, into: &whole)
            for cut in [1, 8, 24, 30, 40] {
                var byColumns = View<Double>(m, n, .rows, padding: 0)
                multiply(level: level, a, b, into: &byColumns, columns: 0..<cut)
                multiply(level: level, a, b, into: &byColumns, columns: cut..<n)
                var byRows = View<Double>(m, n, .rows, padding: 0)
                multiply(level: level, a, b, into: &byRows, rows: 0..<cut)
                multiply(level: level, a, b, into: &byRows, rows: cut..<m)
                #expect(byColumns.bits == whole.bits && byRows.bits == whole.bits, "cut at \(cut), B \(layout)")
            }
        }
    }

    @Test(arguments: levels) func `NaN and infinity stay in their row and column, and 0 times infinity is NaN`(level: Int32) {
        for (m, n, k) in [(2, 3, 4), (9, 25, 17), (13, 7, 300)] {
            let a = View<Double>(m, k, .rows) { i, p in i == 1 && p == 2 ? .nan : i == 0 && p == 3 ? 0 : 1 }
            let b = View<Double>(k, n, .columns) { p, j in p == 3 && j == 1 ? -.infinity : 2 }
            var c = View<Double>(m, n, .rows, padding: 0)
            multiply(level: level, a, b, into: &c)
            for i in 0..<m {
                for j in 0..<n {
                    switch (i, j) {
                    case (1, _), (0, 1): #expect(c[i, j].isNaN)
                    case (_, 1): #expect(c[i, j] == -.infinity)
                    default: #expect(c[i, j] == (i == 0 ? 2 * Double(k - 1) : 2 * Double(k)))
                    }
                }
            }
        }
    }

    @Test func `many callers at once get the same bits as one`() async {
        var random = Seeded(state: 7)
        let (left, right) = (randomMatrix(40, 300, &random), randomMatrix(300, 50, &random))
        let a = View<Double>(40, 300, .rows) { left[$0][$1] }
        let b = View<Double>(300, 50, .columns) { right[$0][$1] }
        var alone = View<Double>(40, 50, .rows, padding: 0)
        multiply(level: ck_best_level(), a, b, into: &alone)
        let expected = alone.bits
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    var c = View<Double>(40, 50, .rows, padding: 0)
                    multiply(level: ck_best_level(), a, b, into: &c)
                    return c.bits == expected
                }
            }
            for await same in group { #expect(same) }
        }
    }

    @Test func `the functions without a level use the best`() {
        let (a, b): ([Double], [Float]) = ([1, 2, 3, 4], [5, 6, 7, 8])
        var (c, d): ([Double], [Float]) = ([0, 0, 0, 0], [1, 1, 1, 1])
        unsafe ck_multiply_f64(2, 2, 2, a, 2, 1, a, 1, 2, &c, 2, 1, 0)
        unsafe ck_multiply_f32(2, 2, 2, b, 2, 1, b, 2, 1, &d, 2, 1, 1)
        #expect(c == [5, 11, 11, 25] && d == [68, 79, 92, 107])
    }
}

/// Numbers of all magnitudes around 1 and both signs, so that sums round and cancel.
func randomMatrix(_ rows: Int, _ columns: Int, _ random: inout Seeded) -> [[Double]] {
    (0..<rows).map { _ in
        (0..<columns).map { _ in Double.random(in: -1...1, using: &random) * Double(1 << Int.random(in: 0...8, using: &random)) }
    }
}

/// Takes the values in turn, and shifts them a little each round, so that nested loops meet all combinations.
struct Turns<Value> {
    let values: [Value]
    var taken = 0

    init(_ values: [Value]) { self.values = values }

    mutating func next() -> Value {
        taken += 1
        return values[(taken + taken / values.count) % values.count]
    }
}
