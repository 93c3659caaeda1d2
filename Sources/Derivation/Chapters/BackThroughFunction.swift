extension CellVariables {
    /// From dh to do_t.
    func backThroughFunction(_ function: Function, slopeFromOutput: Bool) -> Chapter {
        let slope = Entrywise.derivative(o_t.value)
        return Chapter(
            title: "Back through f: an inner product or a Hadamard product?",
            introduction:
                """
                You give dh, the gradient of L in h_t. Wanted is do_t, the gradient of L in o_t. Both products occur, in different places.
                """,
            steps: [
                Step(
                    .gradient, δL, inner(h_t.gradient, h_t.change),
                    "The inner product: it joins a matrix of slopes and a matrix of changes to one number, the change of L."),
                Step(
                    .diagonal,
                    .entries(
                        .partial(h_t.symbol, indices(.n, .j), by: o_t.symbol, indices(.m, .k)),
                        .product([.applied(.derivative, .entry(o_t.symbol, indices(.n, .j))), .same(.n, .m), .same(.j, .k)])),
                    "An entry of h_t depends on the entry of o_t in the same place and on no other. All other partial derivatives are 0."),
                Step(
                    .entrywise, h_t.change, slope ⊙ o_t.change,
                    """
                    The Hadamard product: with a diagonal Jacobian each change is multiplied by its own slope. A matrix product would mix \
                    entries that do not depend on each other.
                    """),
                Step(.derivative, .formula(.derivative, by: "o", function.derivative), function.slopeWords),
            ] + slopeByOutput(function, isUsed: slopeFromOutput) + [
                Step(.substitution, δL, inner(h_t.gradient, slope ⊙ o_t.change), "The change of h_t put into the change of L."),
                Step(
                    .hadamard, inner(h_t.gradient, slope ⊙ o_t.change), inner(h_t.gradient ⊙ slope, o_t.change),
                    """
                    Each term is a product of three numbers, which can be bracketed either way. No entry changes its place, so nothing is \
                    transposed.
                    """
                ),
                Step(
                    .readOff, o_t.gradient, h_t.gradient ⊙ slope,
                    "δL is this inner product, and by definition it is ⟨do_t, δo_t⟩. Both hold for every δo_t, so the matrices opposite it are equal."
                ),
            ])
    }

    private func slopeByOutput(_ function: Function, isUsed: Bool) -> [Step] {
        // Where both formulas are the same, the second would say nothing new.
        guard let formula = function.derivativeFromOutput, isUsed || formula != function.derivative else { return [] }
        let use =
            isUsed
            ? "You gave h_t, so the slopes below come from it."
            : "The slopes below come from o_t all the same: where f levels off, h_t has lost the digits that tell how steep it still is."
        return [Step(.derivative, .formula(.derivative, by: "h", formula), "The same slope by the result, h = f(o). \(use)")]
    }
}
