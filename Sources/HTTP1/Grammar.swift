// The character classes of RFC 9110 section 5 and RFC 3986 section 2. Everything above 0x7F is outside each class except
// `obs-text` in field values.

extension UInt8 {
    static var tab: UInt8 { 0x09 }
    static var lineFeed: UInt8 { 0x0A }
    static var carriageReturn: UInt8 { 0x0D }
    static var space: UInt8 { 0x20 }

    var isDigit: Bool { self &- 0x30 < 10 }

    /// ALPHA / DIGIT
    var isAlphanumeric: Bool { isDigit || (self | 0x20) &- 0x61 < 26 }

    /// SP / HTAB, the characters of OWS and BWS (RFC 9110 section 5.6.3).
    var isWhitespace: Bool { self == .space || self == .tab }

    /// ASCII letters in lower case; other bytes as they are.
    var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// tchar, of which methods, field names and parameters are made (RFC 9110 section 5.6.2).
    var isToken: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60, 0x7C, 0x7E: true  // ! #$%&' * + - . ^_` | ~
        default: false
        }
    }

    /// What may stand in a field value: HTAB, SP, VCHAR, obs-text (RFC 9110 section 5.5). No other control character is legal
    /// there, and CR, LF and NUL are dangerous.
    var isFieldValue: Bool { (self >= 0x20 && self != 0x7F) || self == .tab }

    /// unreserved (RFC 3986 section 2.3).
    var isUnreserved: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true  // - . _ ~
        default: false
        }
    }

    /// sub-delims (RFC 3986 section 2.2).
    var isSubDelimiter: Bool {
        switch self {
        case 0x21, 0x24, 0x26...0x2C, 0x3B, 0x3D: true  // ! $ &'()*+, ; =
        default: false
        }
    }

    /// Everything that a request target may be made of: unreserved, sub-delims, the general delimiters but `#` (a fragment is
    /// never sent, RFC 9110 section 7.1), and `%`. Where `[`, `]`, `@` and `%` are allowed is decided later.
    var isTarget: Bool {
        switch self {
        case 0x2F, 0x3A, 0x3F, 0x40, 0x5B, 0x5D, 0x25: true  // / : ? @ [ ] %
        default: isUnreserved || isSubDelimiter
        }
    }

    /// The value of a hexadecimal digit, or nil.
    var hexadecimalValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }

    /// How a sentence names this byte: `"x"`, or `byte 0x0A` where it does not print.
    var described: String {
        if self > 0x20 && self < 0x7F { return "\"\(Character(Unicode.Scalar(self)))\"" }
        let hexadecimal = String(self, radix: 16, uppercase: true)
        return "byte 0x" + (hexadecimal.count == 1 ? "0" : "") + hexadecimal
    }
}

/// A set of ASCII characters that tells its members without a branch, for the loops that see every byte.
struct ASCIISet: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    init(_ isMember: (UInt8) -> Bool) {
        for byte: UInt8 in 0..<64 {
            if isMember(byte) { low |= 1 << byte }
            if isMember(byte + 64) { high |= 1 << byte }
        }
    }

    func contains(_ byte: UInt8) -> Bool {
        byte < 0x80 && (byte < 64 ? low : high) >> (byte & 63) & 1 == 1
    }

    /// tchar.
    static let token = ASCIISet(\.isToken)
    /// The characters of a request target.
    static let target = ASCIISet(\.isTarget)
}

/// Whether both are the same but for the case of ASCII letters.
func equalsIgnoringCase(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    for index in left.indices where left[index].lowercased != right[index].lowercased { return false }
    return true
}

extension ArraySlice<UInt8> {
    /// Whether this spells `text` but for the case of ASCII letters.
    func equalsIgnoringCase(_ text: String) -> Bool {
        count == text.utf8.count && HTTP1.equalsIgnoringCase(span, text.utf8.span)
    }

    /// Whether both are the same but for the case of ASCII letters.
    func equalsIgnoringCase(_ other: ArraySlice<UInt8>) -> Bool { HTTP1.equalsIgnoringCase(span, other.span) }

    /// Appends the pieces between separators that stand outside quoted strings (RFC 9110 section 5.6.4), empty ones too, without
    /// the whitespace around them, which is no part of an element (section 5.6.1).
    func split(outsideQuotes separator: UInt8, into pieces: inout [ArraySlice<UInt8>]) {
        let bytes = span
        var pieceStart = 0
        var isQuoted = false
        var index = 0
        while index <= bytes.count {
            // The end ends the last piece, in an unfinished quoted string too.
            if index == bytes.count || (bytes[index] == separator && !isQuoted) {
                let piece = trimmed(bytes, pieceStart..<index)
                pieces.append(self[startIndex + piece.lowerBound..<startIndex + piece.upperBound])
                pieceStart = index + 1
            } else if bytes[index] == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if bytes[index] == UInt8(ascii: "\\"), isQuoted, index + 1 < bytes.count {
                index += 1  // a quoted-pair: the next byte is no delimiter
            }
            index += 1
        }
    }
}

/// `range` without SP and HTAB at either end.
private func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, bytes[start].isWhitespace { start += 1 }
    while start < end, bytes[end - 1].isWhitespace { end -= 1 }
    return start..<end
}

extension [UInt8] {
    /// One copy of `span` at the end; grows geometrically, so that many small appends stay linear in total.
    mutating func append(copying span: Span<UInt8>) {
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    mutating func append(_ literal: StaticString) {
        unsafe append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    /// Appends a number in decimal digits.
    ///
    /// - Precondition: it is not negative.
    mutating func append(decimal number: Int) {
        append(addingCapacity: 20) { $0.append(decimal: number) }
    }
}

extension OutputSpan<UInt8> {
    /// Appends text, for which there must be room.
    package mutating func append(_ text: String) {
        let bytes = text.utf8.span
        for index in bytes.indices { append(bytes[index]) }
    }

    /// Appends a number in decimal digits, without making a string of it.
    ///
    /// - Precondition: it is not negative, and there is room for its digits, at most 20.
    package mutating func append(decimal number: Int) {
        precondition(number >= 0)
        var digits: [20 of UInt8] = .init(repeating: 0)
        var first = digits.count
        var rest = UInt(number)
        repeat {
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        for index in first..<digits.count { append(digits[index]) }
    }
}
