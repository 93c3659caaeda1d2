/// Where the digits, the point and the leading zeros of a positional number stand, for one power of ten of its first digit.
struct DecimalLayout: BitwiseCopyable {
    /// 0xff for each digit before the point: these stay where they are, the others move right.
    let integerMask: UInt128
    /// Bytes by which the digits behind the point move: 1 for the point, or the length of `0.`, `0.0`, ...
    let offset: Int
    let pointPosition: Int

    /// Powers of ten that are laid out positionally.
    static let exponents = -4...15

    /// A layout for each of `exponents`, in their order.
    static let all = exponents.map(DecimalLayout.init)

    private init(exponent: Int) {
        integerMask = exponent < 0 ? 0 : UInt128.max >> (8 * (15 - exponent))
        offset = exponent < 0 ? 1 - exponent : 1
        pointPosition = exponent < 0 ? 1 : exponent + 1
    }
}

extension ShortestDecimal {
    /// Stores the text and returns its length; up to 32 bytes are touched.
    @inline(__always)
    func store(at start: UnsafeMutableRawPointer, _ layouts: Span<DecimalLayout>) -> Int {
        let digits = sixteenDigits(leading)
        guard DecimalLayout.exponents.contains(exponent) else {
            return unsafe storeWithExponent(digits, at: start, layouts[-DecimalLayout.exponents.lowerBound])
        }
        let layout = layouts[exponent &- DecimalLayout.exponents.lowerBound]
        unsafe store(digits, at: start, layout)
        return max(significantDigits(digits) &+ layout.offset, exponent &+ 3)
    }

    /// The digits behind the point and the point itself are stored after what they cover: first all digits, moved; then the first 16 bytes
    /// with digits in front of the point unmoved and zeros as digits; then the point.
    @inline(__always)
    private func store(_ digits: UInt128, at start: UnsafeMutableRawPointer, _ layout: DecimalLayout) {
        let zeros: UInt128 = 0x3030_3030_3030_3030_3030_3030_3030_3030
        let head = (digits & layout.integerMask) | ((digits &<< UInt128(truncatingIfNeeded: layout.offset &* 8)) & ~layout.integerMask)
        unsafe start.storeBytes(of: digits | zeros, toByteOffset: layout.offset, as: UInt128.self)
        unsafe start.storeBytes(of: UInt8(truncatingIfNeeded: last | 0x30), toByteOffset: layout.offset &+ 16, as: UInt8.self)
        unsafe start.storeBytes(of: head | zeros, as: UInt128.self)
        unsafe start.storeBytes(of: 0x2e, toByteOffset: layout.pointPosition, as: UInt8.self)  // .
    }

    /// `d.ddde±XX`, at least two digits of exponent; a single digit goes without its point.
    @inline(never)
    private func storeWithExponent(_ digits: UInt128, at start: UnsafeMutableRawPointer, _ layout: DecimalLayout) -> Int {
        unsafe store(digits, at: start, layout)
        let count = significantDigits(digits)
        var length = count == 1 ? 1 : count + 1
        let magnitude = exponent.magnitude
        let tail: [UInt8] =
            [0x65, exponent < 0 ? 0x2d : 0x2b] + (magnitude < 100 ? [] : [UInt8(0x30 + magnitude / 100)])
            + [UInt8(0x30 + magnitude / 10 % 10), UInt8(0x30 + magnitude % 10)]
        for byte in tail {
            unsafe start.storeBytes(of: byte, toByteOffset: length, as: UInt8.self)
            length += 1
        }
        return length
    }

    /// How many digits there are without trailing zeros: 1...17.
    @inline(__always)
    private func significantDigits(_ digits: UInt128) -> Int {
        let front = UInt64(truncatingIfNeeded: digits)
        let back = UInt64(truncatingIfNeeded: digits >> 64)
        let count = back == 0 ? 8 &- front.leadingZeroBitCount >> 3 : 16 &- back.leadingZeroBitCount >> 3
        return last == 0 ? count : 17
    }
}

/// The digits of a number below 10¹⁶ as bytes 0...9, the first in the lowest byte.
@inline(__always)
private func sixteenDigits(_ number: UInt64) -> UInt128 {
    let front = number / 100_000_000
    return UInt128(eightDigits(number &- front &* 100_000_000)) << 64 | UInt128(eightDigits(front))
}

/// Splits in halves three times, all parts of a word at once: 8 → 2×4 → 4×2 → 8×1 digits. The quotients by 10⁴, 100 and 10 are products
/// with reciprocals that are exact for as many digits as stand there: 109951163/2⁴⁰, 5243/2¹⁹, 103/2¹⁰. The first part goes to the low end:
/// q + (x - d·q)·2ᵇ = x·2ᵇ - q·(d·2ᵇ - 1).
@inline(__always)
private func eightDigits(_ number: UInt64) -> UInt64 {
    let thousands = (number &* 109_951_163) >> 40
    let fours = (number << 32) &- thousands &* (10_000 << 32 - 1)
    let hundreds = ((fours &* 5243) >> 19) & 0x7f_0000_007f
    let twos = (fours << 16) &- hundreds &* (100 << 16 - 1)
    let tens = ((twos &* 103) >> 10) & 0xf_000f_000f_000f
    return (twos << 8) &- tens &* (10 << 8 - 1)
}
