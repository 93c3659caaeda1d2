/// What a step says: that two sides are equal.
package enum Statement: Equatable, Sendable {
    case matrices(MatrixExpression, MatrixExpression)
    /// Only indices can say this: what has more than two of them.
    case entries(EntryExpression, EntryExpression)
    /// What f or f′ is, as a function of one number. `by` names the number: o, or h = f(o).
    case formula(Entrywise, by: String, Formula)
}

/// One line of a derivation: what is said, by which rule, and why, in a sentence or two.
package struct Step: Sendable {
    package let rule: Rule
    package let statement: Statement
    package let reason: String

    init(_ rule: Rule, _ left: MatrixExpression, _ right: MatrixExpression, _ reason: String) {
        precondition(left.shape == right.shape, "\(left.shape.symbols) = \(right.shape.symbols)")
        self.init(rule, .matrices(left, right), reason)
    }

    init(_ rule: Rule, _ statement: Statement, _ reason: String) {
        self.rule = rule
        self.statement = statement
        self.reason = reason
    }
}

/// Steps that answer one question.
package struct Chapter: Sendable {
    /// The question.
    package let title: String
    package let introduction: String
    package let steps: [Step]
}

/// A line of the list of notation.
package struct NotationEntry: Sendable {
    package let notation: Notation
    /// nil for a sign.
    package let symbol: Symbol?
    package let meaning: String
}

/// How the gradients of h_t = f(h_prev W_h + x_t W_x + 1 bᵀ) come about, for one function, one layout and one set of sizes.
package struct CellDerivation: Sendable {
    package let function: Function
    package let layout: SampleLayout
    package let sizes: Sizes
    package let title: String
    /// What to know about the numbers in it.
    package let note: String
    package let notation: [NotationEntry]
    package let chapters: [Chapter]

    /// - Parameters:
    ///   - gradients: the gradients to derive, by their names: some of dx_t, dh_prev, dW_x, dW_h, db.
    ///   - slopeFromOutput: f′ is taken from a given h_t and not from o_t.
    ///   - note: what to know about the numbers that will be shown, in a sentence or two.
    package init(function: Function, layout: SampleLayout, sizes: Sizes, gradients: [String], slopeFromOutput: Bool, note: String) {
        self.note = note
        self.function = function
        self.layout = layout
        self.sizes = sizes
        let cell = CellVariables(layout)
        title =
            "The gradients of h_t = f(\(layout == .rows ? "h_prev W_h + x_t W_x + 1 bᵀ" : "W_h h_prev + W_x x_t + b 1ᵀ")), "
            + "f = \(function.rawValue)"
        notation = cell.notation
        chapters = [
            cell.linearLayer(), cell.forward(function), cell.backThroughFunction(function, slopeFromOutput: slopeFromOutput),
            cell.backThroughSum(gradients), cell.tensor(sizes, gradients), cell.results(gradients),
        ].compactMap(\.self)
    }
}

extension CellDerivation {
    /// The layout, the sizes and the note.
    package var facts: String {
        let counts = [(sizes.samples, "N", "sample"), (sizes.inputs, "D", "input"), (sizes.units, "H", "unit")].map { count, letter, noun in
            "\(letter) = \(count) \(noun)\(count == 1 ? "" : "s")"
        }
        return "A sample is a \(layout == .rows ? "row" : "column"); \(counts.joined(separator: ", ")). \(note)"
    }
}
