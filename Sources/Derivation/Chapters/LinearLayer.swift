extension CellVariables {
    /// y = x W: every step from the definitions, by traces. The later chapters use what is found here.
    func linearLayer() -> Chapter {
        let (sum, changes) = (layout.layer(x.value, W.value), layout.layer(x.change, W.value) + layout.layer(x.value, W.change))
        let weights = layout.freeWeights(in: y.gradient, input: x.value, change: W.change)
        let input = layout.freeInput(in: y.gradient, weights: W.value, change: x.change)
        return Chapter(
            title: "One linear layer: where do the transposes come from?",
            introduction: """
                Take one layer alone, and let L be any number that is computed from y. Your x_t serves as x, your W_x as W, and your dh as \
                dy, the gradient of L in y. How much does L change if W changes a little, or x?
                """,
            steps: [
                Step(
                    .definition, y.value, sum,
                    "Each \(line) of y belongs to one sample: W mixes the D entries of the sample to H new ones."),
                Step(
                    .gradient, δL, inner(y.gradient, y.change),
                    """
                    dy holds a slope for each entry of y. To first order L changes by the sum of slope times change over all entries. That \
                    is an inner product, because L is one number.
                    """),
                Step(
                    .productRule, y.change, changes,
                    "One factor changes while the other stands still. Matrices do not commute, so each factor keeps its place."),
                Step(
                    .linearity, δL, inner(y.gradient, layout.layer(x.change, W.value)) + inner(y.gradient, layout.layer(x.value, W.change)),
                    "The change of y put into the change of L, as two inner products: one for each factor that may change."),
            ] + traces(weights, x, W) + traces(input, W, x))
    }

    /// The crossing of `mover`, step by step, and the gradient in `freed` that it shows.
    private func traces(_ crossing: Crossing, _ mover: Variable, _ freed: Variable) -> [Step] {
        let (a, left, right) = (crossing.a, crossing.left, crossing.right)
        let chain = trace(a.transposed * left * right)
        let turned = trace(right * a.transposed * left)
        let regrouped = trace(crossing.gradient.transposed * crossing.freed)
        let start = Step(
            .trace, crossing.before, chain,
            """
            Now for \(freed): it must stand alone on its side of the inner product. Written as a trace, the factors form one chain that \
            can be regrouped.
            """)
        let turn = Step(
            .cyclic, chain, turned,
            """
            The last factor of a trace may become its first: both are the same sum, as the index form shows. So \(freed.change.text) comes \
            last.
            """
        )
        return [start] + (crossing.factor == .left ? [] : [turn]) + [
            Step(
                .transposeOfProduct, crossing.factor == .left ? chain : turned, regrouped,
                """
                A transposed product is the product of the transposes in reverse order. So one matrix, transposed, stands before \
                \(freed.change.text).
                """
            ),
            Step(
                .trace, regrouped, crossing.after,
                """
                The trace read as an inner product again. \(mover) stood \(crossing.side) of \(freed.change.text). It has crossed to the \
                other side of the comma: transposed, and still on the \(crossing.side).
                """),
            Step(
                .readOff, freed.gradient, crossing.gradient,
                """
                While \(mover) stands still, δL is this inner product, and by definition it is \
                ⟨\(freed.gradient.text), \(freed.change.text)⟩. Both hold for every \(freed.change.text), so the matrices opposite it are equal.
                """),
        ]
    }
}
