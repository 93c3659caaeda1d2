/// A matrix by the formula of its entries, which are computed when asked for. So a wrong guess at a matrix costs a few entries, not the matrix.
struct Formula {
    let rows: Int
    let columns: Int
    let entry: (_ row: Int, _ column: Int) -> Bounded

    init(rows: Int, columns: Int, entry: @escaping (Int, Int) -> Bounded) {
        self.rows = rows
        self.columns = columns
        self.entry = entry
    }

    /// A matrix of the caller.
    init(given matrix: View<Double>) {
        self.init(rows: matrix.layout.rows, columns: matrix.layout.columns) { Bounded(given: matrix[$0, $1]) }
    }

    /// A matrix with its bounds.
    init(_ values: View<Double>, radii: View<Double>) {
        self.init(rows: values.layout.rows, columns: values.layout.columns) { Bounded(value: values[$0, $1], radius: radii[$0, $1]) }
    }

    var transposed: Formula {
        Formula(rows: columns, columns: rows) { entry($1, $0) }
    }

    /// The sum of the rows, as one row.
    var sumOfRows: Formula {
        Formula(rows: 1, columns: columns) { _, j in .sum(rows) { entry($0, j) } }
    }

    /// Some of the rows, `count` of them.
    func rows(_ count: Int, _ source: @escaping (Int) -> Int) -> Formula {
        Formula(rows: count, columns: columns) { entry(source($0), $1) }
    }

    func scaled(by factor: Double) -> Formula {
        Formula(rows: rows, columns: columns) { entry($0, $1) * Bounded(given: factor) }
    }

    /// f of each entry.
    func mapped(_ rounding: Rounding, _ f: @escaping (Double) -> Double) -> Formula {
        Formula(rows: rows, columns: columns) { entry($0, $1).mapped(rounding, f) }
    }

    // What needs fitting shapes is nil where they don't fit.

    /// The matrix product.
    func times(_ other: Formula) -> Formula? {
        guard columns == other.rows else { return nil }
        return Formula(rows: rows, columns: other.columns) { i, j in .sum(columns) { entry(i, $0) * other.entry($0, j) } }
    }

    /// The Hadamard product ⊙: entry by entry.
    func hadamard(_ other: Formula) -> Formula? {
        guard rows == other.rows, columns == other.columns else { return nil }
        return Formula(rows: rows, columns: columns) { entry($0, $1) * other.entry($0, $1) }
    }

    func plus(_ other: Formula) -> Formula? {
        guard rows == other.rows, columns == other.columns else { return nil }
        return Formula(rows: rows, columns: columns) { entry($0, $1) + other.entry($0, $1) }
    }

    /// Another formula for each entry.
    func mapped(_ f: @escaping (Bounded) -> Bounded) -> Formula {
        Formula(rows: rows, columns: columns) { f(entry($0, $1)) }
    }

    /// The same, each entry computed once: for what a product reads again and again.
    var remembered: Formula {
        let memory = Memory()
        return Formula(rows: rows, columns: columns) { i, j in
            let key = i * columns + j
            if let known = memory.entries[key] { return known }
            let entry = entry(i, j)
            memory.entries[key] = entry
            return entry
        }
    }
}

/// The entries of a formula that have been asked for.
private final class Memory {
    var entries: [Int: Bounded] = [:]
}
