import Derivation
import RecurrentCell

/// Numbers for every symbol of a derivation, each found from what the symbol *means*, never from a step of the derivation: changes and
/// gradients are central differences of the forward pass, which is written out here.
struct World {
    let function: Function
    let layout: SampleLayout
    let sizes: Sizes

    /// Whether L is computed from y, as in the chapter of the linear layer, or from h_t.
    let hasLinearLayer: Bool

    /// The inputs, and a change of each.
    private var inputs: [String: Matrix] = [:]
    private var changes: [String: Matrix] = [:]

    /// What has been found already.
    private let found = Found()

    /// L is a sum of squares and products, so that its gradient is not the same everywhere.
    private var weights: Matrix

    init(_ function: Function, _ layout: SampleLayout, _ sizes: Sizes, hasLinearLayer: Bool, seed: UInt64) {
        self.function = function
        self.layout = layout
        self.sizes = sizes
        self.hasLinearLayer = hasLinearLayer
        var random = Random(state: seed)
        let (N, D, H) = (sizes.samples, sizes.inputs, sizes.units)
        let matrix = { (rows: Int, columns: Int) in
            let matrix = Matrix(rows, columns) { _, _ in random.number() }
            return layout == .rows ? matrix : matrix.transposed
        }
        weights = matrix(N, H)
        for (name, rows, columns) in [("x_t", N, D), ("h_prev", N, H), ("W_x", D, H), ("W_h", H, H), ("x", N, D), ("W", D, H)] {
            inputs[name] = matrix(rows, columns)
            changes[name] = matrix(rows, columns)
        }
        // A column in both layouts.
        inputs["b"] = Matrix(H, 1) { _, _ in random.number() }
        changes["b"] = Matrix(H, 1) { _, _ in random.number() }
    }

    /// The value of an input or a result.
    ///
    /// - Parameter moved: an input or result that is put in place of the one that there is.
    func value(_ name: String, moved: (name: String, value: Matrix)? = nil) -> Matrix {
        if let moved, moved.name == name { return moved.value }
        if let input = inputs[name] { return input }
        let get = { (name: String) in value(name, moved: moved) }
        switch name {
        case "1": return Matrix(sizes.samples, 1) { _, _ in 1 }
        case "y": return layer(get("x"), get("W"))
        case "o_t":
            let bias = get("b")
            let sum = layer(get("h_prev"), get("W_h")).combined(with: layer(get("x_t"), get("W_x")), +)
            return Matrix(sum.rows, sum.columns) { sum[$0, $1] + bias[layout == .rows ? $1 : $0, 0] }
        case "h_t": return get("o_t").map { activation.jet(at: $0).value }
        case "L":
            let state = get(hasLinearLayer ? "y" : "h_t")
            return Matrix(state.combined(with: weights, *).sum + state.map { $0 * $0 / 2 }.sum)
        default: return Matrix(.nan)
        }
    }

    /// What a symbol stands for.
    func value(of symbol: Symbol) -> Matrix {
        if let value = found.values[symbol.name] { return value }
        let value = newValue(of: symbol)
        found.values[symbol.name] = value
        return value
    }

    private func newValue(of symbol: Symbol) -> Matrix {
        if symbol.name == "dh" { return gradient("h_t") }
        let base = String(symbol.name.dropFirst())
        switch symbol.kind {
        case .value: return value(symbol.name)
        case .change: return change(base)
        case .gradient: return gradient(base)
        }
    }

    var activation: Activation { Activation(rawValue: function.rawValue) ?? .identity }

    private func layer(_ x: Matrix, _ W: Matrix) -> Matrix { layout == .rows ? x.times(W) : W.times(x) }

    /// How fast something changes as all inputs move along their changes.
    private func change(_ name: String) -> Matrix {
        if let change = changes[name] { return change }
        let at = { (step: Double) in
            var world = self
            for (name, input) in inputs { world.inputs[name] = changes[name].map { input.combined(with: $0) { $0 + step * $1 } } }
            return world.value(name)
        }
        return at(Self.step).combined(with: at(-Self.step)) { ($0 - $1) / (2 * Self.step) }
    }

    /// The slope of L in each entry.
    private func gradient(_ name: String) -> Matrix {
        let matrix = value(name)
        return Matrix(matrix.rows, matrix.columns) { row, column in partial("L", 0, 0, by: name, row, column) }
    }

    /// The slope of one entry in another.
    func partial(_ name: String, _ row: Int, _ column: Int, by other: String, _ otherRow: Int, _ otherColumn: Int) -> Double {
        let key = "\(name) \(row) \(column) \(other) \(otherRow) \(otherColumn)"
        if let partial = found.partials[key] { return partial }
        let at = { (step: Double) in
            var matrix = value(other)
            matrix[otherRow, otherColumn] += step
            return value(name, moved: (other, matrix))[row, column]
        }
        let partial = (at(Self.step) - at(-Self.step)) / (2 * Self.step)
        found.partials[key] = partial
        return partial
    }

    /// Central differences are off by step² times the third derivative and by rounding / step: both some 1e-10 here.
    private static let step = 1e-5
}

private final class Found {
    var values: [String: Matrix] = [:]
    var partials: [String: Double] = [:]
}
