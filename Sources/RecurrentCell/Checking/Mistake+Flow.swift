// What flows back is wrong, though f′ is right where it stands: dh, the pre-activation, or an array that the lines multiply do_t with.
extension Mistake {
    static let flow: [Mistake] =
        [
            .flow("upstream-ignored", { step in step.flowing(step.slope) }) {
                "dh is not in it: this is the gradient of the sum of all entries of h_t. Begin with the upstream gradient: \($0.chain)."
            },
            .flow("inner-product", { $0.flowing(innerProduct($0)) }) {
                "dh and f′(o_t) are multiplied as an inner product, which adds up over the units. f acts on each entry alone, so the product is "
                    + "entrywise (Hadamard): \($0.chain)."
            },
            .flow("matrix-product-for-hadamard", { step in step.flowing(step.dh.times(step.slope)) }) {
                "dh and f′(o_t) are multiplied as matrices. f acts on each entry alone, so the product is entrywise (Hadamard): \($0.chain)."
            },
            .flow("upstream-of-previous-step", { step in step.formula(for: .dh_prev)?.hadamard(step.slope).flatMap { step.flowing($0) } }) {
                "dh_prev stands where dh belongs: the upstream gradient of the step before. This step begins with its own: \($0.chain)."
            },
            .flow("flowed-too-far", { step in step.flowing(step.formula(for: .dh_prev)) }) {
                "dh_prev stands where do_t belongs: the gradient has flowed back through W_h before it was used. \($0.chain)."
            },
            .flow("bias-forgotten", { step in step.recomputed { $0.b = step.b.scaled(by: 0) } }) {
                "The forward pass lacks the bias, so f is at the wrong place. o_t = \($0.preactivation); \($0.chain)."
            },
            .flow("recurrent-term-forgotten", { step in step.preactivated(step.x_t.times(step.W_x)?.plus(step.b)) }) {
                "The forward pass lacks the term of h_prev, so f is at the wrong place. o_t = \($0.preactivation); \($0.chain)."
            },
            .flow("input-term-forgotten", { step in step.preactivated(step.h_prev.times(step.W_h)?.plus(step.b)) }) {
                "The forward pass lacks the term of x_t, so f is at the wrong place. o_t = \($0.preactivation); \($0.chain)."
            },
            .flow("weights-transposed", { step in step.recomputed { $0.W_h = step.W_h.transposed } }) {
                "W_h was transposed in the forward pass and the same matrix used on the way back. With W_h as given, o_t = \($0.preactivation); "
                    + "\($0.chain)."
            },
            .flow("weights-transposed", { step in step.recomputed { $0.W_x = step.W_x.transposed } }) {
                "W_x was transposed in the forward pass and the same matrix used on the way back. With W_x as given, o_t = \($0.preactivation); "
                    + "\($0.chain)."
            },
            .flow("new-state-for-previous", { step in step.exchanged { $0.h_prev = step.h_t } }) {
                "h_t stands where h_prev belongs. W_h was multiplied by the state before the step, so that is what its gradient takes: \($0.line)."
            },
            .flow("input-and-state-exchanged", { step in step.exchanged { ($0.x_t, $0.h_prev) = (step.h_prev, step.x_t) } }) {
                "x_t and h_prev are exchanged. Each weight's gradient takes what that weight was multiplied by: \($0.line)."
            },
            .flow("weights-exchanged", { step in step.exchanged { ($0.W_x, $0.W_h) = (step.W_h, step.W_x) } }) {
                "W_x and W_h are exchanged. What flowed forward through a matrix flows back through the same one: \($0.line)."
            },
            .flow("one-sample-only", { $0.sample(at: $0.extents.samples - 1) }) {
                "Only the last of the \($0.samples) is in it, as where = stands for +=. \($0.reason): \($0.line)."
            },
            .flow("one-sample-only", { $0.sample(at: 0) }) {
                "Only the first of the \($0.samples) is in it. \($0.reason): \($0.line)."
            },
        ] + shifted

    /// dh of another sample, or of another step where the samples are steps.
    private static let shifted = [1, -1].map { shift in
        let which = shift == 1 ? "next" : "previous"
        return Mistake.flow("upstream-shifted", { step in step.upstream { ($0 + shift + step.extents.samples) % step.extents.samples } }) {
            "Each sample has the dh of the \(which) one. Gradient and state must belong to the same sample and step: \($0.chain)."
        }
    }

    /// Σ_j dh_nj f′(o_nj), for every unit alike.
    private static func innerProduct(_ step: Step) -> Formula? {
        let (dh, slope) = (step.dh, step.slope)
        return Formula(rows: dh.rows, columns: dh.columns) { n, _ in .sum(dh.columns) { dh.entry(n, $0) * slope.entry(n, $0) } }
    }
}

extension Step {
    /// The step with arrays exchanged in the lines only; do_t stays.
    fileprivate func exchanged(_ change: (inout Step) -> Void) -> Step? {
        var step = self
        change(&step)
        return step
    }

    /// The step with one sample; nil where it has no more.
    fileprivate func sample(at index: Int) -> Step? {
        guard extents.samples > 1 else { return nil }
        return exchanged {
            $0.x_t = x_t.rows(1) { _ in index }
            $0.h_prev = h_prev.rows(1) { _ in index }
            $0.do_t = do_t.rows(1) { _ in index }
        }
    }

    /// The step with the rows of dh in another order.
    fileprivate func upstream(_ source: @escaping (Int) -> Int) -> Step? {
        flowing(dh.rows(dh.rows, source).hadamard(slope))
    }
}
