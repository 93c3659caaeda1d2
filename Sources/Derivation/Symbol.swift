/// A name for a matrix, a vector or a number.
package struct Symbol: Hashable, Sendable {
    /// What is named: the matrix itself or something of the same shape that belongs to it.
    package enum Kind: String, Sendable {
        case value = ""
        /// A small change of it.
        case change = "δ"
        /// The gradient in it. The interface's names have a d for this; a change is a δ, so that the two can't be confused.
        case gradient = "d"
    }

    package let kind: Kind
    let letter: String
    /// Set below the letter.
    let suffix: String?
    package let shape: Shape

    init(_ letter: String, suffix: String? = nil, kind: Kind = .value, _ shape: Shape) {
        self.kind = kind
        self.letter = letter
        self.suffix = suffix
        self.shape = shape
    }

    func of(kind: Kind) -> Symbol {
        Symbol(letter, suffix: suffix, kind: kind, shape)
    }

    /// As in a request and a reply: `W_x`, `dW_x`; a change is `δW_x`.
    package var name: String {
        kind.rawValue + letter + (suffix.map { "_\($0)" } ?? "")
    }

    static let ones = Symbol("1", Shape(.samples, .one))
    static let loss = Symbol("L", .number)
}

/// What L depends on, with its change and its gradient: three matrices of one shape.
struct Variable: CustomStringConvertible {
    let symbol: Symbol
    let value: MatrixExpression
    let change: MatrixExpression
    let gradient: MatrixExpression

    /// - Parameter gradientSuffix: dh is the gradient in h_t.
    init(_ letter: String, suffix: String?, _ shape: Shape, gradientSuffix: String?) {
        symbol = Symbol(letter, suffix: suffix, shape)
        value = MatrixExpression(symbol)
        change = MatrixExpression(symbol.of(kind: .change))
        gradient = MatrixExpression(Symbol(letter, suffix: gradientSuffix, kind: .gradient, shape))
    }

    init(_ letter: String, suffix: String? = nil, _ shape: Shape) {
        self.init(letter, suffix: suffix, shape, gradientSuffix: suffix)
    }

    var description: String { symbol.name }
}
