/// The bytes of a document and the small steps of reading it that every pass shares. An offset counts bytes from 0; reading at
/// `bytes.count` is the end of the text, not an error of the caller.
struct JSONText: Sendable {
    let bytes: [UInt8]

    var count: Int { bytes.count }

    /// The byte at `offset`; 0, which no rule of the grammar accepts, at the end of the text.
    @inline(__always)
    func byte(at offset: Int) -> UInt8 {
        offset < bytes.count ? bytes[offset] : 0
    }

    /// The first offset from `offset` on that does not hold white space (RFC 8259 §2).
    @inline(__always)
    func skipWhiteSpace(from offset: Int) -> Int {
        var offset = offset
        while offset < bytes.count, isWhiteSpace(bytes[offset]) { offset += 1 }
        return offset
    }
}

/// Space, line feed, carriage return, tab.
@inline(__always)
func isWhiteSpace(_ byte: UInt8) -> Bool {
    byte <= 0x20 && (1 << UInt64(byte)) & (1 << 0x20 | 1 << 0x0A | 1 << 0x0D | 1 << 0x09 as UInt64) != 0
}

@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

// MARK: Errors

/// The first 40 characters of a string, for a sentence. Counted in scalars: one letter with its accents can be as long as a document.
func excerpt(_ string: String) -> String {
    let start = string.unicodeScalars.prefix(40)
    return String(start) + (start.endIndex < string.endIndex ? "…" : "")
}

extension JSONText {
    func error(
        _ kind: JSONError.Kind, at offset: Int, _ detail: String, field: String? = nil, expected: String? = nil, got: String? = nil
    ) -> JSONError {
        JSONError(
            kind: kind, detail: detail, position: JSONPosition(byte: offset, in: bytes), field: field, expected: expected, got: got)
    }

    /// The error for a text that does not go on at `offset` as the grammar demands.
    func unexpected(at offset: Int, expected: String) -> JSONError {
        guard offset < count else {
            return error(.syntax, at: count, "The document ends where \(expected) was expected.", expected: expected, got: "the end")
        }
        let found = token(at: offset)
        return error(.syntax, at: offset, "Found \(found) where \(expected) was expected.", expected: expected, got: found)
    }

    /// What stands at `offset`, short enough for a sentence: a word or number whole, else one character.
    private func token(at offset: Int) -> String {
        let word = bytes[offset...].prefix(24).prefix { isWordByte($0) }
        if !word.isEmpty { return String(decoding: word, as: UTF8.self) }
        let byte = bytes[offset]
        if byte > 0x20, byte < 0x7F { return String(UnicodeScalar(byte)) }
        return "the byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }

    func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
