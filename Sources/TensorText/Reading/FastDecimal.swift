/// From byte k on, for k = 0...24: 24 bytes of which the last k are ones.
private let lastBytes: [6 of UInt64] = [0, 0, 0, .max, .max, .max]

/// The same with the four low bits of each byte, which make a digit its value.
private let lastDigits: [6 of UInt64] = [0, 0, 0, 0x0F0F_0F0F_0F0F_0F0F, 0x0F0F_0F0F_0F0F_0F0F, 0x0F0F_0F0F_0F0F_0F0F]

/// Reads the numbers that programs write: a branch is taken on what is rare, never on how many digits there are, since a mispredicted
/// branch costs as much as half a number. What is left is a matter of how many instructions a number takes.
struct FastDecimal<Element: DecimalReadable> {
    let powers = PowersOfTen.significands

    /// The number at `offset`, and the offset after it; see below for what an `end` of 0 means.
    func read(_ text: RawSpan, at offset: Int) -> (value: Element, end: Int) {
        Self.read(text, at: offset, powers: powers.span)
    }

    /// Appends the numbers from `offset` on that commas separate, or just the first; returns the offset after the last, 0 if there is none.
    @inline(never)
    func appendRun(_ text: JSONText, at offset: Int, isSingle: Bool, to elements: inout OutputSpan<Element>) -> Int {
        let powers = powers.span
        let bytes = unsafe text.bytes.span.bytes
        var (at, end) = (offset, 0)
        while true {
            let (value, next) = Self.read(bytes, at: at, powers: powers)
            if next == 0 { return end }
            elements.append(value)
            end = next
            let tail = unsafe bytes.uncheckedWord(at: end)
            if isSingle || tail & 0xFF != UInt64(UInt8(ascii: ",")) { return end }
            at = end &+ 1
            if tail & 0xFF00 <= 0x2000 { at = text.skipWhiteSpace(from: at) }
        }
    }

    /// The number at `offset`, and the offset after it. An `end` of 0 declines: too long, too near an end of the text, out of range or
    /// not a number, all for `JSONText.decimal(at:)` to tell.
    ///
    /// Taken are up to 23 bytes of sign, digits and point, at most 19 of the digits significant, and an exponent of up to three digits.
    @inline(__always)
    private static func read(_ text: RawSpan, at offset: Int, powers: Span<UInt128>) -> (value: Element, end: Int) {
        // This guards every load: the furthest are 24 bytes before the number, and 23 (digits) + 5 (exponent) + 8 from there on.
        guard offset >= 24, offset <= text.byteCount &- 36 else { return declined }
        // Bit k tells that byte k is no digit. The marks do not wait for the sign: it is one of them.
        let first = unsafe text.uncheckedWord(at: offset)
        var marks = otherThanDigits(first)
        marks |= otherThanDigits(unsafe text.uncheckedWord(at: offset &+ 8)) &<< 8
        marks |= otherThanDigits(unsafe text.uncheckedWord(at: offset &+ 16)) &<< 16
        let sign: UInt64 = first & 0xFF == UInt64(UInt8(ascii: "-")) ? 1 : 0
        marks &-= sign
        let integerEnd = marks.trailingZeroBitCount
        let integerCount = integerEnd &- Int(truncatingIfNeeded: sign)
        // Declined are no digit and a 0 before others, in one comparison: two would be a branch on the first digit.
        let leading = (first &>> (8 &* sign)) & 0xFF ^ 0x30
        if UInt64(bitPattern: Int64(integerCount &- 1)) > leading &<< 5 { return declined }

        // That some numbers of a text have a point and others have not is rare enough for a branch.
        var (length, fractionCount, unmoved) = (integerEnd, 0, 24)
        if (unsafe text.uncheckedWord(at: offset &+ integerEnd & 31)) & 0xFF == UInt64(UInt8(ascii: ".")) {
            length = (marks & (marks &- 1)).trailingZeroBitCount
            fractionCount = length &- integerEnd &- 1
            unmoved = fractionCount
            if fractionCount == 0 { return declined }
        }
        if length > 23 { return declined }
        let end = offset &+ length
        let count = integerCount &+ fractionCount
        let high = fourDigits(UInt32(truncatingIfNeeded: unsafe values(text, before: end, from: 20, count: count, unmoved: unmoved)))
        let middle = eightDigits(unsafe values(text, before: end, from: 16, count: count, unmoved: unmoved))
        let low = eightDigits(unsafe values(text, before: end, from: 8, count: count, unmoved: unmoved))
        if count > 19, unsafe high > 999 || isLong(text, before: end, count: count, unmoved: unmoved) { return declined }
        let significand = high &* 10_000_000_000_000_000 &+ middle &* 100_000_000 &+ low

        let tail = unsafe text.uncheckedWord(at: end)
        if tail & 0xDF != UInt64(UInt8(ascii: "E")) {
            // Without an exponent nothing is out of range.
            let bits = Element.nearestBits(significand, exponent: 0 &- fractionCount, powers: powers)
            return (Element.value(bits: bits, sign: sign), end)
        }
        let (exponent, exponentLength) = Self.exponent(tail)
        let bits = Element.nearestBits(significand, exponent: exponent &- fractionCount, powers: powers)
        if exponentLength == 0 || bits == Element.infinityBits { return declined }
        return (Element.value(bits: bits, sign: sign), end &+ exponentLength)
    }

    private static var declined: (value: Element, end: Int) { (.zero, 0) }

    /// Whether there are other digits than 0 before the last twenty.
    @unsafe @inline(never)
    private static func isLong(_ text: RawSpan, before end: Int, count: Int, unmoved: Int) -> Bool {
        UInt32(truncatingIfNeeded: unsafe values(text, before: end, from: 24, count: count, unmoved: unmoved)) != 0
    }

    /// The values of eight digits, from the one that stands `from` digits before the end on; zeros before the first. The last `unmoved`
    /// digits stand side by side; then comes the point, and the others before it.
    @unsafe @inline(__always)
    private static func values(_ text: RawSpan, before end: Int, from: Int, count: Int, unmoved: Int) -> UInt64 {
        let (stay, exist) = unsafe (lastBytes.span.bytes, lastDigits.span.bytes)
        let plain = unsafe text.uncheckedWord(at: end &- from)
        let moved = unsafe text.uncheckedWord(at: end &- from &- 1)
        let digits = unsafe ((plain ^ moved) & stay.uncheckedWord(at: unmoved &+ 24 &- from)) ^ moved
        return unsafe digits & exist.uncheckedWord(at: count &+ 24 &- from)
    }

    /// The exponent of up to three digits whose `e` the eight bytes begin with, and its length; a length of 0 declines.
    @inline(__always)
    private static func exponent(_ text: UInt64) -> (value: Int, length: Int) {
        let sign = UInt8(truncatingIfNeeded: text >> 8)
        let isNegative = sign == UInt8(ascii: "-")
        let start = isNegative || sign == UInt8(ascii: "+") ? 2 : 1
        let digits = (text &>> UInt64(truncatingIfNeeded: 8 &* start)) ^ 0x3030_3030_3030_3030
        let count = leadingDigits(digits)
        if count &- 1 > 2 || count == 0 { return (0, 0) }
        let value = Int(truncatingIfNeeded: eightDigits(digits &<< UInt64(truncatingIfNeeded: 64 &- 8 &* count)))
        return (isNegative ? 0 &- value : value, start &+ count)
    }
}
