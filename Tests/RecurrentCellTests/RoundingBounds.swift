@testable import RecurrentCell

/// How far each entry of each output may be from its exact value when all is computed with unit roundoff u: the standard analysis, carried along the
/// same calculus as the gradients but with the magnitudes of all terms. A sum of k products is off by at most k u Σ|terms|, so
///
///     δo  = (D + H + 2) u (|h_prev| |W_h| + |x_t| |W_x| + |b|)
///     δdo = |dh| (|f″(o)| δo + 16 u (|f′| + |o f″|)) + 2 u |do|     16 u covers the stated ulps of f′, taken relative to its terms
///     δdx = (δdo + (H + 1) u |do|) |W_x|ᵀ                             and so on.
///
/// A quarter more for the second order terms. Nowhere is a number picked until the test passes.
func roundingBounds(_ problem: Problem<Double>, _ activation: Activation, unit u: Double) -> Gradients<Double> {
    let inputs = problem.inputs
    let (N, D, H) = (inputs.x_t.rows, inputs.x_t.columns, inputs.b.count)
    func view(_ elements: [Double], _ rows: Int, _ columns: Int) -> View<Double> {
        View(elements.map { abs($0) }, Convention.row.layout(rows: rows, columns: columns))
    }
    let (x, h) = (view(inputs.x_t.elements, N, D), view(inputs.h_prev.elements, N, H))
    let (W_x, W_h) = (view(inputs.W_x.elements, D, H), view(inputs.W_h.elements, H, H))
    func times(_ k: Int, _ a: [Double]) -> [Double] { a.map { Double(k) * u * $0 } }
    func sum(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 + $1 } }

    let cell = Cell(activation: activation)
    let o = cell.preactivation(InputViews(inputs, Extents(samples: N, inputs: D, units: H), cell.convention))
    let terms = sum(cell.product(h, W_h).elements, cell.product(x, W_x).elements)
    var (dh_t, ddo, magnitude) = (terms, terms, terms)
    for i in o.indices {
        let jet = activation.jet(at: o[i])
        let dh = problem.dh.elements[i]
        let do_ = Double(D + H + 2) * u * (terms[i] + abs(inputs.b[i % H]))
        magnitude[i] = abs(dh * jet.derivative)
        dh_t[i] = 1.25 * (abs(jet.derivative) * do_ + 16 * u * abs(jet.value))
        let slope = abs(jet.secondDerivative) * do_ + 16 * u * (abs(jet.derivative) + abs(o[i] * jet.secondDerivative))
        ddo[i] = 1.25 * (abs(dh) * slope + 2 * u * magnitude[i])
    }
    let overUnits = view(sum(ddo, times(H + 1, magnitude)), N, H)
    let overSamples = view(sum(ddo, times(N + 1, magnitude)), N, H)
    var bounds = Gradients<Double>()
    bounds.h_t = Matrix(rows: N, columns: H, elements: dh_t)
    bounds.do_t = Matrix(rows: N, columns: H, elements: ddo)
    bounds.dx_t = cell.product(overUnits, W_x.transposed)
    bounds.dh_prev = cell.product(overUnits, W_h.transposed)
    bounds.dW_x = cell.product(x.transposed, overSamples)
    bounds.dW_h = cell.product(h.transposed, overSamples)
    bounds.db = sumOfRows(overSamples)
    return bounds
}

/// The first entry of `got` that is further from `want` than `bound`, in words; nil if there is none.
func disagreement<S: Scalar>(_ got: Gradients<S>, _ want: Gradients<Double>, within bounds: Gradients<Double>) -> String? {
    for (got, (want, bound)) in zip(got.arrays, zip(want.arrays, bounds.arrays)) {
        guard got.name == want.name, got.elements.count == want.elements.count else { return "\(got.name) has another shape" }
        for i in got.elements.indices where !(abs(Double(got.elements[i]) - want.elements[i]) <= bound.elements[i]) {
            return "\(got.name)[\(i)] is \(got.elements[i]), not \(want.elements[i]) ± \(bound.elements[i])"
        }
    }
    return nil
}
