import Glibc

/// How our own gradient in one input stands two tests that need no other implementation.
package struct SelfCheck: Equatable, Sendable {
    package let result: StepResult

    /// Whether all remainders are within their bounds, and the two sides of the identity within their tolerance.
    package var isRight: Bool { remainders.allSatisfy { $0.size <= $0.bound } && abs(left - right) <= tolerance }

    /// Taylor: φ(s) = ⟨dh, h_t⟩ with the input moved by s v, R(s) = |φ(s) - φ(0) - s ⟨g, v⟩|. With the right gradient g, R falls as s².
    package let remainders: [Remainder]

    /// The slope of log R over log s where R is more than rounding; nil where it is rounding everywhere, as for a linear function.
    package let slope: Double?

    /// ⟨dh, J v⟩, by the Jacobian-vector product.
    package let left: Double

    /// ⟨g, v⟩ = ⟨Jᵀ dh, v⟩.
    package let right: Double
    package let tolerance: Double

    package struct Remainder: Equatable, Sendable {
        /// s, as a multiple of the v that moves the pre-activation by 1 at most.
        package let step: Double
        /// R(s).
        package let size: Double
        /// ½ s² max|f″| Σ|dh| ȯ² and what rounding can add.
        package let bound: Double
    }
}

extension Cell {
    /// Tests our own gradients, which are computed in S, in float64.
    ///
    /// The direction v is random but fixed, and concerns one input. o_t is linear in one input, so |R(s)| ≤ ½ s² max|f″| Σ|dh| ȯ² is Taylor's theorem, and no
    /// step size has to be chosen: all of s = 2⁻³, 2⁻⁵ ... 2⁻¹⁹ must hold. A gradient that is off by ε then fails by s ε against s².
    ///
    /// - Parameter results: the gradients to test; those that are no gradient in an input are skipped.
    /// - Throws: `InputError` for the member whose shape does not fit the others'.
    @specialized(where S == Double)
    @specialized(where S == Float)
    package func selfCheck<S: Scalar>(
        _ results: [StepResult], of inputs: CellInputs<S>, dh: Matrix<S>, h_t: Matrix<S>? = nil
    ) throws(InputError) -> [SelfCheck] {
        let gradients = try backward(inputs, dh: dh, h_t: h_t)
        return try selfCheck(gradients, results, of: inputs, dh: dh, h_t: h_t)
    }

    /// The same for gradients that need not be right.
    func selfCheck<S: Scalar>(
        _ gradients: Gradients<S>, _ results: [StepResult], of inputs: CellInputs<S>, dh: Matrix<S>, h_t: Matrix<S>?
    ) throws(InputError) -> [SelfCheck] {
        let extents = try extents(of: inputs, dh: dh, h_t: h_t)
        let (wide, dh) = (inputs.widened, dh.widened)
        let gradientBounds = try BoundedResults(self, wide, extents, dh: dh, h_t: h_t?.widened, Rounding(S.self))
        let state = try forward(wide).h_t
        var checks: [SelfCheck] = []
        for result in results {
            guard let input = result.input, let elements = result.elements(of: gradients) else { continue }
            let test = try DirectionalTest(self, wide, extents, dh, along: input, state: state)
            let g = result.view(of: elements.map { Double($0) }, extents, convention)
            let ours = gradientBounds[result]
            let v = result.view(of: test.direction, extents, convention)
            var (right, error) = (0.0, 0.0)
            for i in 0..<ours.rows {
                for j in 0..<ours.columns {
                    right += g[i, j] * v[i, j]
                    error += gradientBounds.step.rounding.tolerance(of: ours.entry(i, j)) * abs(v[i, j])
                    error += Double(elements.count + dh.elements.count) * .ulpOfOne * abs(g[i, j] * v[i, j])
                }
            }
            let remainders = try test.remainders(slope: right, error: error)
            checks.append(
                SelfCheck(
                    result: result, remainders: remainders, slope: SelfCheck.slope(remainders, above: test.rounding),
                    left: test.rate, right: right, tolerance: 2 * error))
        }
        return checks
    }
}

extension SelfCheck {
    /// Least squares over the remainders that are at least 16 times what rounding can make.
    fileprivate static func slope(_ remainders: [Remainder], above rounding: Double) -> Double? {
        let points = remainders.filter { $0.size > 16 * rounding && $0.size.isFinite }.map { (x: log2($0.step), y: log2($0.size)) }
        guard points.count > 1 else { return nil }
        let count = Double(points.count)
        let (x, y) = (points.reduce(0) { $0 + $1.x } / count, points.reduce(0) { $0 + $1.y } / count)
        let (xy, xx) = points.reduce((0.0, 0.0)) { ($0.0 + ($1.x - x) * ($1.y - y), $0.1 + ($1.x - x) * ($1.x - x)) }
        return xy / xx
    }
}

/// One input moves along a direction.
private struct DirectionalTest {
    let cell: Cell
    let inputs: CellInputs<Double>
    let dh: Matrix<Double>
    let state: Matrix<Double>
    let tangents: CellTangents<Double>

    /// v, in the layout of the input.
    let direction: [Double]

    /// ⟨dh, J v⟩.
    let rate: Double

