import Glibc

/// A binary floating-point type whose nearest value to a decimal number can be found.
package protocol DecimalReadable: BinaryFloatingPoint, Sendable {
    /// Where a significand of 64 bits times 10^q can lie half-way between two values: 5^q, or the significand's quotient by 5^-q, must
    /// fit beside a significand of one bit more than the type's.
    static var halfwayExponents: ClosedRange<Int> { get }

    /// The value with these bits, right-aligned.
    init(bits: UInt64)

    /// The C library's reading of a whole NUL-terminated number. Correctly rounded in glibc; the process never leaves the C locale.
    static func readByLibrary(_ text: [CChar]) -> Self

    /// The entries of the array or number that `value` is: `TensorReader` for this type, compiled in this module for it. By its
    /// scalar form it is the reference, wherever it runs.
    static func readTensor(_ value: JSONValue, limits: TensorLimits, by form: TextForm) throws(JSONError) -> Tensor<Self>
}

extension Double: DecimalReadable {
    package static var halfwayExponents: ClosedRange<Int> { -4...23 }

    package init(bits: UInt64) { self.init(bitPattern: bits) }

    package static func readByLibrary(_ text: [CChar]) -> Double { unsafe strtod(text, nil) }

    package static func readTensor(_ value: JSONValue, limits: TensorLimits, by form: TextForm) throws(JSONError) -> Tensor<Double> {
        try TensorReader<Double>.read(value, limits: limits, by: min(form, .best))
    }
}

extension Float: DecimalReadable {
    package static var halfwayExponents: ClosedRange<Int> { -17...10 }

    package init(bits: UInt64) { self.init(bitPattern: UInt32(truncatingIfNeeded: bits)) }

    package static func readByLibrary(_ text: [CChar]) -> Float { unsafe strtof(text, nil) }

    package static func readTensor(_ value: JSONValue, limits: TensorLimits, by form: TextForm) throws(JSONError) -> Tensor<Float> {
        try TensorReader<Float>.read(value, limits: limits, by: min(form, .best))
    }
}

extension DecimalReadable {
    static var infinityBits: UInt64 { ((1 << UInt64(exponentBitCount)) &- 1) << UInt64(significandBitCount) }

    @inline(__always)
    static func value(bits: UInt64, sign: UInt64) -> Self {
        Self(bits: bits | sign << UInt64(exponentBitCount + significandBitCount))
    }

    /// The bits of the value nearest to significand · 10^exponent, ties to even; `infinityBits` beyond the largest finite value. Exact for
    /// every input.
    ///
    /// The method is Eisel's and Lemire's ("Number parsing at a gigabyte per second", 2021): one product of 64 by 64 bits with the
    /// leading bits of 10^exponent, a second where the first leaves the rounding open. That this never errs, with no case left over,
    /// is proved by Mushtak and Lemire ("Fast number parsing without fallback", 2023): where the power is cut, no significand of 64 bits
    /// leaves ones in all the bits that a carry from what was cut off would have to pass.
    @inline(__always)
    static func nearestBits(_ significand: UInt64, exponent: Int, powers: Span<UInt128>) -> UInt64 {
        let index = exponent &- PowersOfTen.exponents.lowerBound
        guard significand != 0, index >= 0 else { return 0 }
        guard index < powers.count else { return infinityBits }

        let zeros = significand.leadingZeroBitCount
        let power = powers[index]
        let scaled = significand &<< UInt64(truncatingIfNeeded: zeros)
        var product = scaled.multipliedFullWidth(by: UInt64(truncatingIfNeeded: power &>> 64))
        // The bits to keep, one to round by and one for a product without its highest bit decide, unless all below them are ones.
        let undecided = UInt64.max >> UInt64(significandBitCount + 3)
        if product.high & undecided == undecided {
            // 10^-27...10^-1 rounded up, so that dividing by a power of five that divides the significand is exact.
            let roundedUp: UInt64 = exponent < 0 && exponent >= -27 ? 1 : 0
            let correction = scaled.multipliedFullWidth(by: UInt64(truncatingIfNeeded: power) &+ roundedUp).high
            let (low, carry) = product.low.addingReportingOverflow(correction)
            product = (carry ? product.high &+ 1 : product.high, low)
        }

        let upper = product.high >> 63
        let shift = upper &+ UInt64(64 - significandBitCount - 3)
        var bits = product.high &>> shift  // the significand and one bit to round by
        // The exponent field: ⌊log₂ 10^exponent⌋ in fixed point, and the places that the factors were shifted by.
        let field = ((217_706 &* exponent) &>> 16) &+ 63 &+ Int(truncatingIfNeeded: upper) &- zeros &+ (1 &<< (exponentBitCount - 1)) &- 1
        if field <= 0 {
            // Subnormal: fewer bits are left. Rounding up to the hidden bit makes the least normal number by itself.
            bits = field < -62 ? 0 : bits >> UInt64(1 &- field)
            return (bits &+ (bits & 1)) >> 1
        }
        if product.low <= 1, isTie(bits, exponent, exact: bits &<< shift == product.high) { bits &= ~1 }
        bits = (bits &+ (bits & 1)) >> 1
        // The hidden bit adds one to the field below it, and so does a carry out of rounding up.
        bits &+= UInt64(truncatingIfNeeded: field &- 1) &<< UInt64(significandBitCount)
        return bits < infinityBits ? bits : infinityBits
    }

    /// Exactly half-way and about to be rounded up, from an even significand to an odd one. Rare, so kept out of the way.
    @inline(never)
    private static func isTie(_ bits: UInt64, _ exponent: Int, exact: Bool) -> Bool {
        exact && bits & 3 == 1 && halfwayExponents.contains(exponent)
    }
}
