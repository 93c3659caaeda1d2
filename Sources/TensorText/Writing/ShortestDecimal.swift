/// The decimal number with the fewest digits that reads back as a given binary one; of several such, the nearest to it (a tie goes to
/// the even digit).
///
/// Method (the Schubfach family: R. Giulietti, "The Schubfach way to render doubles", 2021; one product and sixteen digits first, as in
/// Xiang JunBo's xjb and V. Zverovich's żmij). A number c·2^q owns the interval c·2^q ± 2^q/2, ends included when c is even. Take k with
/// 10^k ≤ 2^q < 10^(k+1) and scale by 10^(k+1): x = c·2^q / 10^(k+1) = integer + fraction, where the interval is x ± half, 0.05 ≤ half < 0.5.
/// - If an end of the interval reaches an integer, that integer is the shortest text.
/// - Otherwise one more digit is needed and is enough: round(10·fraction). It is at most 0.05 off, so inside the interval.
///
/// Precision: x is the product of c and a factor of 128 bits, `Scale`, cut to 64 bits of fraction; for the rare numbers that go another way
/// it is made from the power of ten itself. It falls short of the true value by less than two units of 2⁻⁶⁴. Numbers that come as near as three
/// units to a decision have been enumerated for each exponent (Scripts/prove-shortest-decimal.py): the comparisons and the rounding below
/// decide each of them right either way, for Double and for Float.
struct ShortestDecimal {
    /// The first sixteen digits, 10¹⁵ ≤ leading < 10¹⁶, trailing zeros included.
    var leading: UInt64
    /// The seventeenth digit.
    var last: UInt64
    /// The power of ten of the first digit: the value is d.ddd… × 10^exponent.
    var exponent: Int

    /// 0.0, once its sign is taken off.
    static let zero = ShortestDecimal(leading: 0, last: 0, exponent: 0)

    /// What stands for infinity and for what is no number.
    static let notFinite = ShortestDecimal(leading: 0, last: 0, exponent: .max)

    /// The magnitude of a number. `scales` are `Scale.all`, `powers` are `PowersOfTen.significands`.
    @inline(__always)
    init<Number: WritableScalar>(_ number: Number, _ scales: Span<Scale>, _ powers: Span<UInt128>) {
        guard number.hasEvenNeighbours else {
            self = number == 0 ? .zero : Self.uneven(number, scaledBy: powers)
            return
        }
        let power = Int(truncatingIfNeeded: number.exponentBitPattern) &- Number.exponentOffset
        let significand = UInt64(truncatingIfNeeded: number.significandBitPattern) | 1 << Number.significandBitCount
        let scaled = Scaled(significand, power: power, by: scales[power &- Scale.powers.lowerBound])
        let half = scaled.half &+ (~significand & 1)
        let down: UInt64 = scaled.fraction < half ? 1 : 0
        let up: UInt64 = scaled.fraction.addingReportingOverflow(half).overflow ? 1 : 0
        // Whether the extra digit is needed is a toss-up, so it is masked, not branched on: a misprediction costs more than the digit. As a
        // sum the two, which never come together, also stay numbers: from a truth value the compiler may make a branch again.
        self.init(integer: scaled.integer &+ up, digit: scaled.nextDigit & (down &+ up &- 1), exponent: scaled.exponent, as: Number.self)
    }

    /// Normalises integer.digit × 10^exponent, where the integer has 15 or 16 digits (Double) or 6 to 8 (Float).
    @inline(__always)
    private init<Number: WritableScalar>(integer: UInt64, digit: UInt64, exponent: Int, as _: Number.Type) {
        if Number.significandBitCount > 32 {
            // -1 for fifteen digits, as a number for the same reason.
            let short = Int64(bitPattern: integer &- 1_000_000_000_000_000) >> 63
            leading = integer &+ (integer &* 9 &+ digit) & UInt64(bitPattern: short)
            last = digit & ~UInt64(bitPattern: short)
            self.exponent = exponent &+ 15 &+ Int(short)
        } else {
            let all = integer &* 10 &+ digit
            let scale: UInt64 = all < 10_000_000 ? 1_000_000_000 : all < 100_000_000 ? 100_000_000 : 10_000_000
            leading = all &* scale
            last = 0
            self.exponent = exponent &+ (all < 10_000_000 ? 5 : all < 100_000_000 ? 6 : 7)
        }
    }

