extension CellVariables {
    /// What the derivation comes to, line by line, with the check that every line has to pass.
    func results(_ gradients: [String]) -> Chapter {
        let lines: [(Variable, MatrixExpression)] = [
            (x_t, layout.freeInput(in: o_t.gradient, weights: W_x.value, change: x_t.change).gradient),
            (h_prev, layout.freeInput(in: o_t.gradient, weights: W_h.value, change: h_prev.change).gradient),
            (W_x, layout.freeWeights(in: o_t.gradient, input: x_t.value, change: W_x.change).gradient),
            (W_h, layout.freeWeights(in: o_t.gradient, input: h_prev.value, change: W_h.change).gradient),
            (b, layout == .rows ? o_t.gradient.transposed * .ones : o_t.gradient * .ones),
        ]
        return Chapter(
            title: "The gradients",
            introduction: """
                These are the lines that the service computes. Check each by its shapes: a gradient has the shape of what it is the \
                gradient of. Except for W_h, which is square, that leaves one way to put the factors together.
                """,
            steps: [
                Step(
                    .result, o_t.gradient, h_t.gradient ⊙ Entrywise.derivative(o_t.value),
                    "Two \(o_t.symbol.shape.symbols) matrices entry by entry: \(o_t.symbol.shape.symbols), the shape of o_t.")
            ] + lines.filter { gradients.contains($0.0.gradient.text) }.map { Step(.result, $0.gradient, $1, shapes($0, $1)) })
    }

    private func shapes(_ variable: Variable, _ gradient: MatrixExpression) -> String {
        guard case .product(let left, let right) = gradient.form else { return "" }
        let check = "\(left.shape.symbols) times \(right.shape.symbols): \(gradient.shape.symbols), the shape of \(variable)."
        return gradient.symbols.contains(W_h.symbol) || variable.symbol == W_h.symbol ? check + " " + squareNote : check
    }

    /// Shapes by number can't tell W_h from its transpose.
    private var squareNote: String {
        let (first, second) = layout == .rows ? ("rows", "columns") : ("columns", "rows")
        return """
            As W_h is square, look at what is counted too: its \(first) count the units of the previous step, its \(second) those of this \
            one, and only like meets like.
            """
    }
}
