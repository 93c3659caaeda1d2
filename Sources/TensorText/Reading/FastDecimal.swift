/// For k = 0...20, the 24 bytes from byte k on keep the last k of 24 bytes.
private let keep: [6 of UInt64] = [0, 0, 0, .max, .max, .max]

/// Reads the numbers that programs write: a branch is taken on what is rare, never on how many digits there are, since a mispredicted
/// branch costs as much as half a number.
struct FastDecimal<Element: DecimalReadable> {
    let powers = PowersOfTen.significands

    /// The number at `offset`, and the offset after it. An `end` of 0 declines: too long, too near an end of the text, out of range or
    /// not a number, all for `JSONText.decimal(at:)` to tell.
    ///
    /// Taken are up to 15 digits, a point and up to 20 digits, at most 19 of them significant, and an exponent of up to three digits.
    @inline(__always)
    func read(_ text: RawSpan, at offset: Int) -> (value: Element, end: Int) {
        // This guards every load: the furthest are 20 bytes before, and 1 (sign) + 15 + 1 (point) + 20 + 8 bytes behind.
        guard offset >= 20, offset <= text.byteCount &- 45 else { return Self.declined }
        let first = unsafe text.uncheckedWord(at: offset)
        let sign = first & 0xFF == UInt64(UInt8(ascii: "-")) ? 1 : 0
        let head = (first &>> UInt64(truncatingIfNeeded: sign &* 8)) ^ Self.zeros
        // The most common count as a constant of its own copy of the code: it need not wait for the count to find what follows.
        if leadingDigits(head) == 1 {
            return readFraction(text, at: offset, sign: sign, integer: head & 0xFF, mark: head &>> 8, integerCount: 1)
        }
        let whole = (unsafe text.uncheckedWord(at: offset &+ sign)) ^ Self.zeros
        let count = leadingDigits(whole)
        if count == 0 || whole & 0xFF == 0 { return Self.declined }
        if count == 8 { return readLong(text, at: offset, sign: sign, firstEight: eightDigits(whole)) }
        let integer = eightDigits(whole &<< UInt64(truncatingIfNeeded: 64 &- 8 &* count))
        let mark = whole &>> UInt64(truncatingIfNeeded: 8 &* count)
        return readFraction(text, at: offset, sign: sign, integer: integer, mark: mark, integerCount: count)
    }

    /// The same where the first eight bytes are digits.
    @inline(never)
    private func readLong(_ text: RawSpan, at offset: Int, sign: Int, firstEight: UInt64) -> (value: Element, end: Int) {
        let rest = (unsafe text.uncheckedWord(at: offset &+ sign &+ 8)) ^ Self.zeros
        let count = leadingDigits(rest)
        if count == 8 { return Self.declined }
        // In two steps, since a shift by 64 is none.
        let moved = (rest &<< UInt64(truncatingIfNeeded: 56 &- 8 &* count)) &<< 8
        let integer = firstEight &* powersOfTen[count] &+ eightDigits(moved)
        let mark = rest &>> UInt64(truncatingIfNeeded: 8 &* count)
        return readFraction(text, at: offset, sign: sign, integer: integer, mark: mark, integerCount: 8 &+ count)
    }

    private static var declined: (value: Element, end: Int) { (.zero, 0) }
    private static var zeros: UInt64 { 0x3030_3030_3030_3030 }

    /// - Parameter mark: in its lowest byte, what follows the integer, exclusive-or `0x30`.
    @inline(__always)
    private func readFraction(
        _ text: RawSpan, at offset: Int, sign: Int, integer: UInt64, mark: UInt64, integerCount: Int
    ) -> (value: Element, end: Int) {
        let point = mark & 0xFF == UInt64(UInt8(ascii: ".") ^ 0x30) ? 1 : 0

        // How many digits follow: the next word counts when all eight bytes of a word are digits.
        let start = offset &+ sign &+ integerCount &+ 1
        let count0 = leadingDigits((unsafe text.uncheckedWord(at: start)) ^ Self.zeros)
        let count1 = leadingDigits((unsafe text.uncheckedWord(at: start &+ 8)) ^ Self.zeros) & (0 &- count0 &>> 3)
        let count2 = leadingDigits((unsafe text.uncheckedWord(at: start &+ 16)) ^ Self.zeros) & (0 &- count1 &>> 3)
        let count = (count0 &+ count1 &+ count2) & (0 &- point)
        if count > 20 || count < point { return Self.declined }
        let end = start &- 1 &+ point &+ count

        // The 20 bytes that end with the last digit, with those that are not of the fraction made zero.
        let keep = unsafe keep.span.bytes
        let high = ((unsafe text.uncheckedWord(at: end &- 20)) ^ Self.zeros) & (unsafe keep.uncheckedWord(at: count &+ 4))
        let middle = ((unsafe text.uncheckedWord(at: end &- 16)) ^ Self.zeros) & (unsafe keep.uncheckedWord(at: count &+ 8))
        let low = ((unsafe text.uncheckedWord(at: end &- 8)) ^ Self.zeros) & (unsafe keep.uncheckedWord(at: count &+ 16))
        let thousands = fourDigits(UInt32(truncatingIfNeeded: high))
        let fraction = (thousands &* 100_000_000 &+ eightDigits(middle)) &* 100_000_000 &+ eightDigits(low)
        let significand = integer &* powersOfTen[count] &+ fraction
        if integerCount &+ count > 19, integer != 0 || thousands > 999 { return Self.declined }

        let tail = unsafe text.uncheckedWord(at: end)
        guard tail & 0xDF == UInt64(UInt8(ascii: "E")) else { return value(significand, 0 &- count, sign: sign, end: end) }
        let (exponent, length) = Self.exponent(tail)
        return length == 0 ? Self.declined : value(significand, exponent &- count, sign: sign, end: end &+ length)
    }

    @inline(__always)
    private func value(_ significand: UInt64, _ exponent: Int, sign: Int, end: Int) -> (value: Element, end: Int) {
        let bits = Element.nearestBits(significand, exponent: exponent, powers: powers.span)
        return (Element.value(bits: bits, sign: UInt64(truncatingIfNeeded: sign)), bits == Element.infinityBits ? 0 : end)
    }

    /// The exponent of up to three digits whose `e` the eight bytes begin with, and its length; a length of 0 declines.
    @inline(__always)
    private static func exponent(_ text: UInt64) -> (value: Int, length: Int) {
        let sign = UInt8(truncatingIfNeeded: text >> 8)
        let isNegative = sign == UInt8(ascii: "-")
        let start = isNegative || sign == UInt8(ascii: "+") ? 2 : 1
        let digits = (text &>> UInt64(truncatingIfNeeded: 8 &* start)) ^ zeros
        let count = leadingDigits(digits)
        if count &- 1 > 2 || count == 0 { return (0, 0) }
        let value = Int(truncatingIfNeeded: eightDigits(digits &<< UInt64(truncatingIfNeeded: 64 &- 8 &* count)))
        return (isNegative ? 0 &- value : value, start &+ count)
    }
}
