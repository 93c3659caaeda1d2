// What flows back is right, but the line does something else with it.
extension Mistake {
    static let lines: [Mistake] =
        products + [
            .line("other-convention", { step, result in otherConvention(step, result) }) {
                "This is what the formulas of the other convention give. Samples are \($0.cell.convention == .row ? "rows" : "columns") here: "
                    + "o_t = \($0.preactivation), \($0.chain)."
            },
            .line("other-convention", { step, result in otherConventionOfWeights(step, result) }) {
                "The weights are used as in the other convention, where they are transposed. Here o_t = \($0.preactivation), \($0.chain)."
            },
            .line("weights-missing", { step, result in result == .dx_t || result == .dh_prev ? step.do_t : nil }) {
                "This is do_t: the way back through the weights is missing. \($0.line)."
            },
            .line("upstream-itself", { step, result in result == .dx_t || result == .dh_prev ? step.dh : nil }) {
                "This is dh itself, handed on unchanged. Go back through f and the weights: \($0.chain)."
            },
            .line("derivative-after-weights", { step, result in derivativeAfterWeights(step, result) }) {
                "The factor f′(o_t) is applied after the weights. Going back, f comes first, as it came last going forward: \($0.chain)."
            },
            .line("one-step-too-far", { step, result in oneStepTooFar(step, result) }) {
                "This is multiplied by f′ of the previous step already, which makes it do of that step. The gradient at h_prev itself is "
                    + "\($0.line)."
            },
            .line("added-to-upstream", { step, result in result == .dh_prev ? step.formula(for: result)?.plus(step.dh) : nil }) {
                "dh is added to it. h_prev reaches the loss through h_t here, and that is in \($0.line) already; what comes from elsewhere is "
                    + "added to the dh of the previous step."
            },
            .line("not-summed-over-samples", { step, result in perSample(step, result) }) {
                "There is one for each sample, not their sum. \($0.reason): \($0.line), \($0.shape)."
            },
            .line("summed-over-samples", { step, result in result.isPerSample ? step.formula(for: result)?.sumOfRows : nil }) {
                "It is summed over the samples, but each sample has its own: \($0.line), \($0.shape)."
            },
            .line("summed-over-units", { step, result in result == .db ? step.do_t.transposed.sumOfRows : nil }) {
                "The sum runs over the units instead of the samples. b has an entry for each unit, and so has its gradient: \($0.line)."
            },
            .line("summed-over-everything", { step, result in result == .db ? step.do_t.sumOfRows.transposed.sumOfRows : nil }) {
                "The sum runs over the units too. b has an entry for each unit, and so has its gradient: \($0.line)."
            },
            .line("hadamard-for-outer-product", { step, result in hadamard(step, result) }) {
                "The factors are multiplied entry by entry. \($0.reason): \($0.line), \($0.shape)."
            },
            .line("activation-forgotten", { step, result in result == .h_t ? step.o_t : nil }) {
                "This is o_t: f has not been applied. \($0.line)."
            },
        ]

    /// The right two factors of a product, in other orders or with other marks. Both at once are the transpose of the right one, which has its own entry.
    private static let products = StepResult.allCases.flatMap { result -> [Mistake] in
        guard let right = result.line else { return [] }
        var mistakes: [Mistake] = []
        for (isSwapped, flipsLeft, flipsRight) in variations {
            var line = right
            line.left.isTransposed = line.left.isTransposed != flipsLeft
            line.right.isTransposed = line.right.isTransposed != flipsRight
            if isSwapped { (line.left, line.right) = (line.right, line.left) }
            let loses = [right.left, right.right].first { $0.isTransposed }.map { flipped in
                ![line.left, line.right].contains(flipped) && !isSwapped && flipsLeft != flipsRight
            }
            let guess: @Sendable (Step, StepResult) -> Formula? = { [line] step, asked in asked == result ? line.formula(step) : nil }
            mistakes.append(
                .line(loses == true ? "factor-not-transposed" : "wrong-product", guess) { [line] in
                    "This is \(line.text($0.cell.convention)). \($0.reason): \($0.line)."
                })
        }
        return mistakes
    }

    /// Whether the factors change places, and which lose or get the mark of the transpose. Fewest changes first.
    private static let variations = [
        (false, true, false), (false, false, true), (true, false, false), (false, true, true), (true, true, false), (true, false, true),
    ]

    /// The caller's arrays in the formulas of the other convention; all of them must be square for that.
    private static func otherConvention(_ step: Step, _ result: StepResult) -> Formula? {
        let (n, d, h) = (step.extents.samples, step.extents.inputs, step.extents.units)
        guard n == d, d == h else { return nil }
        let other = step.recomputed {
            $0.x_t = step.x_t.transposed
            $0.h_prev = step.h_prev.transposed
            $0.W_x = step.W_x.transposed
            $0.W_h = step.W_h.transposed
            $0.dh = step.dh.transposed
        }
        let guess = other?.formula(for: result)
        return result == .db ? guess : guess?.transposed
    }

    /// Samples as they should be, but the weights, and so their gradients, transposed: for one sample given as a list that is the other convention.
    private static func otherConventionOfWeights(_ step: Step, _ result: StepResult) -> Formula? {
        let other = step.recomputed {
            $0.W_x = step.W_x.transposed
            $0.W_h = step.W_h.transposed
        }
        let guess = other?.formula(for: result)
        return result == .dW_x || result == .dW_h ? guess?.transposed : guess
    }

    /// (dh Wᵀ) ⊙ f′(o_t).
    private static func derivativeAfterWeights(_ step: Step, _ result: StepResult) -> Formula? {
        guard result == .dx_t || result == .dh_prev else { return nil }
        return step.flowing(step.dh)?.formula(for: result)?.hadamard(step.slope)
    }

    /// (do_t W_hᵀ) ⊙ f′ of the state before: what the next line of backpropagation through time will make of it.
    private static func oneStepTooFar(_ step: Step, _ result: StepResult) -> Formula? {
        guard result == .dh_prev, step.cell.activation.isDeterminedByOutput else { return nil }
        let slope = step.h_prev.mapped(step.rounding) { step.cell.activation.derivative(atOutput: $0) }
        return step.formula(for: result)?.hadamard(slope)
    }

    /// Row n is the share of sample n, a matrix's share row by row.
    private static func perSample(_ step: Step, _ result: StepResult) -> Formula? {
        let (samples, units, do_t) = (step.extents.samples, step.extents.units, step.do_t)
        func outerProducts(_ factor: Formula) -> Formula {
            Formula(rows: samples, columns: factor.columns * units) { factor.entry($0, $1 / units) * do_t.entry($0, $1 % units) }
        }
        return switch result {
        case .db: do_t
        case .dW_x: outerProducts(step.x_t)
        case .dW_h: outerProducts(step.h_prev)
        case .dx_t, .dh_prev, .do_t, .h_t: nil
        }
    }

    private static func hadamard(_ step: Step, _ result: StepResult) -> Formula? {
        switch result {
        case .dW_x: step.x_t.hadamard(step.do_t)
        case .dW_h: step.h_prev.hadamard(step.do_t)
        default: nil
        }
    }
}
