/// A matrix, a vector (one column) or a number (1×1), as it is written: built from symbols by operations that check shapes. An expression
/// whose shapes don't fit can't be built, so neither can a derivation that does not fit.
package struct MatrixExpression: Equatable, Sendable {
    package indirect enum Form: Equatable, Sendable {
        case symbol(Symbol)
        case transpose(MatrixExpression)
        case product(MatrixExpression, MatrixExpression)
        /// Entry by entry.
        case hadamard(MatrixExpression, MatrixExpression)
        case sum([MatrixExpression])
        /// The Frobenius product ⟨A, B⟩: the sum of the products of entries in equal places.
        case inner(MatrixExpression, MatrixExpression)
        case trace(MatrixExpression)
        /// f or f′ of each entry.
        case applied(Entrywise, MatrixExpression)
    }

    package let form: Form
    package let shape: Shape

    private init(_ form: Form, _ shape: Shape) {
        self.form = form
        self.shape = shape
    }

    init(_ symbol: Symbol) {
        self.init(.symbol(symbol), symbol.shape)
    }

    /// The column of ones, one for each sample.
    static let ones = MatrixExpression(.ones)

    var transposed: MatrixExpression { MatrixExpression(.transpose(self), shape.transposed) }

    /// The symbols in it, from left to right, each once.
    package var symbols: [Symbol] {
        switch form {
        case .symbol(let symbol): [symbol]
        case .transpose(let operand), .trace(let operand), .applied(_, let operand): operand.symbols
        case .product(let left, let right), .hadamard(let left, let right), .inner(let left, let right): unique([left, right])
        case .sum(let terms): unique(terms)
        }
    }

    private func unique(_ parts: [MatrixExpression]) -> [Symbol] {
        parts.flatMap(\.symbols).reduce(into: []) { symbols, symbol in
            if !symbols.contains(symbol) { symbols.append(symbol) }
        }
    }
}

/// The function of the cell and its derivative.
package enum Entrywise: String, Sendable {
    case function = "f"
    case derivative = "f′"

    func callAsFunction(_ operand: MatrixExpression) -> MatrixExpression { .applied(self, operand) }
}

infix operator ⊙ : MultiplicationPrecedence

extension MatrixExpression {
    static func * (left: MatrixExpression, right: MatrixExpression) -> MatrixExpression {
        precondition(left.shape.columns == right.shape.rows, "no product of \(left.shape.symbols) and \(right.shape.symbols)")
        return MatrixExpression(.product(left, right), Shape(left.shape.rows, right.shape.columns))
    }

    static func ⊙ (left: MatrixExpression, right: MatrixExpression) -> MatrixExpression {
        requireEqualShapes(left, right)
        return MatrixExpression(.hadamard(left, right), left.shape)
    }

    static func + (left: MatrixExpression, right: MatrixExpression) -> MatrixExpression {
        requireEqualShapes(left, right)
        let terms = if case .sum(let terms) = left.form { terms } else { [left] }
        return MatrixExpression(.sum(terms + [right]), left.shape)
    }

    static func inner(_ left: MatrixExpression, _ right: MatrixExpression) -> MatrixExpression {
        requireEqualShapes(left, right)
        return MatrixExpression(.inner(left, right), .number)
    }

    static func trace(_ operand: MatrixExpression) -> MatrixExpression {
        precondition(operand.shape.rows == operand.shape.columns, "no trace of \(operand.shape.symbols)")
        return MatrixExpression(.trace(operand), .number)
    }

    static func applied(_ function: Entrywise, _ operand: MatrixExpression) -> MatrixExpression {
        MatrixExpression(.applied(function, operand), operand.shape)
    }

    private static func requireEqualShapes(_ left: MatrixExpression, _ right: MatrixExpression) {
        precondition(left.shape == right.shape, "\(left.shape.symbols) beside \(right.shape.symbols)")
    }
}

/// ⟨left, right⟩
func inner(_ left: MatrixExpression, _ right: MatrixExpression) -> MatrixExpression { .inner(left, right) }

/// tr(operand)
func trace(_ operand: MatrixExpression) -> MatrixExpression { .trace(operand) }
