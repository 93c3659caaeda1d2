import RecurrentCell
import TensorText

/// `POST /jacobian/dense`: every partial derivative of h_t, as nested lists, for sizes at which one can look at them.
enum JacobianEndpoint: CellEndpoint {
    static let required = CellRequest.inputs
    static let optional = CellRequest.cellOptions + ["with_respect_to"]
    static let isProportional = false

    /// Entries of all Jacobians of one reply. They grow with N² H D, so that a small request can ask for gigabytes.
    static let entryLimit = 1 << 20

    static func reply<S: WireScalar>(
        _ request: CellRequest, as scalar: S.Type, _ execution: inout Execution
    ) throws(Problem) -> [[UInt8]] {
        let cell = try request.cell(team: execution.team)
        let names = try request.words("with_respect_to", among: CellInput.allCases.map(\.rawValue)) ?? CellInput.allCases.map(\.rawValue)
        let inputs: StepInputs<S> = try request.stepInputs(cell.convention)
        execution.extents = inputs.extents(cell.convention)
        execution.end(.decode)

        var jacobians: [(CellInput, Jacobian<S>)] = []
        var room = entryLimit
        for input in CellInput.allCases where names.contains(input.rawValue) {
            let jacobian = try Problem.translating { () throws(InputError) in
                try cell.jacobian(inputs.values, withRespectTo: input, limit: room)
            }
            room -= jacobian.elements.count
            jacobians.append((input, jacobian))
        }
        execution.end(.compute)

        var reply = CellReply(numbers: entryLimit - room, team: execution.team)
        for (input, jacobian) in jacobians {
            let axes = Axes(of: input, inputs, cell.convention)
            reply.add(input.rawValue, order: axes.order, shape: axes.kept.map { jacobian.shape[$0] }, jacobian.elements)
        }
        return reply.finish()
    }
}

/// The indices of a Jacobian as they are nested: those of h_t and then those of the input. Where a sample was given alone, its index, which
/// takes one value only, is left out: ∂h_i/∂W_jk is then a tensor of third order.
private struct Axes {
    /// In words: `∂h_t[n][i] / ∂x_t[m][d]`.
    let order: String

    /// Which axes of the full Jacobian are written.
    let kept: [Int]

    init<S: WireScalar>(of input: CellInput, _ inputs: StepInputs<S>, _ convention: Convention) {
        let (sample, state) = (inputs.isSingleState ? nil : "n", "i")
        let result = Self.turned([sample, state], convention)
        let argument: [String?] =
            switch input {
            case .x_t: Self.turned([inputs.isSingleInput ? nil : "m", "d"], convention)
            case .h_prev: Self.turned([inputs.isSingleState ? nil : "m", "j"], convention)
            case .W_x: Self.turned(["d", "j"], convention)
            case .W_h: Self.turned(["k", "j"], convention)
            case .b: ["j"]
            }
        let subscripts: ([String?]) -> String = { $0.compactMap { $0.map { "[\($0)]" } }.joined() }
        order = "∂h_t\(subscripts(result)) / ∂\(input.rawValue)\(subscripts(argument))"
        kept = (result + argument).enumerated().filter { $0.element != nil }.map(\.offset)
    }

    /// The column convention has the indices of every matrix the other way round.
    private static func turned(_ indices: [String?], _ convention: Convention) -> [String?] {
        convention == .row ? indices : indices.reversed()
    }
}
