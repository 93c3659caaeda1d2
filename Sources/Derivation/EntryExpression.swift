/// A running index. Each axis has its letter; where one axis is counted twice, the second count has another letter.
package struct Index: Hashable, Sendable {
    package let axis: Axis
    package let letter: String

    init(_ axis: Axis) {
        self.axis = axis
        letter =
            switch axis {
            case .samples: "n"
            case .inputs: "d"
            case .previousUnits: "i"
            case .units: "j"
            case .one: ""
            }
    }

    private init(_ axis: Axis, _ letter: String) {
        self.axis = axis
        self.letter = letter
    }

    static let n = Index(.samples)
    static let d = Index(.inputs)
    static let i = Index(.previousUnits)
    static let j = Index(.units)
    /// A second count of samples.
    static let m = Index(.samples, "m")
    /// A second count of units.
    static let k = Index(.units, "k")
}

/// One entry of a matrix, written with indices.
package indirect enum EntryExpression: Equatable, Sendable {
    /// `x_t[n,d]`
    case entry(Symbol, [Index])
    /// The partial derivative of one entry in another.
    case partial(Symbol, [Index], by: Symbol, [Index])
    /// 1 where both indices are the same, else 0: Kronecker's delta, `[j = k]`.
    case same(Index, Index)
    case product([EntryExpression])
    case plus([EntryExpression])
    case sum(over: [Index], EntryExpression)
    case applied(Entrywise, EntryExpression)
}

extension MatrixExpression {
    /// The expression's entry in the row and the column that its axes' letters count: the index form of what it says.
    package var entry: EntryExpression { entry(Index(shape.rows), Index(shape.columns)) }

    /// - Precondition: no index is summed over that also counts a row or a column; chains of matrices over different axes never ask for it.
    private func entry(_ row: Index, _ column: Index) -> EntryExpression {
        switch form {
        case .symbol(let symbol): .entry(symbol, [row, column].filter { $0.axis != .one })
        case .transpose(let operand): operand.entry(column, row)
        case .product(let left, let right):
            .sum(Index(left.shape.columns), excluding: [row, column]) { left.entry(row, $0) * right.entry($0, column) }
        case .hadamard(let left, let right): left.entry(row, column) * right.entry(row, column)
        case .sum(let terms): .plus(terms.map { $0.entry(row, column) })
        case .inner(let left, let right):
            .sum(Index(left.shape.rows)) { row in
                .sum(Index(left.shape.columns), excluding: [row]) { column in left.entry(row, column) * right.entry(row, column) }
            }
        case .trace(let operand): .sum(Index(operand.shape.rows)) { operand.entry($0, $0) }
        case .applied(let function, let operand): .applied(function, operand.entry(row, column))
        }
    }
}

extension EntryExpression {
    /// The sum over an index, joined with the sums right behind it; nothing to sum over the one column of a vector.
    fileprivate static func sum(_ index: Index, excluding taken: [Index] = [], _ term: (Index) -> EntryExpression) -> EntryExpression {
        precondition(index.axis == .one || !taken.contains(index), "\(index.letter) counts twice")
        let term = term(index)
        if index.axis == .one { return term }
        if case .sum(let inner, let body) = term { return .sum(over: [index] + inner, body) }
        return .sum(over: [index], term)
    }

    /// A product, with sums drawn to its front and ones left out.
    fileprivate static func * (left: EntryExpression, right: EntryExpression) -> EntryExpression {
        switch (left, right) {
        case (.entry(.ones, _), let other), (let other, .entry(.ones, _)): other
        case (.sum(let indices, let body), let other): .sum(over: indices, joined: body * other)
        case (let other, .sum(let indices, let body)): .sum(over: indices, joined: other * body)
        default: .product(left.factors + right.factors)
        }
    }

    private static func sum(over indices: [Index], joined term: EntryExpression) -> EntryExpression {
        if case .sum(let inner, let body) = term { .sum(over: indices + inner, body) } else { .sum(over: indices, term) }
    }

    private var factors: [EntryExpression] {
        if case .product(let factors) = self { factors } else { [self] }
    }
}
