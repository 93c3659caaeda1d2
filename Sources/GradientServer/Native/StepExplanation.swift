import Derivation
import RecurrentCell
import TensorText

/// A derivation with the numbers that `/backward` works with: computed by the cell, none of them here.
struct StepExplanation<S: WireScalar> {
    let cell: Cell
    let derivation: CellDerivation

    /// What `backward` gives; nil where there are too many numbers to show.
    let gradients: Gradients<S>?

    /// The numbers in the steps, by the names of what they belong to.
    let matrices: [String: Matrix<S>]

    /// The same as the derivation shows them: the text that a reply would have.
    let values: Values

    /// The most samples, inputs and units with which the steps show numbers; above it they show symbols and shapes only.
    static var largestSizeWithNumbers: Int { 4 }

    private static var note: String {
        """
        Numbers are written so that they read back to the bits that were computed with, in \
        \(S.self == Float.self ? "float32" : "float64"); an equals sign between them holds to rounding.
        """
    }

    private static var noteWithoutNumbers: String {
        "Numbers are shown where N, D and H are from 1 to \(largestSizeWithNumbers)."
    }

    /// - Throws: what `backward` throws for the same inputs.
    init(_ cell: Cell, _ inputs: CellInputs<S>, dh: Matrix<S>, h_t: Matrix<S>?, outputs: Outputs) throws(InputError) {
        let layout: SampleLayout = cell.convention == .row ? .rows : .columns
        let sizes = Sizes(
            samples: layout == .rows ? dh.rows : dh.columns, inputs: layout == .rows ? inputs.W_x.rows : inputs.W_x.columns,
            units: inputs.b.count)
        let showsNumbers = [sizes.samples, sizes.inputs, sizes.units].allSatisfy { (1...Self.largestSizeWithNumbers).contains($0) }
        self.cell = cell
        // Without numbers nothing is needed of it but the check of the inputs.
        let gradients = try cell.backward(inputs, dh: dh, h_t: h_t, outputs: showsNumbers ? outputs : [])
        derivation = CellDerivation(
            function: Function(cell.activation), layout: layout, sizes: sizes,
            gradients: Outputs.names.filter { outputs.contains($0.output) }.map(\.name), slopeFromOutput: h_t != nil,
            note: showsNumbers ? Self.note : Self.noteWithoutNumbers)
        self.gradients = showsNumbers ? gradients : nil
        matrices =
            showsNumbers
            ? try cell.stepNumbers(inputs, dh, h_t, gradients).merging(cell.layerNumbers(inputs, dh)) { $1 } : [:]
        values = matrices.mapValues {
            Numbers(rows: $0.rows, columns: $0.columns, entries: $0.elements.map(Self.numberText))
        }
    }

    private static func numberText(_ number: S) -> String {
        var json = JSONWriter()
        json.number(number)
        return String(decoding: json.takeText(), as: UTF8.self).filter { $0 != "\"" }
    }
}

extension Cell {
    /// What the step and its gradients are made of.
    fileprivate func stepNumbers<S: WireScalar>(
        _ inputs: CellInputs<S>, _ dh: Matrix<S>, _ h_t: Matrix<S>?, _ gradients: Gradients<S>
    ) throws(InputError) -> [String: Matrix<S>] {
        let ones = Matrix(rows: dh.rows, columns: dh.columns, elements: dh.elements.map { _ in S(1) })
        let step = try backward(inputs, dh: dh, h_t: h_t, outputs: [.h_t, .do_t])
        // With a gradient of ones do_t is the slope itself, from the source that backward takes it from: o_t, or h_t where it is given.
        let slope = try backward(inputs, dh: ones, h_t: h_t, outputs: .do_t).do_t
        let samples = convention == .row ? dh.rows : dh.columns
        let numbers: [String: Matrix<S>?] = [
            "x_t": inputs.x_t, "h_prev": inputs.h_prev, "W_x": inputs.W_x, "W_h": inputs.W_h, "b": column(inputs.b),
            "1": column([S](repeating: 1, count: samples)), "dh": dh, "h_t": step.h_t, "do_t": step.do_t, "f′(o_t)": slope,
            "o_t": h_t == nil ? try forward(inputs).o_t : nil,
            "dx_t": gradients.dx_t, "dh_prev": gradients.dh_prev, "dW_x": gradients.dW_x, "dW_h": gradients.dW_h,
            "db": gradients.db.map(column),
        ]
        return numbers.compactMapValues(\.self)
    }

    /// The same of one linear layer y = x W with the caller's x_t, W_x and dh: a cell without state, bias and function.
    fileprivate func layerNumbers<S: WireScalar>(_ inputs: CellInputs<S>, _ dh: Matrix<S>) throws(InputError) -> [String: Matrix<S>] {
        var layer = inputs
        layer.h_prev.elements = inputs.h_prev.elements.map { _ in 0 }
        layer.W_h.elements = inputs.W_h.elements.map { _ in 0 }
        layer.b = inputs.b.map { _ in 0 }
        let result = try Cell(activation: .identity, convention: convention).backward(layer, dh: dh, outputs: [.dx_t, .dW_x, .h_t])
        let numbers: [String: Matrix<S>?] = [
            "x": inputs.x_t, "W": inputs.W_x, "y": result.h_t, "dy": dh, "dx": result.dx_t, "dW": result.dW_x,
        ]
        return numbers.compactMapValues(\.self)
    }

    private func column<S: WireScalar>(_ vector: [S]) -> Matrix<S> {
        Matrix(rows: vector.count, columns: 1, elements: vector)
    }
}

extension Function {
    fileprivate init(_ activation: Activation) {
        self =
            switch activation {
            case .tanh: .tanh
            case .identity: .identity
            case .relu: .relu
            case .sigmoid: .sigmoid
            case .softplus: .softplus
            case .elu: .elu
            case .silu: .silu
            case .gelu: .gelu
            case .softsign: .softsign
            case .sin: .sin
            }
    }
}
