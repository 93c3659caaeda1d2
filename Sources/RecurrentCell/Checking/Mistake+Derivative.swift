// f′ is wrong, or where it stands.
extension Mistake {
    static let derivatives: [Mistake] =
        [
            .flow("derivative-missing", { $0.flowing($0.dh) }) {
                "The factor f′(o_t) is missing: dh stands where do_t belongs. Go back through f first: \($0.chain)."
            },
            .flow("derivative-at-state", { step in step.sloped(step.h_t) { step.cell.activation.jet(at: $0).derivative } }) {
                "f′ is taken at h_t, after f has been applied already. It belongs at the pre-activation: \($0.chain)."
            },
            .flow("state-formula-at-preactivation", { step in step.sloped(step.o_t) { step.cell.activation.derivative(atOutput: $0) } }) {
                "The formula for f′ in terms of h_t was given o_t. In terms of h_t, the result of f, it is right: \($0.chain)."
            },
            .flow("derivative-twice", { step in step.flowing(step.do_t.hadamard(step.slope)) }) {
                "The factor f′(o_t) is applied twice. The chain rule has it once, on the way through f: \($0.chain)."
            },
            .flow("state-for-derivative", { step in step.sloped(step.h_t) }) {
                "h_t stands where f′(o_t) belongs. What flows back is multiplied by the slope of f, not by its value: \($0.chain)."
            },
            .flow("derivative-of-previous-step", { step in step.sloped(step.h_prev) { step.cell.activation.derivative(atOutput: $0) } }) {
                "f′ is taken from h_prev, the state one step earlier. It belongs to the state that dh is the gradient of: \($0.chain)."
            },
            .flow("approximate-gelu", { step in step.cell.activation == .gelu ? step.sloped(step.o_t, derivativeOfApproximateGelu) : nil })
            {
                "This is the derivative of gelu's approximation by tanh. Here gelu is o Φ(o) itself (in PyTorch approximate=\"none\"): \($0.chain)."
            },
        ] + misremembered + ofOtherFunctions

    /// Formulas for f′ in terms of h that look like the right one.
    private static let lookalikes: [(activation: Activation, text: String, formula: @Sendable (Double) -> Double)] = [
        (.tanh, "1 - h_t, with the square forgotten", { 1 - $0 }),
        (.tanh, "1 + h_t²", { 1 + $0 * $0 }),
        (.tanh, "(1 - h_t)²", { (1 - $0) * (1 - $0) }),
        (.tanh, "h_t²", { $0 * $0 }),
        (.sigmoid, "1 - h_t, with the factor h_t forgotten", { 1 - $0 }),
        (.sigmoid, "h_t ⊙ (1 + h_t)", { $0 * (1 + $0) }),
    ]

    private static let misremembered = lookalikes.map { activation, text, formula in
        Mistake.flow("derivative-misremembered", { step in step.cell.activation == activation ? step.sloped(step.h_t, formula) : nil }) {
            "f′ is taken as \(text). The derivative of \($0.function) is \($0.slope): \($0.chain)."
        }
    }

    /// The derivative of the wrong function, from o or from h. The identity's is 1: there "derivative-missing" says more.
    private static let ofOtherFunctions = Activation.allCases.filter { $0 != .identity }.flatMap { other in
        [true, false].map { isAtState in
            Mistake.flow("derivative-of-another-function", { derivative(of: other, isAtState: isAtState, in: $0) }) {
                "f′ is that of \(other.rawValue), but the activation is \($0.function): \($0.chain)."
            }
        }
    }

    private static func derivative(of other: Activation, isAtState: Bool, in step: Step) -> Step? {
        guard other != step.cell.activation else { return nil }
        guard isAtState else { return step.sloped(step.o_t) { other.jet(at: $0).derivative } }
        return other.isDeterminedByOutput ? step.sloped(step.h_t) { other.derivative(atOutput: $0) } : nil
    }

    /// gelu ≈ o (1 + tanh u) / 2 with u = √(2/π) (o + 0.044715 o³).
    private static let derivativeOfApproximateGelu: @Sendable (Double) -> Double = { o in
        let scale = (2 / Double.pi).squareRoot()
        let jet = Activation.tanh.jet(at: scale * (o + 0.044715 * o * o * o))
        return (1 + jet.value) / 2 + o * jet.derivative * scale * (1 + 3 * 0.044715 * o * o) / 2
    }
}
