extension CellVariables {
    /// The derivative of a matrix in a matrix, and why it is never made. nil where no gradient in weights is asked for.
    func tensor(_ sizes: Sizes, _ gradients: [String]) -> Chapter? {
        let pairs: [(W: Variable, x: Variable, index: Index)] = [(W_x, x_t, .d), (W_h, h_prev, .i)].filter {
            gradients.contains($0.0.gradient.text)
        }
        guard let first = pairs.first else { return nil }
        let (W, x, d) = first
        let slope = EntryExpression.applied(.derivative, .entry(o_t.symbol, indices(.n, .j)))
        let upstream = EntryExpression.entry(dh, indices(.n, .j))
        let factor = EntryExpression.entry(x.symbol, indices(.n, d))
        let derivative = EntryExpression.partial(h_t.symbol, indices(.n, .j), by: W.symbol, weightIndices(d, .k))
        let gradient = EntryExpression.entry(symbol(of: W.gradient), weightIndices(d, .k))
        return Chapter(
            title: "What is ∂h_t/∂\(W) when \(W) is a matrix?",
            introduction: """
                It has an entry for each entry of h_t with each entry of \(W): four indices, for one sample three. No matrix can hold it, \
                but its entries are simple, and only sums over them are ever needed.
                """,
            steps: [
                Step(
                    .partialDerivative,
                    .entries(
                        .partial(o_t.symbol, indices(.n, .j), by: W.symbol, weightIndices(d, .k)), .product([factor, .same(.j, .k)])),
                    """
                    \(text(o_t.symbol, indices(.n, .j))) contains \(text(W.symbol, weightIndices(d, .k))) only if j = k, and its factor \
                    there is \(factorText(x, d)). Of the \(count(d, sizes)) entries those with j ≠ k are 0, and the others repeat the \
                    entries of \(x): nobody needs to store them.
                    """),
                Step(
                    .chainRule, .entries(derivative, .product([slope, factor, .same(.j, .k)])),
                    "h_t has one entry for each entry of o_t, with the slope f′ between them."),
                Step(
                    .chainRule, .entries(gradient, .sum(over: [.n, .j], .product([upstream, derivative]))),
                    "The gradient needs the tensor only summed with dh, over all entries of h_t. This is a vector-Jacobian product."),
                Step(
                    .substitution, .entries(gradient, .sum(over: [.n, .j], .product([upstream, slope, factor, .same(.j, .k)]))),
                    "The entries of the tensor put in."),
                Step(
                    .kronecker,
                    .entries(
                        gradient,
                        .sum(
                            over: [.n],
                            .product([.entry(dh, indices(.n, .k)), .applied(.derivative, .entry(o_t.symbol, indices(.n, .k))), factor]))),
                    "Only the terms with j = k are left, and one sum is gone."),
                Step(
                    .substitution,
                    .entries(gradient, .sum(over: [.n], .product([factor, .entry(symbol(of: o_t.gradient), indices(.n, .k))]))),
                    """
                    dh times f′ is do_t. What is left is a sum over n alone, the matrix product \(gradientText(W, x)) of the last chapter. \
                    The tensor was never needed.
                    """),
            ] + pairs.dropFirst().map { other(W: $0.W, x: $0.x, $0.index, slope) })
    }

    private func other(W: Variable, x: Variable, _ i: Index, _ slope: EntryExpression) -> Step {
        Step(
            .partialDerivative,
            .entries(
                .partial(h_t.symbol, indices(.n, .j), by: W.symbol, weightIndices(i, .k)),
                .product([slope, .entry(x.symbol, indices(.n, i)), .same(.j, .k)])),
            "For \(W) the same holds with \(x), and the same sums lead to \(W.gradient.text).")
    }

    private func gradientText(_ W: Variable, _ x: Variable) -> String {
        layout.freeWeights(in: o_t.gradient, input: x.value, change: W.change).gradient.text
    }

    private var dh: Symbol { symbol(of: h_t.gradient) }

    private func symbol(of expression: MatrixExpression) -> Symbol { expression.symbols[0] }

    private func weightIndices(_ input: Index, _ unit: Index) -> [Index] { layout == .rows ? [input, unit] : [unit, input] }

    private func text(_ symbol: Symbol, _ indices: [Index]) -> String { EntryExpression.entry(symbol, indices).text }

    private func factorText(_ x: Variable, _ d: Index) -> String { text(x.symbol, indices(.n, d)) }

    private func count(_ d: Index, _ sizes: Sizes) -> String {
        "N·H·\(d.axis.symbol)·H = " + [.samples, .units, d.axis, .units].map { String(sizes[$0]) }.joined(separator: "·")
    }
}
