/// Strings: RFC 8259 §7, in UTF-8 (§8.1).
extension JSONText {
    /// Checks the string that opens at `offset` and returns the offset after its closing quote. Its escapes are right and its UTF-8 is
    /// valid then, so that `string(in:)` cannot fail on it.
    func skipString(at offset: Int) throws(JSONError) -> Int {
        var at = offset + 1
        while true {
            at = skipPlainText(from: at)
            guard at < count else {
                throw error(.syntax, at: count, "The document ends inside a string.")
            }
            switch bytes[at] {
            case UInt8(ascii: "\""): return at + 1
            case UInt8(ascii: "\\"): at = try skipEscape(at: at)
            case 0..<0x20:
                throw error(.syntax, at: at, "A control character in a string must be written as an escape such as \\n or \\u0000.")
            case 0x80...: at = try skipMultibyteScalar(at: at)
            default: at += 1
            }
        }
    }

    /// The text of a string that `skipString(at:)` has accepted, escapes decoded.
    func string(in token: Range<Int>) -> String {
        let content = bytes[token.lowerBound + 1..<token.upperBound - 1]
        guard content.contains(UInt8(ascii: "\\")) else { return String(decoding: content, as: UTF8.self) }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(content.count)
        var at = content.startIndex
        while at < content.endIndex {
            if bytes[at] == UInt8(ascii: "\\") {
                let (scalar, end) = escapedScalar(at: at)
                decoded.append(contentsOf: Unicode.UTF8.encode(scalar) ?? Unicode.UTF8.encodedReplacementCharacter)
                at = end
            } else {
                decoded.append(bytes[at])
                at += 1
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// Eight bytes a step over what needs no thought: ASCII that is neither control character nor quote nor backslash. Stops at such a
    /// byte, or less than eight bytes before the end.
    private func skipPlainText(from offset: Int) -> Int {
        var at = offset
        while at + 8 <= count {
            let word = word(at: at)
            let special =
                (word &- 0x2020_2020_2020_2020) | zeroBytes(word ^ 0x2222_2222_2222_2222) | zeroBytes(word ^ 0x5C5C_5C5C_5C5C_5C5C) | word
            let mask = special & 0x8080_8080_8080_8080
            if mask != 0 { return at + mask.trailingZeroBitCount / 8 }
            at += 8
        }
        return at
    }
}

// MARK: Escapes

extension JSONText {
    private func skipEscape(at offset: Int) throws(JSONError) -> Int {
        guard byte(at: offset + 1) == UInt8(ascii: "u") else {
            guard simpleEscape(byte(at: offset + 1)) != nil else {
                if offset + 1 >= count { throw error(.syntax, at: count, "The document ends inside a string.") }
                throw error(.syntax, at: offset, "A backslash in a string must be followed by one of \" \\ / b f n r t u.")
            }
            return offset + 2
        }
        guard let unit = hexadecimal(at: offset + 2) else {
            throw error(.syntax, at: offset, "\\u in a string must be followed by four hexadecimal digits.")
        }
        guard UTF16.isSurrogate(unit) else { return offset + 6 }
        // A surrogate that is not one of a pair is no character and has no UTF-8 form (RFC 8259 §8.2).
        guard UTF16.isLeadSurrogate(unit), byte(at: offset + 6) == UInt8(ascii: "\\"), byte(at: offset + 7) == UInt8(ascii: "u"),
            let second = hexadecimal(at: offset + 8), UTF16.isTrailSurrogate(second)
        else {
            throw error(.syntax, at: offset, "A string holds half of a surrogate pair, which is no character.")
        }
        return offset + 12
    }

    /// The character that a checked escape stands for, and the offset after it.
    private func escapedScalar(at offset: Int) -> (UnicodeScalar, end: Int) {
        if let scalar = simpleEscape(byte(at: offset + 1)) { return (scalar, offset + 2) }
        let unit = hexadecimal(at: offset + 2) ?? 0
        guard UTF16.isLeadSurrogate(unit), let second = hexadecimal(at: offset + 8) else {
            return (UnicodeScalar(unit) ?? "\u{FFFD}", offset + 6)
        }
        return (UTF16.decode(UTF16.EncodedScalar([unit, second])), offset + 12)
    }

    private func simpleEscape(_ byte: UInt8) -> UnicodeScalar? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): UnicodeScalar(byte)
        case UInt8(ascii: "b"): "\u{8}"
        case UInt8(ascii: "f"): "\u{C}"
        case UInt8(ascii: "n"): "\n"
        case UInt8(ascii: "r"): "\r"
        case UInt8(ascii: "t"): "\t"
        default: nil
        }
    }

    private func hexadecimal(at offset: Int) -> UInt16? {
        guard offset + 4 <= count else { return nil }
        var unit: UInt16 = 0
        for byte in bytes[offset..<offset + 4] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt16(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): unit = unit << 4 | UInt16(byte - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): unit = unit << 4 | UInt16(byte - UInt8(ascii: "A") + 10)
            default: return nil
            }
        }
        return unit
    }
}

// MARK: UTF-8

extension JSONText {
    /// The offset after the character of two to four bytes at `offset`: The Unicode Standard, table 3-7, which leaves out surrogates,
    /// over-long forms and what is above U+10FFFF.
    private func skipMultibyteScalar(at offset: Int) throws(JSONError) -> Int {
        let lead = bytes[offset]
        let second: ClosedRange<UInt8> =
            switch lead {
            case 0xE0: 0xA0...0xBF
            case 0xED: 0x80...0x9F
            case 0xF0: 0x90...0xBF
            case 0xF4: 0x80...0x8F
            default: 0x80...0xBF
            }
        let length =
            switch lead {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 0
            }
        guard length > 0, offset + length <= count, second.contains(bytes[offset + 1]),
            bytes[offset + 2..<offset + max(2, length)].allSatisfy({ $0 & 0b1100_0000 == 0b1000_0000 })
        else {
            throw error(.syntax, at: offset, "The document is not valid UTF-8.")
        }
        return offset + length
    }
}
