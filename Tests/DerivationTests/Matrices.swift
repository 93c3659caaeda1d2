/// A small dense matrix, with nothing in it but what the tests need.
struct Matrix: Equatable {
    var rows: Int
    var columns: Int
    var elements: [Double]

    init(_ rows: Int, _ columns: Int, _ entry: (Int, Int) -> Double) {
        self.rows = rows
        self.columns = columns
        elements = (0..<rows).flatMap { row in (0..<columns).map { entry(row, $0) } }
    }

    init(_ number: Double) { self.init(1, 1) { _, _ in number } }

    subscript(row: Int, column: Int) -> Double {
        get { elements[row * columns + column] }
        set { elements[row * columns + column] = newValue }
    }

    var transposed: Matrix { Matrix(columns, rows) { self[$1, $0] } }

    func map(_ function: (Double) -> Double) -> Matrix { Matrix(rows, columns) { function(self[$0, $1]) } }

    func combined(with other: Matrix, _ function: (Double, Double) -> Double) -> Matrix {
        precondition(rows == other.rows && columns == other.columns)
        return Matrix(rows, columns) { function(self[$0, $1], other[$0, $1]) }
    }

    func times(_ other: Matrix) -> Matrix {
        precondition(columns == other.rows)
        return Matrix(rows, other.columns) { row, column in (0..<columns).reduce(0) { $0 + self[row, $1] * other[$1, column] } }
    }

    var sum: Double { elements.reduce(0, +) }
}

/// SplitMix64: the same numbers in every run.
struct Random {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// In -1 ... 1, and not near 0, where some functions have a kink.
    mutating func number() -> Double {
        let magnitude = 0.2 + 0.8 * Double(next() >> 11) * 0x1p-53
        return next() & 1 == 0 ? magnitude : -magnitude
    }
}
