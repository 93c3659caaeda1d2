extension CellVariables {
    /// o_t and h_t.
    func forward(_ function: Function) -> Chapter {
        Chapter(
            title: "The cell forward, in two steps",
            introduction:
                """
                The cell is a sum of two such layers and a bias, and then a function f of each entry. Two steps forward make two steps \
                back.
                """,
            steps: [
                Step(
                    .definition, o_t.value, sum,
                    """
                    The same bias is added to every sample: 1 stands for a column of ones, so \(layout.copies(of: b.value).text) has the \
                    entries of b in every \(line).
                    """),
                Step(.definition, .formula(.function, by: "o", function.formula), function.words),
                Step(.definition, h_t.value, Entrywise.function(o_t.value), "f acts on each entry by itself."),
            ])
    }

    /// The pre-activation.
    private var sum: MatrixExpression {
        layout.layer(h_prev.value, W_h.value) + layout.layer(x_t.value, W_x.value) + layout.copies(of: b.value)
    }
}
