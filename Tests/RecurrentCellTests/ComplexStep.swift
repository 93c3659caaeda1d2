import Foundation

@testable import RecurrentCell

/// Just enough complex arithmetic to differentiate by a complex step: Im f(a + iε v) / ε is f's derivative along v to the last bits, for any analytic f,
/// as nothing is subtracted.
struct Complex {
    var real: Double
    var imaginary: Double

    static let step = 0x1p-600

    static func + (a: Complex, b: Complex) -> Complex { Complex(real: a.real + b.real, imaginary: a.imaginary + b.imaginary) }
    static func - (a: Complex, b: Complex) -> Complex { Complex(real: a.real - b.real, imaginary: a.imaginary - b.imaginary) }
    static func * (a: Complex, b: Complex) -> Complex {
        Complex(real: a.real * b.real - a.imaginary * b.imaginary, imaginary: a.real * b.imaginary + a.imaginary * b.real)
    }

    /// (sinh 2a + i sin 2b) / (cosh 2a + cos 2b)
    var tanh: Complex {
        let divisor = Foundation.cosh(2 * real) + Foundation.cos(2 * imaginary)
        return Complex(real: Foundation.sinh(2 * real) / divisor, imaginary: Foundation.sin(2 * imaginary) / divisor)
    }

    var sin: Complex { Complex(real: Foundation.sin(real) * cosh(imaginary), imaginary: Foundation.cos(real) * sinh(imaginary)) }
    var cos: Complex { Complex(real: Foundation.cos(real) * cosh(imaginary), imaginary: -Foundation.sin(real) * sinh(imaginary)) }
}

extension Activation {
    static let analytic: [Activation] = [.tanh, .identity, .sigmoid, .sin]

    /// f and f′ at a complex o, for the `analytic` ones.
    func complex(_ o: Complex) -> (value: Complex, derivative: Complex) {
        let (one, half) = (Complex(real: 1, imaginary: 0), Complex(real: 0.5, imaginary: 0))
        switch self {
        case .tanh: return (o.tanh, one - o.tanh * o.tanh)
        case .sigmoid:
            let value = half + half * (half * o).tanh
            return (value, value * (one - value))
        case .sin: return (o.sin, o.cos)
        default: return (o, one)
        }
    }
}

/// The rates of change of h_t, do_t and the five gradients along `direction`, in the row convention.
func complexStep(_ problem: Problem<Double>, _ direction: CellInputs<Double>, _ activation: Activation) -> Gradients<Double> {
    let inputs = problem.inputs
    let (N, D, H) = (inputs.x_t.rows, inputs.x_t.columns, inputs.b.count)
    func stepped(_ a: [Double], _ v: [Double]) -> [Complex] { zip(a, v).map { Complex(real: $0, imaginary: Complex.step * $1) } }
    let x = stepped(inputs.x_t.elements, direction.x_t.elements)
    let h = stepped(inputs.h_prev.elements, direction.h_prev.elements)
    let W_x = stepped(inputs.W_x.elements, direction.W_x.elements)
    let W_h = stepped(inputs.W_h.elements, direction.W_h.elements)
    let b = stepped(inputs.b, direction.b)
    func zeros(_ count: Int) -> [Complex] { [Complex](repeating: Complex(real: 0, imaginary: 0), count: count) }
    var (h_t, do_t, dx, dh_prev) = (zeros(N * H), zeros(N * H), zeros(N * D), zeros(N * H))
    var (dW_x, dW_h, db) = (zeros(D * H), zeros(H * H), zeros(H))
    for n in 0..<N {
        for j in 0..<H {
            var o = b[j]
            for d in 0..<D { o = o + x[n * D + d] * W_x[d * H + j] }
            for i in 0..<H { o = o + h[n * H + i] * W_h[i * H + j] }
            let f = activation.complex(o)
            let delta = f.derivative * Complex(real: problem.dh.elements[n * H + j], imaginary: 0)
            (h_t[n * H + j], do_t[n * H + j]) = (f.value, delta)
            for d in 0..<D {
                dx[n * D + d] = dx[n * D + d] + delta * W_x[d * H + j]
                dW_x[d * H + j] = dW_x[d * H + j] + delta * x[n * D + d]
            }
            for i in 0..<H {
                dh_prev[n * H + i] = dh_prev[n * H + i] + delta * W_h[i * H + j]
                dW_h[i * H + j] = dW_h[i * H + j] + delta * h[n * H + i]
            }
            db[j] = db[j] + delta
        }
    }
    func rates(_ rows: Int, _ columns: Int, _ a: [Complex]) -> Matrix<Double> {
        Matrix(rows: rows, columns: columns, elements: a.map { $0.imaginary / Complex.step })
    }
    var rate = Gradients<Double>()
    (rate.h_t, rate.do_t, rate.dx_t, rate.dh_prev) = (rates(N, H, h_t), rates(N, H, do_t), rates(N, D, dx), rates(N, H, dh_prev))
    (rate.dW_x, rate.dW_h, rate.db) = (rates(D, H, dW_x), rates(H, H, dW_h), rates(1, H, db).elements)
    return rate
}

