extension [UInt8] {
    /// Appends a string in quotes. Escaped is what RFC 8259 section 7 says must be: the quote, the backslash and the control characters
    /// below U+0020, with the two-character form where there is one.
    mutating func appendJSONString(_ string: String) {
        append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(contentsOf: [UInt8(ascii: "\\"), byte])
            case 0x08: append(contentsOf: "\\b".utf8)
            case 0x09: append(contentsOf: "\\t".utf8)
            case 0x0a: append(contentsOf: "\\n".utf8)
            case 0x0c: append(contentsOf: "\\f".utf8)
            case 0x0d: append(contentsOf: "\\r".utf8)
            case 0..<0x20:
                append(contentsOf: (byte < 0x10 ? "\\u000" : "\\u00").utf8)
                append(contentsOf: String(byte, radix: 16).utf8)
            default: append(byte)
            }
        }
        append(UInt8(ascii: "\""))
    }
}
