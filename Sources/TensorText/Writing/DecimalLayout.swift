/// Where the digits, the point and the leading zeros of a positional number stand, for one power of ten of its first digit.
struct DecimalLayout: BitwiseCopyable {
    /// 0xff for each of the first sixteen digits that stands before the point: these stay where they are, the others move right.
    let integerMask: Digits
    /// Bytes by which the digits behind the point move: 1 for the point, or the length of `0.`, `0.0`, ...
    let offset: Int
    let pointPosition: Int

    /// Powers of ten that are laid out positionally.
    static let exponents = -4...15

    /// A layout for each of `exponents`, in their order.
    static let all = exponents.map(DecimalLayout.init)

    private init(exponent: Int) {
        integerMask = Digits(
            front: exponent < 0 ? 0 : .max >> (8 * max(7 - exponent, 0)),
            back: exponent < 8 ? 0 : .max >> (8 * (15 - exponent)))
        offset = exponent < 0 ? 1 - exponent : 1
        pointPosition = exponent < 0 ? 1 : exponent + 1
    }
}

extension ShortestDecimal {
    /// Stores the text and returns its length; up to 32 bytes are touched.
    @inline(__always)
    func store(at start: UnsafeMutableRawPointer, _ layouts: Span<DecimalLayout>) -> Int {
        let digits = Digits(leading)
        guard DecimalLayout.exponents.contains(exponent) else {
            return unsafe storeWithExponent(digits, at: start, layouts[-DecimalLayout.exponents.lowerBound])
        }
        let layout = layouts[exponent &- DecimalLayout.exponents.lowerBound]
        unsafe store(digits, at: start, layout)
        return max(significantCount(digits) &+ layout.offset, exponent &+ 3)
    }

    /// First all digits, moved; over them the first 16 bytes with the digits before the point unmoved and zeros moved in; then the point.
    @inline(__always)
    private func store(_ digits: Digits, at start: UnsafeMutableRawPointer, _ layout: DecimalLayout) {
        let shift = UInt64(truncatingIfNeeded: layout.offset &* 8)
        let (front, back) = (digits.front, digits.back)
        let movedFront = front &<< shift
        let movedBack = (back &<< shift) | (front &>> (64 &- shift))
        let mask = layout.integerMask
        unsafe start.store(front | Digits.zeros, at: layout.offset)
        unsafe start.store(back | Digits.zeros, at: layout.offset &+ 8)
        unsafe start.store(UInt8(truncatingIfNeeded: last) | 0x30, at: layout.offset &+ 16)
        unsafe start.store(movedFront ^ ((front ^ movedFront) & mask.front) | Digits.zeros, at: 0)
        unsafe start.store(movedBack ^ ((back ^ movedBack) & mask.back) | Digits.zeros, at: 8)
        unsafe start.store(UInt8(ascii: "."), at: layout.pointPosition)
    }

    /// `d.ddde±XX`, with two digits of exponent at least; a single digit goes without its point.
    @inline(never)
    private func storeWithExponent(_ digits: Digits, at start: UnsafeMutableRawPointer, _ layout: DecimalLayout) -> Int {
        unsafe store(digits, at: start, layout)
        let count = significantCount(digits)
        var length = count == 1 ? 1 : count + 1
        let magnitude = UInt8(truncatingIfNeeded: exponent.magnitude % 100)
        unsafe start.store(UInt8(ascii: "e"), at: length)
        unsafe start.store(UInt8(ascii: exponent < 0 ? "-" : "+"), at: length + 1)
        unsafe start.store(0x30 + UInt8(truncatingIfNeeded: exponent.magnitude / 100), at: length + 2)
        length += exponent.magnitude < 100 ? 2 : 3
        unsafe start.store(0x30 + magnitude / 10, at: length)
        unsafe start.store(0x30 + magnitude % 10, at: length + 1)
        return length + 2
    }

    /// How many digits there are without trailing zeros: 1...17. Whether there is a seventeenth is a toss-up: no branch.
    @inline(__always)
    private func significantCount(_ digits: Digits) -> Int {
        let hasLast: UInt64 = last == 0 ? 0 : 1
        let back = digits.back | hasLast << 63
        let end = back == 0 ? digits.front : back
        return (back == 0 ? 8 : 16) &+ Int(truncatingIfNeeded: hasLast) &- (end | 1).leadingZeroBitCount >> 3
    }
}

/// Sixteen decimal digits, each a byte 0...9; the first in the lowest byte of `front`, so that a little-endian store puts it first.
struct Digits: BitwiseCopyable {
    let front: UInt64
    let back: UInt64

    /// Turns digits into characters.
    static let zeros: UInt64 = 0x3030_3030_3030_3030

    init(front: UInt64, back: UInt64) {
        self.front = front
        self.back = back
    }

    /// - Parameter number: below 10¹⁶.
    @inline(__always)
    init(_ number: UInt64) {
        let high = number / 100_000_000
        front = Self.eight(high)
        back = Self.eight(number &- high &* 100_000_000)
    }

    /// Splits in halves three times, all parts of a word at once: 8 → 2×4 → 4×2 → 8×1 digits. The quotients by 10⁴, 100 and 10 are products
    /// with 109951163/2⁴⁰, 5243/2¹⁹ and 103/2¹⁰, which are right for as many digits as stand there. The quotient goes to the low end of its
    /// part and the remainder above it: q + (x - d·q)·2ᵇ = x·2ᵇ - q·(d·2ᵇ - 1).
    @inline(__always)
    private static func eight(_ number: UInt64) -> UInt64 {
        let thousands = (number &* 109_951_163) >> 40
        let fours = (number << 32) &- thousands &* (10_000 << 32 - 1)
        let hundreds = ((fours &* 5243) >> 19) & 0x7f_0000_007f
        let twos = (fours << 16) &- hundreds &* (100 << 16 - 1)
        let tens = ((twos &* 103) >> 10) & 0xf_000f_000f_000f
        return (twos << 8) &- tens &* (10 << 8 - 1)
    }
}

extension UnsafeMutableRawPointer {
    @inline(__always)
    fileprivate func store<Word: BitwiseCopyable>(_ word: Word, at offset: Int) {
        unsafe storeBytes(of: word, toByteOffset: offset, as: Word.self)
    }
}
