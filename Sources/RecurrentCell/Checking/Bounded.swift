/// A number, and how far from it a right computation of the same thing may end: `radius` unit roundoffs.
///
/// First-order rounding error analysis, carried along with the arithmetic: every operation passes on the radii of its operands and adds the roundoff of
/// its own. Where both may be large, the radius is infinite or NaN, and nothing can be said.
struct Bounded {
    var value: Double
    var radius: Double

    /// What was read from the caller: one rounding, for a caller who computes with numbers that are shorter than those sent.
    init(given value: Double) {
        self.init(value: value, radius: abs(value))
    }

    init(value: Double, radius: Double) {
        self.value = value
        self.radius = radius
    }

    static func * (a: Bounded, b: Bounded) -> Bounded {
        let value = a.value * b.value
        return Bounded(value: value, radius: abs(a.value) * b.radius + a.radius * abs(b.value) + abs(value))
    }

    static func + (a: Bounded, b: Bounded) -> Bounded {
        Bounded(value: a.value + b.value, radius: a.radius + b.radius + abs(a.value) + abs(b.value))
    }

    /// Σ terms(p) for p in 0..<count, in whatever order: off by at most count roundoffs of Σ|terms| besides their own radii.
    static func sum(_ count: Int, _ term: (Int) -> Bounded) -> Bounded {
        var (value, radius, magnitude) = (0.0, 0.0, 0.0)
        for p in 0..<count {
            let term = term(p)
            value += term.value
            radius += term.radius
            magnitude += abs(term.value)
        }
        return Bounded(value: value, radius: radius + Double(count) * magnitude)
    }

    /// f of it, for an f that is computed by any of the usual formulas.
    ///
    /// Those differ: 1 - h² has an error of roundoffs of 1 where 4 / (eᵒ + e⁻ᵒ)² has one of roundoffs of itself. 16 roundoffs of 1 + |f| allow both. f is
    /// also looked at on either side, as far away as the argument may be, so that both sides of a kink are right there.
    func mapped(_ rounding: Rounding, _ f: (Double) -> Double) -> Bounded {
        let result = f(value)
        let away = max(rounding.unit * radius, rounding.tiny)
        let spread = away.isFinite ? max(abs(f(value + away) - result), abs(f(value - away) - result)) : 0
        return Bounded(value: result, radius: (spread.isNaN ? 0 : spread / rounding.unit) + 16 * (1 + abs(result)))
    }
}

/// A precision in which a caller may have computed.
struct Rounding: Equatable, Sendable {
    /// The unit roundoff u: half the distance from 1 to the next number.
    let unit: Double

    /// The least normal number: what is smaller may have been flushed to 0.
    let tiny: Double

    init<S: Scalar>(_ type: S.Type) {
        unit = Double(S.ulpOfOne) / 2
        tiny = Double(S.leastNormalMagnitude)
    }

    /// How far from `number` is still right.
    func tolerance(of number: Bounded) -> Double {
        let tolerance = unit * (number.radius + abs(number.value)) + tiny
        return tolerance.isNaN ? .infinity : tolerance
    }

    /// Whether `theirs` is `number` as far as can be told. What isn't finite must be the same.
    func accepts(_ theirs: Double, as number: Bounded) -> Bool {
        guard number.value.isFinite else { return theirs == number.value || theirs.isNaN && number.value.isNaN }
        return theirs == number.value || abs(theirs - number.value) <= tolerance(of: number) && theirs.isFinite
    }
}
