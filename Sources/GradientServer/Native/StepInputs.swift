import RecurrentCell
import TensorText
import Threads

/// The five inputs of one step, and which of them were one sample alone.
struct StepInputs<S: WireScalar> {
    var values: CellInputs<S>
    var isSingleInput: Bool
    var isSingleState: Bool

    /// N, D and H, not yet compared with each other.
    func extents(_ convention: Convention) -> Extents {
        let x_t = values.x_t
        let (samples, inputs) = convention == .row ? (x_t.rows, x_t.columns) : (x_t.columns, x_t.rows)
        return Extents(samples: samples, inputs: inputs, units: values.b.count)
    }
}

/// The parameters of a cell.
struct Weights<S: WireScalar> {
    let convention: Convention
    var W_x: Matrix<S>
    var W_h: Matrix<S>
    var b: [S]

    /// D, as W_x has it.
    var inputs: Int { convention == .row ? W_x.rows : W_x.columns }

    /// H, as b has it.
    var units: Int { b.count }

    var count: Int { W_x.elements.count + W_h.elements.count + b.count }
}

extension CellRequest {
    /// The names of the five inputs.
    static let inputs = ["x_t", "h_prev", "W_x", "W_h", "b"]

    /// The members that say which cell is meant, and in which precision.
    static let cellOptions = ["convention", "activation", "dtype"]

    /// Which function, in which convention.
    func cell(team: Team) throws(Problem) -> Cell {
        Cell(activation: try choice("activation", default: .tanh), convention: try choice("convention", default: .row), team: team)
    }

    /// What is to be returned; `fallback` where the request does not say.
    func outputs(among known: [(output: Outputs, name: String)], default fallback: Outputs) throws(Problem) -> Outputs {
        guard has("outputs"), let words = try words("outputs", among: known.map(\.name)) else { return fallback }
        return Outputs(known.filter { words.contains($0.name) }.map(\.output))
    }

    /// The parameters, read in the order in which one tells the extents of the next, so that an empty list has a shape: b has H entries.
    func weights<S: WireScalar>(_ convention: Convention) throws(Problem) -> Weights<S> {
        let b: [S] = try vector("b")
        return Weights(
            convention: convention, W_x: try matrix("W_x", columns: convention == .row ? b.count : 0),
            W_h: try matrix("W_h", columns: b.count), b: b)
    }

    func stepInputs<S: WireScalar>(_ convention: Convention) throws(Problem) -> StepInputs<S> {
        let weights: Weights<S> = try weights(convention)
        let x_t: Samples<S> = try samples("x_t", entries: weights.inputs, convention)
        let h_prev: Samples<S> = try samples("h_prev", entries: weights.units, convention)
        return StepInputs(
            values: CellInputs(x_t: x_t.matrix, h_prev: h_prev.matrix, W_x: weights.W_x, W_h: weights.W_h, b: weights.b),
            isSingleInput: x_t.isSingle, isSingleState: h_prev.isSingle)
    }

    /// A member that has the shape of h_t.
    func states<S: WireScalar>(_ name: String, of inputs: StepInputs<S>, _ convention: Convention) throws(Problem) -> Samples<S> {
        try samples(name, entries: inputs.values.b.count, convention)
    }
}

extension CellInputs {
    /// How many numbers there are: as many as their gradients have.
    var count: Int { x_t.elements.count + h_prev.elements.count + W_x.elements.count + W_h.elements.count + b.count }
}
