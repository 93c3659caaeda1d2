/// How things are called in the caller's convention, for sentences about one result.
struct Wording {
    let result: StepResult
    let cell: Cell
    let extents: Extents

    /// The name of the result.
    var name: String { result.rawValue }

    /// The right line: `dW_h = h_prevᵀ do_t`.
    var line: String {
        switch result {
        case .db: "db = Σ_n do_t, the sum over the samples"
        case .do_t: "do_t = dh ⊙ \(slope)"
        case .h_t: "h_t = \(function)(o_t) with o_t = \(preactivation)"
        case .dx_t, .dh_prev, .dW_x, .dW_h: "\(name) = \(result.line?.text(cell.convention) ?? name)"
        }
    }

    /// The right line with what comes before it.
    var chain: String {
        switch result {
        case .do_t, .h_t: line
        default: "do_t = dh ⊙ \(slope) and then \(line)"
        }
    }

    /// o_t.
    var preactivation: String {
        cell.convention == .row ? "h_prev W_h + x_t W_x + b" : "W_h h_prev + W_x x_t + b"
    }

    /// f by its name.
    var function: String { cell.activation.rawValue }

    /// f′(o_t) as it is mostly written.
    var slope: String {
        switch cell.activation {
        case .tanh: "(1 - h_t²)"
        case .sigmoid: "h_t ⊙ (1 - h_t)"
        default: "f′(o_t)"
        }
    }

    /// Why the right line is a product, and of what.
    var reason: String {
        switch result {
        case .dx_t: "What flowed forward through W_x flows back through its transpose"
        case .dh_prev: "What flowed forward through W_h flows back through its transpose"
        case .dW_x: "Each sample contributes the outer product of x_t and do_t, and the sum of these is a matrix product over the samples"
        case .dW_h:
            "Each sample contributes the outer product of h_prev and do_t, and the sum of these is a matrix product over the samples"
        case .db: "b is added to every sample, so its gradient is the sum over them"
        case .do_t: "f acts on each entry alone"
        case .h_t: "The state is f of the pre-activation"
        }
    }

    /// The shape that the result must have.
    var shape: String { Self.text(result.shape(extents, cell.convention)) }

    /// N as a noun: "4 samples".
    var samples: String { "\(extents.samples) \(extents.samples == 1 ? "sample" : "samples")" }

    /// A shape: "2×3", or "2 entries".
    static func text(_ shape: [Int]) -> String {
        shape.count == 1 ? "\(shape[0]) \(shape[0] == 1 ? "entry" : "entries")" : shape.map(String.init).joined(separator: "×")
    }
}
