/// The number that a text writes: ±significand · 10^exponent.
struct DecimalNumber {
    var isNegative = false

    /// The leading digits, as many as fit: 19 or 20; all of them unless `isTruncated`.
    var significand: UInt64 = 0
    var exponent = 0

    /// Digits other than zero were left out: the number lies between `significand` and `significand + 1`.
    var isTruncated = false

    /// Takes `count` more digits, to the right of the others, if the significand then still fits.
    @inline(__always)
    fileprivate mutating func append(_ digits: UInt64, count: Int, isFraction: Bool) -> Bool {
        let (scaled, isTooLarge) = significand.multipliedReportingOverflow(by: powersOfTen[count])
        let (sum, isAlsoTooLarge) = scaled.addingReportingOverflow(digits)
        if isTooLarge || isAlsoTooLarge { return false }
        significand = sum
        if isFraction { exponent -= count }
        return true
    }

    /// Leaves one more digit out.
    fileprivate mutating func drop(_ digit: UInt8, isFraction: Bool) {
        if digit != 0 { isTruncated = true }
        if !isFraction { exponent += 1 }
    }
}

/// Numbers: RFC 8259 §6, in full. `FastDecimal` reads the common ones faster; this is its reference and reads all.
extension JSONText {
    /// The number at `offset` and the offset after it. What follows it is for the caller to check.
    func decimal(at offset: Int) throws(JSONError) -> (DecimalNumber, end: Int) {
        var number = DecimalNumber()
        number.isNegative = byte(at: offset) == UInt8(ascii: "-")
        let integer = offset + (number.isNegative ? 1 : 0)
        var at = digits(at: integer, isFraction: false, into: &number)
        guard at > integer else { throw unexpectedValue(at: offset) }
        if at - integer > 1, bytes[integer] == UInt8(ascii: "0") {
            throw error(.syntax, at: offset, "A number must not begin with a superfluous 0.")
        }
        if byte(at: at) == UInt8(ascii: ".") {
            let fraction = at + 1
            at = digits(at: fraction, isFraction: true, into: &number)
            guard at > fraction else { throw unexpected(at: at, expected: "a digit after the decimal point") }
        }
        if byte(at: at) | 0x20 == UInt8(ascii: "e") {
            let exponent = try exponent(at: at)
            number.exponent += exponent.value
            at = exponent.end
        }
        return (number, at)
    }

    /// Takes the digits from `offset` on, up to eight a step; returns the offset after the last.
    private func digits(at offset: Int, isFraction: Bool, into number: inout DecimalNumber) -> Int {
        var at = offset
        while at + 8 <= count {
            let values = word(at: at) ^ 0x3030_3030_3030_3030
            let run = leadingDigits(values)
            guard run > 0 else { return at }
            guard number.append(eightDigits(values << (64 - 8 * run)), count: run, isFraction: isFraction) else { break }
            at += run
            if run < 8 { return at }
        }
        while isDigit(byte(at: at)), number.append(UInt64(bytes[at] & 0x0F), count: 1, isFraction: isFraction) { at += 1 }
        while isDigit(byte(at: at)) {
            number.drop(bytes[at] & 0x0F, isFraction: isFraction)
            at += 1
        }
        return at
    }

    /// The exponent whose `e` stands at `offset`. Beyond ±10^15 it stays there, out of reach of any number of digits before it.
    private func exponent(at offset: Int) throws(JSONError) -> (value: Int, end: Int) {
        let sign = byte(at: offset + 1)
        let first = offset + (sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") ? 2 : 1)
        var at = first
        var value = 0
        while isDigit(byte(at: at)) {
            value = min(value * 10 + Int(bytes[at] - UInt8(ascii: "0")), 1_000_000_000_000_000)
            at += 1
        }
        guard at > first else { throw unexpected(at: at, expected: "a digit in the exponent") }
        return (sign == UInt8(ascii: "-") ? -value : value, at)
    }

    /// The error for what is no JSON value at `offset`, with a hint for what programs write in place of one.
    func unexpectedValue(at offset: Int) -> JSONError {
        let sign = byte(at: offset) == UInt8(ascii: "-") || byte(at: offset) == UInt8(ascii: "+") ? 1 : 0
        let word = bytes[min(offset + sign, count)...].prefix(3).map { $0 | 0x20 }
        if word == Array("nan".utf8) || word == Array("inf".utf8) {
            return error(
                .syntax, at: offset, "JSON has no bare NaN or Infinity: write \"NaN\", \"Infinity\" or \"-Infinity\", with quotes.",
                expected: "a value")
        }
        switch byte(at: offset) {
        case UInt8(ascii: "+"): return error(.syntax, at: offset, "A number must not begin with +.")
        case UInt8(ascii: "."): return error(.syntax, at: offset, "A number must have a digit before its decimal point.")
        case UInt8(ascii: "-") where offset + 1 < count: return unexpected(at: offset + 1, expected: "a digit after the minus sign")
        default: return unexpected(at: offset, expected: "a value")
        }
    }
}

extension DecimalReadable {
    /// The value nearest to `number`, which stands in `text` at `range`; nil beyond the largest finite value.
    @inline(never)
    init?(_ number: DecimalNumber, in text: JSONText, at range: Range<Int>, powers: Span<UInt128>) {
        let bits = Self.nearestBits(number.significand, exponent: number.exponent, powers: powers)
        let sign: UInt64 = number.isNegative ? 1 : 0
        self = Self.value(bits: bits, sign: sign)
        // Where both neighbours of the left-out digits round alike, so do the digits; else all of them are needed, which is rare.
        if number.isTruncated, bits != Self.nearestBits(number.significand &+ 1, exponent: number.exponent, powers: powers) {
            self = .readByLibrary(text.bytes[range].map { CChar(truncatingIfNeeded: $0) } + [0])
        }
        if isInfinite { return nil }
    }
}
