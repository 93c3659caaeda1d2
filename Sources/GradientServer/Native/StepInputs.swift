import RecurrentCell
import TensorText

/// The five inputs of one step, and which of them were one sample alone.
struct StepInputs<S: WireScalar> {
    var values: CellInputs<S>
    var isSingleInput: Bool
    var isSingleState: Bool
}

extension CellRequest {
    /// The names of the five inputs.
    static let inputs = ["x_t", "h_prev", "W_x", "W_h", "b"]

    /// Which function, in which convention.
    func cell() throws(Problem) -> Cell {
        Cell(activation: try choice("activation", default: .tanh), convention: try choice("convention", default: .row))
    }

    /// What is to be returned: the five gradients unless the request says otherwise.
    func outputs() throws(Problem) -> Outputs {
        guard let words = try words("outputs", among: Outputs.names.map(\.name)) else { return .gradients }
        return Outputs(Outputs.names.filter { words.contains($0.name) }.map(\.output))
    }

    /// Reads them in the order in which one tells the extents of the next, so that an empty list has a shape: b has H entries, W_x D rows.
    func stepInputs<S: WireScalar>(_ convention: Convention) throws(Problem) -> StepInputs<S> {
        let b: [S] = try vector("b")
        let W_h: Matrix<S> = try matrix("W_h", columns: b.count)
        let W_x: Matrix<S> = try matrix("W_x", columns: convention == .row ? b.count : 0)
        let x_t: Samples<S> = try samples("x_t", entries: convention == .row ? W_x.rows : W_x.columns, convention)
        let h_prev: Samples<S> = try samples("h_prev", entries: b.count, convention)
        return StepInputs(
            values: CellInputs(x_t: x_t.matrix, h_prev: h_prev.matrix, W_x: W_x, W_h: W_h, b: b),
            isSingleInput: x_t.isSingle, isSingleState: h_prev.isSingle)
    }
}

extension CellInputs {
    /// How many numbers there are: as many as their gradients have.
    var count: Int { x_t.elements.count + h_prev.elements.count + W_x.elements.count + W_h.elements.count + b.count }
}
