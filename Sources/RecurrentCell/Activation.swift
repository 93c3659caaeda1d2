/// The function f in h_t = f(o_t), applied to each entry. The raw value is its name in a request.
package enum Activation: String, CaseIterable, Sendable {
    case tanh
    case identity
    case relu
    case sigmoid
    case softplus
    case elu
    case silu
    case gelu
    case softsign
    case sin
}

/// f, f′ and f″ at one pre-activation o.
package struct Jet<S: Scalar> {
    package var value: S
    package var derivative: S
    package var secondDerivative: S
}

// Each derivative stands under the function that it differentiates. All of them
//   * are taken at o, not at h = f(o): where f saturates, h no longer tells how fast;
//   * neither overflow nor cancel for large |o|, and at ±∞ take the limit;
//   * are NaN where o is (identity's derivatives apart, which do not depend on o).
//
// Errors in units in the last place (ulp), in float64 and in float32, over all finite o and subnormal results included:
//
//              f     f′    f″
//   tanh       2     2     4       Lambert's fraction near 0, see `hyperbolicTangent`
//   identity   0     0     0
//   relu       0     0     0       f′(0) = 0
//   sigmoid    3     3     6
//   softplus   2     3     3       log(1 + exp o); f′ is the sigmoid
//   elu        1     1     1       f′(0) = f″(0) = 1
//   silu       4 s   6 *s  8 *s    o σ(o)
//   gelu       8 s   8 *s  8 *s    o Φ(o) with the normal distribution function Φ, not its approximation by tanh
//   softsign   2     5     8       o / (1 + |o|); f″(0) = 0
//   sin        1     1     1
//
// * relative to the sum of the magnitudes of the terms, as f′ or f″ passes through zero;
// s where exp -|o| is subnormal (|o| > 708, in float32 87; gelu: exp(-o²/2), |o| > 37.6, 13.2), up to |o| times as much for f and f′, o² times for f″: it
//   has lost digits before these multiply it.
extension Activation {
    /// f(o), f′(o) and f″(o), within the bounds above.
    @inline(__always)
    package func jet<S: Scalar>(at o: S) -> Jet<S> {
        switch self {
        case .tanh:
            let (h, slope) = hyperbolicTangent(o)
            return Jet(
                value: h,
                derivative: slope,
                secondDerivative: -2 * h * slope)
        case .identity:
            return Jet(
                value: o,
                derivative: 1,
                secondDerivative: 0)
        case .relu:
            if o.isNaN { return Jet(value: o, derivative: o, secondDerivative: o) }
            return Jet(
                value: o > 0 ? o : 0,
                derivative: o > 0 ? 1 : 0,
                secondDerivative: 0)
        case .sigmoid:
            let (h, slope) = logistic(o)
            return Jet(
                value: h,
                derivative: slope,
                secondDerivative: -slope * hyperbolicTangent(o / 2).value)
        case .softplus:
            if o.isNaN { return Jet(value: o, derivative: o, secondDerivative: o) }
            let (sigmoid, density) = logistic(o)
            return Jet(
                value: max(o, 0) + .log1p(.exp(-abs(o))),
                derivative: sigmoid,
                secondDerivative: density)
        case .elu:
            return Jet(
                value: o > 0 ? o : .expm1(o),
                derivative: o > 0 ? 1 : .exp(o),
                secondDerivative: o > 0 ? 0 : .exp(o))
        case .silu:
            let (sigmoid, density) = logistic(o)
            return Jet(
                value: vanishing(sigmoid, times: o),
                derivative: sigmoid + vanishing(density, times: o),
                secondDerivative: vanishing(density, times: 2 - o * hyperbolicTangent(o / 2).value))
        case .gelu:
            let (distribution, density) = normal(o)
            return Jet(
                value: vanishing(distribution, times: o),
                derivative: distribution + vanishing(density, times: o),
                secondDerivative: vanishing(density, times: 2 - o * o))
        case .softsign:
            let r = 1 / (1 + abs(o))
            return Jet(
                value: abs(o) < 1 ? o * r : S(signOf: o, magnitudeOf: 1 - r),
                derivative: r * r,
                secondDerivative: o == 0 ? 0 : S(signOf: -o, magnitudeOf: 2 * r * r * r))
        case .sin:
            return Jet(
                value: .sin(o),
                derivative: .cos(o),
                secondDerivative: -.sin(o))
        }
    }

