extension Step {
    /// The statement with numbers in the places of what has numbers; nil where nothing has.
    func numbers(_ values: Values) -> Notation? {
        guard case .matrices(let left, let right) = statement, !(left.atoms(in: values) + right.atoms(in: values)).isEmpty else {
            return nil
        }
        let set = { (atom: MatrixExpression) in atom.numbers(in: values).map { Notation.matrix($0) } }
        return rule == .result
            ? .equation(left.notation(), left.notation(setting: set)) : .equation(left.notation(setting: set), right.notation(setting: set))
    }

    /// The first entry of what is defined or found, written out with numbers: `dW_x[1,2] = 1.0 · 0.5 + 2.0 · (-0.25) = 0.0`.
    func firstEntry(_ values: Values, _ sizes: Sizes) -> Notation? {
        guard rule != .result, let (left, right) = entries, case .entry(let symbol, let indices) = left else { return nil }
        guard let value = left.writtenOut(values, sizes, at: [:]), let sum = right.writtenOut(values, sizes, at: [:]) else { return nil }
        return .row([.indexed(symbol, indices.map { _ in "1" }), .sign("="), sum, .sign("="), value].flattened)
    }

    private var entries: (EntryExpression, EntryExpression)? {
        switch statement {
        case .matrices(let left, let right): (left.entry, right.entry)
        case .entries(let left, let right): (left, right)
        case .formula: nil
        }
    }
}
