/// Where the digits, the point and the leading zeros of a number stand, and what follows them, for one power of ten of its first digit:
/// positional, or `d.ddde±XX` with two digits of exponent at least, where a single digit goes without its point.
struct DecimalLayout: BitwiseCopyable {
    /// The exponent, if it is written, and the comma; eight characters, of which so many count.
    private let tail: UInt64
    private let tailLength: UInt8
    /// Which characters of a `DecimalDraft` stand at the start: the first digits, or zeros.
    private let first: UInt8
    /// Which of them stand at `behindPoint`: the first digits behind the point, or all of them behind leading zeros.
    private let rest: UInt8
    private let behindPoint: UInt8
    private let point: UInt8
    /// Characters before the tail: the digits and `added`, less `loneless` if there is but one digit, but at least `least`.
    private let added: UInt8
    private let loneless: UInt8
    private let least: UInt8

    /// Powers of ten that are laid out positionally.
    private static let positional = -4...15

    /// The powers of ten of all numbers.
    static let exponents = -324...308

    /// A layout for each of `exponents`, in their order.
    static let all = exponents.map(DecimalLayout.init)

    private init(exponent: Int) {
        let isPositional = Self.positional.contains(exponent)
        let size = exponent.magnitude
        let written = isPositional ? "," : "e\(exponent < 0 ? "-" : "+")\(size < 10 ? "0" : "")\(size),"
        tail = written.utf8.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        tailLength = UInt8(written.utf8.count)
        let place = isPositional ? exponent : 0
        let zeros = UInt8(max(-place, 0))
        first = zeros > 0 ? 0 : 16
        rest = UInt8(16 + max(place + 1, 0))
        behindPoint = zeros > 0 ? 1 + zeros : UInt8(place + 2)
        point = zeros > 0 ? 1 : UInt8(place + 1)
        added = zeros > 0 ? 1 + zeros : 1
        loneless = isPositional ? 0 : 1
        least = isPositional ? UInt8(max(place + 3, 0)) : 0
    }

    /// Stores a draft's text and the comma behind it; returns their end. Up to 34 bytes are touched.
    @inline(__always)
    func store(_ draft: UnsafePointer<DecimalDraft>, at start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        let characters = unsafe UnsafeRawPointer(draft)
        let rest = unsafe characters.loadUnaligned(fromByteOffset: Int(self.rest), as: SIMD16<UInt8>.self)
        unsafe start.storeBytes(of: characters.loadUnaligned(fromByteOffset: Int(first), as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
        unsafe start.storeBytes(of: rest, toByteOffset: Int(behindPoint), as: SIMD16<UInt8>.self)
        unsafe start.storeBytes(of: draft.pointee.seventeenth, toByteOffset: Int(behindPoint) &+ 16, as: UInt8.self)
        unsafe start.storeBytes(of: UInt8(ascii: "."), toByteOffset: Int(point), as: UInt8.self)
        let count = unsafe Int(draft.pointee.count)
        let length = max(count &+ Int(added) &- (count == 1 ? Int(loneless) : 0), Int(least))
        unsafe start.storeBytes(of: tail, toByteOffset: length, as: UInt64.self)
        return unsafe start + length + Int(tailLength)
    }
}

/// A number on the way from its decimal to its text. What lies first is read as characters, 16 from anywhere: zeros, 16 digits, the
/// seventeenth, and whatever follows, which no text shows.
struct DecimalDraft: BitwiseCopyable {
    private var zeros = SIMD16<UInt8>(repeating: 0x30)
    private var digits = SIMD2<UInt64>()
    fileprivate private(set) var seventeenth: UInt8 = 0
    /// Digits without trailing zeros: 1...17.
    fileprivate private(set) var count: UInt8 = 0
    private var decimal = ShortestDecimal.zero

    /// Which of `DecimalLayout.all` is the number's; of what is not finite, none.
    var layout: Int { decimal.exponent &- DecimalLayout.exponents.lowerBound }

    @inline(__always)
    mutating func take(_ decimal: ShortestDecimal) { self.decimal = decimal }

    /// Makes the digits: halves split in halves, all at once, 16 → 2×8 → 4×4 → 8×2 → 16×1. The quotients by 10⁴, 100 and 10 are products
    /// with 109951163/2⁴⁰, 5243/2¹⁹ and 103/2¹⁰, which are right for as many digits as stand there. A quotient stays at the low end of its
    /// part and the remainder goes above it, so that the first digit comes into the lowest byte, and first into memory.
    @inline(__always)
    mutating func split() {
        let high = decimal.leading / 100_000_000
        let eights = SIMD2(high, decimal.leading &- high &* 100_000_000) & 0xffff_ffff
        let thousands = (eights &* 109_951_163) &>> 40
        let fours = unsafe unsafeBitCast(thousands | (eights &- thousands &* 10_000) &<< 32, to: SIMD4<UInt32>.self) & 0x3fff
        let hundreds = unsafe unsafeBitCast((fours &* 5243) &>> 19, to: SIMD8<UInt16>.self)
        let belowHundred = unsafe unsafeBitCast(unsafeBitCast(fours, to: SIMD8<UInt16>.self) &- hundreds &* 100, to: SIMD4<UInt32>.self)
        let twos = unsafe hundreds | unsafeBitCast(belowHundred &<< 16, to: SIMD8<UInt16>.self)
        let tens = (twos &* 103) &>> 10
        let ones = twos &- tens &* 10
        let words = unsafe unsafeBitCast(tens | ones &<< 8, to: SIMD2<UInt64>.self)
        let (front, back) = (words[0], words[1])
        let end = back == 0 ? front : back
        let leadingCount = (back == 0 ? 8 : 16) &- (end | 1).leadingZeroBitCount >> 3
        count = UInt8(truncatingIfNeeded: decimal.last == 0 ? leadingCount : 17)
        digits = words | 0x3030_3030_3030_3030
        seventeenth = UInt8(truncatingIfNeeded: decimal.last) | 0x30
    }
}
