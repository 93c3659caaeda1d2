/// Mathematics as it is set: what all renderers understand. Expressions and formulas become this; it knows no mathematics.
package indirect enum Notation: Sendable {
    /// A symbol of the derivation.
    case symbol(Symbol)
    /// A letter or a number.
    case word(String)
    /// The upright name of a function.
    case function(String)
    /// A sign with space on both sides: = + − ⊙
    case sign(String)
    /// A sign in front: − δ d ∂
    case prefix(String, Notation)
    /// A function of something in brackets.
    case call(Notation, Notation)
    /// Factors, signs and terms, one after another.
    case row([Notation])
    case transposed(Notation)
    case superscript(Notation, Notation)
    /// An entry: a symbol with the letters or numbers of its indices.
    case indexed(Symbol, [String])
    case fraction(Notation, Notation)
    case squareRoot(Notation)
    /// Σ over these letters.
    case sum([String])
    /// Between brackets: ( ) ⟨ ⟩ [ ] | |
    case fenced(String, Notation, String)
    /// Values with their conditions.
    case cases([(value: Notation, condition: String)])
    /// A matrix by its numbers.
    case matrix(Numbers)
    /// Something with its shape below, in symbols and in counts.
    case shaped(Notation, symbols: String, counts: String)
}

extension Notation {
    static func equation(_ left: Notation, _ right: Notation) -> Notation { .row([left, .sign("="), right]) }

    /// Terms with plus signs between them.
    static func terms(_ terms: [Notation]) -> Notation { .row(Array(terms.map { [$0] }.joined(separator: [.sign("+")]))) }
}

extension MatrixExpression {
    /// - Parameter setting: what is put for an atom: a symbol, a transposed symbol, or a function of a symbol. nil puts the atom itself.
    func notation(setting atom: (MatrixExpression) -> Notation? = { _ in nil }) -> Notation {
        if isAtom, let set = atom(self) { return set }
        switch form {
        case .symbol(let symbol): return .symbol(symbol)
        case .transpose(let operand): return .transposed(operand.notation(setting: atom, within: .transpose))
        case .product(let left, let right):
            return .row([left.notation(setting: atom, within: .product), right.notation(setting: atom, within: .product)].flattened)
        case .hadamard(let left, let right):
            return .row([left.notation(setting: atom, within: .hadamard), .sign("⊙"), right.notation(setting: atom, within: .hadamard)])
        case .sum(let terms): return .terms(terms.map { $0.notation(setting: atom) })
        case .inner(let left, let right):
            return .fenced("⟨", .row([left.notation(setting: atom), .word(","), right.notation(setting: atom)]), "⟩")
        case .trace(let operand): return .call(.function("tr"), operand.notation(setting: atom))
        case .applied(let function, let operand): return .call(.word(function.rawValue), operand.notation(setting: atom))
        }
    }

    private enum Surroundings { case transpose, product, hadamard }

    private func notation(setting atom: (MatrixExpression) -> Notation?, within surroundings: Surroundings) -> Notation {
        let needsBrackets =
            switch form {
            case .symbol, .inner, .trace, .applied, .transpose: false
            case .product: surroundings != .product
            case .hadamard, .sum: true
            }
        let notation = notation(setting: atom)
        return needsBrackets ? .fenced("(", notation, ")") : notation
    }

    /// What numbers and shapes are put to.
    var isAtom: Bool {
        switch form {
        case .symbol: true
        case .transpose(let operand), .applied(_, let operand): if case .symbol = operand.form { true } else { false }
        case .product, .hadamard, .sum, .inner, .trace: false
        }
    }
}

extension EntryExpression {
    var notation: Notation {
        switch self {
        case .entry(let symbol, let indices): return indices.isEmpty ? .symbol(symbol) : .indexed(symbol, indices.map(\.letter))
        case .partial(let symbol, let indices, let by, let byIndices):
            let (numerator, denominator) = (EntryExpression.entry(symbol, indices), EntryExpression.entry(by, byIndices))
            return .fraction(.prefix("∂", numerator.notation), .prefix("∂", denominator.notation))
        case .same(let left, let right): return .fenced("[", .equation(.word(left.letter), .word(right.letter)), "]")
        case .product(let factors):
            return .row(factors.map { if case .plus = $0 { .fenced("(", $0.notation, ")") } else { $0.notation } })
        case .plus(let terms): return .terms(terms.map(\.notation))
        case .sum(let indices, let body):
            let term = if case .plus = body { Notation.fenced("(", body.notation, ")") } else { body.notation }
            return .row([.sum(indices.map(\.letter)), term].flattened)
        case .applied(let function, let operand): return .call(.word(function.rawValue), operand.notation)
        }
    }
}

extension Formula {
    var notation: Notation {
        switch self {
        case .variable(let name): .word(name)
        case .integer(let value): .word(String(value))
        case .pi: .word("π")
        case .negative(let operand): .prefix("−", operand.notation)
        case .sum(let left, let right): .row([left.notation, .sign("+"), right.notation])
        case .difference(let left, let right): .row([left.notation, .sign("−"), right.notation])
        case .product(let left, let right): .row([left.factor, right.factor])
        case .quotient(let left, let right): .fraction(left.notation, right.notation)
        case .square(let operand): .superscript(operand.power, .word("2"))
        case .squareRoot(let operand): .squareRoot(operand.notation)
        case .magnitude(let operand): .fenced("|", operand.notation, "|")
        case .exponential(let exponent): .superscript(.word("e"), exponent.notation)
        case .named(let name, let operand): .call(.function(name), operand.notation)
        case .split(let positive, let otherwise):
            .cases([(positive.notation, "o > 0"), (otherwise.notation, "otherwise")])
        }
    }

    /// With brackets where a product would tear it apart.
    private var factor: Notation {
        switch self {
        case .sum, .difference, .negative: .fenced("(", notation, ")")
        default: notation
        }
    }

    /// With brackets where a power would.
    private var power: Notation {
        switch self {
        case .variable, .integer, .pi, .magnitude, .named: notation
        default: .fenced("(", notation, ")")
        }
    }
}

extension [Notation] {
    /// Rows within a row joined into it.
    var flattened: [Notation] {
        flatMap { if case .row(let parts) = $0 { parts } else { [$0] } }
    }
}