    /// How far φ(s) - φ(0) may be off by rounding, for any s of the test.
    let rounding: Double

    /// ȯ: how far each entry of o_t moves along v.
    private let movement: [Double]

    /// o_t.
    private let preactivation: [Double]

    init(
        _ cell: Cell, _ inputs: CellInputs<Double>, _ extents: Extents, _ dh: Matrix<Double>, along input: CellInput, state: Matrix<Double>
    ) throws(InputError) {
        (self.cell, self.inputs, self.dh, self.state) = (cell, inputs, dh, state)
        let count = inputs[input].count
        var generator = UInt64(count)
        let random = (0..<count).map { _ in
            generator = generator &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(generator >> 40) / Double(1 << 23) - 1
        }
        let linear = Cell(activation: .identity, convention: cell.convention, team: cell.team)
        let raw = try linear.jacobianVectorProduct(inputs, tangents: inputs.tangents(random, input))
        let largest = raw.elements.reduce(0) { max($0, abs($1)) }
        // A power of two scales without rounding.
        let scale = largest.isNormal ? Double(sign: .plus, exponent: -Int(largest.exponent) - 1, significand: 1) : 1
        direction = random.map { $0 * scale }
        tangents = inputs.tangents(direction, input)
        movement = raw.elements.map { $0 * scale }
        preactivation = cell.preactivation(InputViews(inputs, extents, cell.convention))
        rate = dot(dh.elements, try cell.jacobianVectorProduct(inputs, tangents: tangents).elements)

        let float64 = Rounding(Double.self)
        let layout = cell.convention.layout(rows: extents.samples, columns: extents.units)
        var rounding = 0.0
        for inputs in [inputs, inputs.moved(Self.steps[0], along: tangents)] {
            let step = Step(cell, inputs, extents, dh: dh, h_t: nil, float64)
            for i in 0..<layout.rows {
                for j in 0..<layout.columns {
                    rounding += abs(dh.elements[layout.index(i, j)]) * float64.tolerance(of: step.h_t.entry(i, j))
                }
            }
        }
        self.rounding = 2 * rounding
    }

    private static let steps = stride(from: -3, through: -19, by: -2).map { Double(sign: .plus, exponent: $0, significand: 1) }

    /// - Parameters slope, error: ⟨g, v⟩, and how far it may be off.
    func remainders(slope: Double, error: Double) throws(InputError) -> [SelfCheck.Remainder] {
        var remainders: [SelfCheck.Remainder] = []
        for step in Self.steps {
            let moved = try cell.forward(inputs.moved(step, along: tangents)).h_t
            var (difference, bound) = (0.0, rounding + step * error)
            for i in movement.indices {
                difference += dh.elements[i] * (moved.elements[i] - state.elements[i])
                let distance = step * abs(movement[i])
                // Where relu's kink is passed, the slope changes by 1 at once.
                let isKinked = cell.activation == .relu && abs(preactivation[i]) <= 2 * distance
                bound += abs(dh.elements[i]) * (isKinked ? distance : distance * distance * cell.activation.largestSecondDerivative / 2)
            }
            remainders.append(SelfCheck.Remainder(step: step, size: abs(difference - step * slope), bound: bound))
        }
        return remainders
    }
}

extension Activation {
    /// A bound of |f″|, and of the rate of change of f′ where it has a corner.
    fileprivate var largestSecondDerivative: Double {
        switch self {
        case .identity, .relu: 0
        case .tanh: 0.77
        case .sigmoid: 0.0963
        case .softplus: 0.25
        case .silu: 0.5
        case .gelu: 0.798
        case .elu, .sin: 1
        case .softsign: 2
        }
    }
}

extension CellInputs<Double> {
    fileprivate subscript(input: CellInput) -> [Double] {
        switch input {
        case .x_t: x_t.elements
        case .h_prev: h_prev.elements
        case .W_x: W_x.elements
        case .W_h: W_h.elements
        case .b: b
        }
    }

    /// `direction` as the tangent of one input.
    fileprivate func tangents(_ direction: [Double], _ input: CellInput) -> CellTangents<Double> {
        func matrix(_ like: Matrix<Double>) -> Matrix<Double> { Matrix(rows: like.rows, columns: like.columns, elements: direction) }
        return switch input {
        case .x_t: CellTangents(x_t: matrix(x_t))
        case .h_prev: CellTangents(h_prev: matrix(h_prev))
        case .W_x: CellTangents(W_x: matrix(W_x))
        case .W_h: CellTangents(W_h: matrix(W_h))
        case .b: CellTangents(b: direction)
        }
    }

    /// The inputs, moved.
    fileprivate func moved(_ step: Double, along tangents: CellTangents<Double>) -> CellInputs {
        func move(_ numbers: inout [Double], _ tangent: [Double]?) {
            guard let tangent else { return }
            for i in numbers.indices { numbers[i] += step * tangent[i] }
        }
        var moved = self
        move(&moved.x_t.elements, tangents.x_t?.elements)
        move(&moved.h_prev.elements, tangents.h_prev?.elements)
        move(&moved.W_x.elements, tangents.W_x?.elements)
        move(&moved.W_h.elements, tangents.W_h?.elements)
        move(&moved.b, tangents.b)
        return moved
    }
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}
