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
                These are the lines that the service computes. Check each by its shapes: a gradient has the shape of what it is the gradient of, and \
                the factors of a product fit in one order only.
                """,
            steps: [Step(.result, o_t.gradient, h_t.gradient ⊙ Entrywise.derivative(o_t.value), shapes(o_t))]
                + lines.filter { gradients.contains($0.0.gradient.text) }.map { Step(.result, $0.gradient, $1, shapes($0)) })
    }

    private func shapes(_ variable: Variable) -> String {
        "\(variable.symbol.shape.symbols), the shape of \(variable)."
    }
}