/// What `complexStep` and `hessianVectorProduct` may differ by: (N + D + H + 40) u times the sum of the magnitudes of all terms, with those of f′ and f″
/// counted with their own sensitivity to o (|f‴| ≤ 6).
func secondOrderBounds(_ problem: Problem<Double>, _ direction: CellInputs<Double>, _ activation: Activation) throws -> Gradients<Double> {
    let (inputs, v) = (problem.inputs, direction)
    func magnitudes(_ m: Matrix<Double>) -> View<Double> {
        View(m.elements.map { abs($0) }, Convention.row.layout(rows: m.rows, columns: m.columns))
    }
    let (x, h, W_x, W_h) = (magnitudes(inputs.x_t), magnitudes(inputs.h_prev), magnitudes(inputs.W_x), magnitudes(inputs.W_h))
    let (vx, vh, vW_x, vW_h) = (magnitudes(v.x_t), magnitudes(v.h_prev), magnitudes(v.W_x), magnitudes(v.W_h))
    let (N, D, H) = (x.layout.rows, x.layout.columns, inputs.b.count)
    let o = try Cell(activation: activation).forward(inputs).o_t.elements
    let terms = Cell().product(h, W_h, plus: (x, W_x)).elements
    let hRates = Cell().product(vh, W_h, plus: (h, vW_h)).elements
    let xRates = Cell().product(vx, W_x, plus: (x, vW_x)).elements
    var (delta, deltaRate, value) = (terms, terms, terms)
    let unit = Double(N + D + H + 40) * .ulpOfOne
    for i in o.indices {
        let (jet, dh) = (activation.jet(at: o[i]), abs(problem.dh.elements[i]))
        let (term, rate) = (terms[i] + abs(inputs.b[i % H]), hRates[i] + xRates[i] + abs(v.b[i % H]))
        delta[i] = unit * dh * (abs(jet.derivative) + abs(jet.secondDerivative) * term)
        deltaRate[i] = unit * dh * (abs(jet.secondDerivative) + 6 * term) * rate
        value[i] = unit * (abs(jet.derivative) + abs(jet.secondDerivative) * term) * rate
    }
    let (d, r) = (magnitudes(Matrix(rows: N, columns: H, elements: delta)), magnitudes(Matrix(rows: N, columns: H, elements: deltaRate)))
    var bounds = Gradients<Double>()
    (bounds.h_t, bounds.do_t) = (Matrix(rows: N, columns: H, elements: value), Matrix(rows: N, columns: H, elements: deltaRate))
    bounds.dx_t = Cell().product(r, W_x.transposed, plus: (d, vW_x.transposed))
    bounds.dh_prev = Cell().product(r, W_h.transposed, plus: (d, vW_h.transposed))
    bounds.dW_x = Cell().product(x.transposed, r, plus: (vx.transposed, d))
    bounds.dW_h = Cell().product(h.transposed, r, plus: (vh.transposed, d))
    bounds.db = sumOfRows(r)
    return bounds
}