    /// For powers of two, whose lower neighbour is only half as far, so that half below is halved; and for subnormal numbers, which have
    /// fewer digits.
    @inline(never)
    private static func uneven<Number: WritableScalar>(_ number: Number, scaledBy powers: Span<UInt128>) -> ShortestDecimal {
        guard number.isFinite else { return .notFinite }
        let field = Int(number.exponentBitPattern)
        let isSubnormal = field == 0
        // The smallest normal number's lower neighbour is a subnormal one, as far away as the upper.
        let narrow = field > 1
        let significand = UInt64(number.significandBitPattern) | (isSubnormal ? 0 : 1 << Number.significandBitCount)
        let scaled = Scaled(significand, power: max(field, 1) - Number.exponentOffset, narrowBelow: narrow, by: powers)
        let even = ~significand & 1
        let below = scaled.half >> (narrow ? 1 : 0)
        var all = scaled.integer * 10
        if scaled.fraction.addingReportingOverflow(scaled.half + even).overflow {
            all += 10
        } else if scaled.fraction >= below + even {
            // The nearest digit may lie under the narrow half; then the next one is taken: the first multiple of 1/10 above the lower end.
            let lowest = (scaled.fraction - below).multipliedFullWidth(by: 10)
            all += max(scaled.nextDigit, lowest.high + (lowest.low > 0 ? 1 : 0))
        }
        var exponent = scaled.exponent + 15
        while all < 10_000_000_000_000_000 {
            all *= 10
            exponent -= 1
        }
        return ShortestDecimal(leading: all / 10, last: all % 10, exponent: exponent)
    }

    private init(leading: UInt64, last: UInt64, exponent: Int) {
        self.leading = leading
        self.last = last
        self.exponent = exponent
    }
}

/// c·2^q / 10^exponent = integer + fraction/2⁶⁴.
private struct Scaled {
    let integer: UInt64
    let fraction: UInt64
    /// 2^q / 2 on the scale of `fraction`.
    let half: UInt64
    let exponent: Int

    /// - Parameter narrowBelow: the interval is 3/4·2^q wide, so 10^k ≤ 3/4·2^q is what the exponent is chosen by.
    @inline(__always)
    init(_ significand: UInt64, power: Int, narrowBelow: Bool, by powers: Span<UInt128>) {
        // 315653/2²⁰ and 217707/2¹⁶ are log₁₀2 and log₂10: the floors are right for |q| ≤ 1500 and |n| ≤ 1233. 131237/2²⁰ is log₁₀(4/3).
        let exponent = (power &* 315_653 &- (narrowBelow ? 131_237 : 0)) >> 20 &+ 1
        let g = powers[-exponent &- PowersOfTen.exponents.lowerBound]
        // The product's integer part is kept ten bits up, so that this shift is 7 to 11 and never to the right.
        let shift = UInt64(truncatingIfNeeded: power &+ (-exponent &* 217_707) >> 16 &+ 11)
        let factor = significand &<< shift
        let low = UInt64(truncatingIfNeeded: g).multipliedFullWidth(by: factor).high
        let product = UInt64(truncatingIfNeeded: g >> 64).multipliedFullWidth(by: factor)
        let x = (UInt128(product.high) << 64 | UInt128(product.low)) &+ UInt128(low)
        integer = UInt64(truncatingIfNeeded: x >> 74)
        fraction = UInt64(truncatingIfNeeded: x >> 10)
        half = UInt64(truncatingIfNeeded: g >> 64) &>> (11 &- shift)
        self.exponent = exponent
    }

    /// The same by a factor that is at hand; the interval is symmetric.
    @inline(__always)
    init(_ significand: UInt64, power: Int, by scale: Scale) {
        let low = scale.low.multipliedFullWidth(by: significand).high
        let product = scale.high.multipliedFullWidth(by: significand)
        let x = (UInt128(product.high) << 64 | UInt128(product.low)) &+ UInt128(low)
        integer = UInt64(truncatingIfNeeded: x >> 64)
        fraction = UInt64(truncatingIfNeeded: x)
        half = scale.high >> 1
        exponent = Scale.exponent(power)
    }

    /// round(10·fraction): half up, with six units for what the fraction falls short by, except at 2.5 exactly, where 2 is even. (7.5 goes
    /// up to 8, which is even; a binary fraction has no other ties.)
    @inline(__always)
    var nextDigit: UInt64 {
        let tenfold = fraction.multipliedFullWidth(by: 10)
        let carry: UInt64 = tenfold.low > 0x7fff_ffff_ffff_fff9 ? 1 : 0
        return tenfold.high &+ carry &- (fraction == 1 << 62 ? 1 : 0)
    }
}

/// 2^q / 10^e, which is at least 0.1 and below 1, as 128 bits of fraction: what a number c·2^q is multiplied with. So the integer and the
/// fraction of the product need no shift, and neither e nor a shift must be known before it begins.
struct Scale: BitwiseCopyable {
    let low: UInt64
    let high: UInt64

    /// The q of all numbers.
    static let powers = -1074...971

    /// A scale for each of `powers`, in their order: 32 KB, of which numbers of ordinary size use a few lines.
    static let all = powers.map(Scale.init)

    /// e, the least with 2^q < 10^e.
    @inline(__always)
    static func exponent(_ power: Int) -> Int { (power &* 315_653) >> 20 &+ 1 }

    private init(power: Int) {
        let exponent = Self.exponent(power)
        let g = PowersOfTen.significands[-exponent - PowersOfTen.exponents.lowerBound]
        // The four bits that this cuts off at most weigh less than 2⁻⁷⁴ of a product's integer, as a significand has 53.
        let fraction = g >> UInt128(-(power + (-exponent * 217_707) >> 16 + 1))
        low = UInt64(truncatingIfNeeded: fraction)
        high = UInt64(truncatingIfNeeded: fraction >> 64)
    }
}
