// What renderers show of a statement.
extension Statement {
    /// The equation itself.
    package var notation: Notation {
        switch self {
        case .matrices(let left, let right): .equation(left.notation(), right.notation())
        case .entries(let left, let right): .equation(left.notation, right.notation)
        case .formula(let function, _, let formula): .equation(.call(.word(function.rawValue), .word("o")), formula.notation)
        }
    }

    /// The equation with shapes below the factors.
    func shaped(_ sizes: Sizes) -> Notation {
        guard case .matrices(let left, let right) = self else { return notation }
        let set = { (atom: MatrixExpression) -> Notation? in
            guard atom.shape != .number else { return nil }
            return .shaped(atom.notation(), symbols: atom.shape.symbols, counts: atom.shape.counts(sizes))
        }
        return .equation(left.notation(setting: set), right.notation(setting: set))
    }

    /// The equation for one entry, with indices; nil where it says no more than the equation.
    package var indexForm: Notation? {
        guard case .matrices(let left, let right) = self else { return nil }
        return .equation(left.entry.notation, right.entry.notation)
    }

    /// The symbols in it, from left to right, each once.
    package var symbols: [Symbol] {
        guard case .matrices(let left, let right) = self else { return [] }
        return (left + right).symbols
    }

    /// The names of what has numbers in it, from left to right, each once.
    package func names(in values: Values) -> [String] {
        guard case .matrices(let left, let right) = self else { return [] }
        return (left.atoms(in: values) + right.atoms(in: values)).map(\.nameOfNumbers).reduce(into: []) { names, name in
            if !names.contains(name) { names.append(name) }
        }
    }
}
