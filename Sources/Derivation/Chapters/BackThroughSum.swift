extension CellVariables {
    /// From do_t to the gradients in what o_t is a sum of; only those that are asked for.
    func backThroughSum(_ gradients: [String]) -> Chapter? {
        let steps = gradients.flatMap { name in
            switch name {
            case "dx_t": input(x_t, W_x)
            case "dh_prev": input(h_prev, W_h)
            case "dW_x": weights(W_x, x_t)
            case "dW_h": weights(W_h, h_prev)
            case "db": bias
            default: [Step]()
            }
        }
        guard !steps.isEmpty else { return nil }
        let terms = [
            layout.layer(h_prev.change, W_h.value), layout.layer(h_prev.value, W_h.change), layout.layer(x_t.change, W_x.value),
            layout.layer(x_t.value, W_x.change), layout.copies(of: b.change),
        ]
        return Chapter(
            title: layout == .rows
                ? "Back through the sum: how does h_prevᵀ get in front?" : "Back through the sum: how does h_prevᵀ get to the end?",
            introduction: """
                do_t is known now. o_t is the sum of two layers like that of chapter 1 and a bias, so the same moves give the gradients, \
                each in two lines or three.
                """,
            steps: [
                Step(
                    .gradient, δL, inner(o_t.gradient, o_t.change),
                    "All inputs act on L through o_t alone, so this is where each of their gradients starts."),
                Step(
                    .productRule, o_t.change, terms.dropFirst().reduce(terms[0], +),
                    "Five things may change, each while the others stand still."),
                Step(
                    .linearity, δL, terms.dropFirst().reduce(inner(o_t.gradient, terms[0])) { $0 + inner(o_t.gradient, $1) },
                    "One inner product for each of the five. In each, the change must come to stand alone."),
            ] + steps)
    }

    private func input(_ x: Variable, _ W: Variable) -> [Step] {
        cross(layout.freeInput(in: o_t.gradient, weights: W.value, change: x.change), W, x)
            + [
                Step(
                    .readOff, x.gradient, layout.freeInput(in: o_t.gradient, weights: W.value, change: x.change).gradient,
                    "What flowed forward through \(W) flows back through its transpose.")
            ]
    }

    private func weights(_ W: Variable, _ x: Variable) -> [Step] {
        let crossing = layout.freeWeights(in: o_t.gradient, input: x.value, change: W.change)
        return cross(crossing, x, W) + [
            Step(
                .readOff, W.gradient, crossing.gradient,
                """
                Each weight gathers, over all samples, the entry of \(x) that it multiplied times the gradient of the sum that it went \
                into.
                """
            )
        ]
    }

    private func cross(_ crossing: Crossing, _ mover: Variable, _ freed: Variable) -> [Step] {
        [
            Step(
                crossing.rule, crossing.before, crossing.after,
                """
                \(mover) stands \(crossing.side) of \(freed.change.text). It crosses, is transposed by that, and stays on the \
                \(crossing.side).
                """
            )
        ]
    }

    private var bias: [Step] {
        let ones = MatrixExpression.ones
        let reason =
            """
            The bias was copied to every sample, so its gradient is the sum over the samples. Multiplying by ones is how a product says \
            that.
            """
        switch layout {
        case .rows:
            return [
                Step(
                    .leftFactor, inner(o_t.gradient, ones * b.change.transposed),
                    inner(ones.transposed * o_t.gradient, b.change.transposed),
                    "The ones stand left of the change. They cross, are transposed by that, and stay on the left."),
                Step(
                    .bothTransposed, inner(ones.transposed * o_t.gradient, b.change.transposed),
                    inner(o_t.gradient.transposed * ones, b.change),
                    "The same products of entries, in the shape of b."),
                Step(.readOff, b.gradient, o_t.gradient.transposed * ones, reason),
            ]
        case .columns:
            return [
                Step(
                    .rightFactor, inner(o_t.gradient, b.change * ones.transposed), inner(o_t.gradient * ones, b.change),
                    """
                    The ones stand right of the change, already transposed. They cross, are transposed back by that, and stay on the \
                    right.
                    """
                ),
                Step(.readOff, b.gradient, o_t.gradient * ones, reason),
            ]
        }
    }
}