    /// Whether h = f(o) determines f′(o), so that a caller may give `h_t` and save the forward products.
    /// silu and gelu take most of their negative values twice, sin all of its values.
    package var isDeterminedByOutput: Bool {
        switch self {
        case .tanh, .identity, .relu, .sigmoid, .softplus, .elu, .softsign: true
        case .silu, .gelu, .sin: false
        }
    }

    /// f′(o) from h = f(o): at most 2 ulp from the derivative that belongs to this very h (softplus, softsign: 3). Where f saturates an ulp of h can be worth
    /// more than all of f′, so `jet(at:)` is the better source. NaN where `isDeterminedByOutput` is false.
    @inline(__always)
    package func derivative<S: Scalar>(atOutput h: S) -> S {
        switch self {
        case .tanh: (1 - h) * (1 + h)
        case .identity: 1
        case .relu: h.isNaN ? h : h > 0 ? 1 : 0
        case .sigmoid: h * (1 - h)
        case .softplus: -.expm1(-h)
        case .elu: h > 0 ? 1 : 1 + h
        case .softsign: (1 - abs(h)) * (1 - abs(h))
        case .silu, .gelu, .sin: .nan
        }
    }
}

/// tanh and its derivative.
///
/// Near 0 by Lambert's continued fraction, tanh o = o / (1 + o²/(3 + o²/(5 + ...))), of which 9 levels leave a relative error below 2⁻⁶⁰ for |o| < 0.55,
/// and 1 - h² is still benign there. Beyond, with growth = exp 2|o|,
///
///     tanh |o| = 1 - 2 / (growth + 1)        tanh′ o = 4 / (growth + 2 + 1/growth)
///
/// which add positive terms only; what the rounding of that sum loses is put back to first order (exact as growth > 2 + 1/growth), as it would be the largest
/// error. growth overflows exactly where tanh′ becomes subnormal; from there it is (2 exp -|o|)².
@inline(__always)
private func hyperbolicTangent<S: Scalar>(_ o: S) -> (value: S, derivative: S) {
    let magnitude = abs(o)
    if magnitude < 0.55 {
        let square = o * o
        var fraction: S = 0
        for level in [19, 17, 15, 13, 11, 9, 7, 5, 3] as [S] { fraction = square / (level + fraction) }
        let h = o * (1 - fraction / (1 + fraction))
        return (h, 1 - h * h)
    }
    let growth = S.exp(2 * magnitude)
    let h = S(signOf: o, magnitudeOf: 1 - 2 / (growth + 1))
    if growth == .infinity {
        let decay = 2 * S.exp(-magnitude)
        return (h, decay * decay)
    }
    let rest = 2 + 1 / growth
    let sum = growth + rest
    let lost = (growth - sum) + rest
    let slope = 4 / sum
    return (h, slope - slope * (slope * lost / 4))
}

/// σ(o) = 1 / (1 + exp -o) and its derivative, in the manner of `hyperbolicTangent`: growth = exp |o| overflows where σ(-|o|) and σ′ become exp -|o|.
@inline(__always)
private func logistic<S: Scalar>(_ o: S) -> (value: S, derivative: S) {
    let growth = S.exp(abs(o))
    if growth == .infinity {
        let decay = S.exp(-abs(o))
        return (o < 0 ? decay : 1, decay)
    }
    return (1 / (1 + (o < 0 ? growth : 1 / growth)), 1 / (growth + (2 + 1 / growth)))
}

/// The normal distribution function Φ(o) and its density φ(o) = exp(-o²/2) / √2π.
///
/// Rounding the argument of erfc or exp would cost up to o² ulp of the result, so what rounding leaves out there is put back to first order.
@inline(__always)
private func normal<S: Scalar>(_ o: S) -> (distribution: S, density: S) {
    let halfSquare = o * o / 2
    let decay = S.exp(-halfSquare)
    let root = S(0.5).squareRoot()
    let scaled = -o * root
    let distribution = S.erfc(scaled) / 2
    // Where the decay is 0, so is what would be put back; o² may have overflowed.
    if decay == 0 { return (distribution, decay) }
    let halfSquareLost = (-o * o).addingProduct(o, o) / 2
    let density = (decay - decay * halfSquareLost) / (2 * S.pi).squareRoot()
    let rootLost = S(0.5).addingProduct(-root, root) * root
    let scaledLost = (-scaled).addingProduct(-o, root) - o * rootLost
    return (distribution - density * scaledLost / root, density)
}

/// `decay * factor` for a decay that outruns the factor: 0, not NaN, once the decay is 0 and the factor infinite.
@inline(__always)
private func vanishing<S: Scalar>(_ decay: S, times factor: S) -> S {
    decay == 0 && !factor.isNaN ? 0 : decay * factor
}
