extension [UInt8] {
    /// Appends a string in quotes. Escaped is what RFC 8259 section 7 says must be: the quote, the backslash and the control characters
    /// below U+0020, with the two-character form where there is one.
    mutating func appendJSONString(_ string: String) {
        append(UInt8(ascii: "\""))
        let bytes = string.utf8.span
        var start = 0
        for index in bytes.indices where bytes[index] < 0x20 || bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "\\") {
            append(copying: bytes.extracting(start..<index))
            appendEscaped(bytes[index])
            start = index + 1
        }
        append(copying: bytes.extracting(start...))
        append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(contentsOf: [UInt8(ascii: "\\"), byte])
        case 0x08: append(contentsOf: "\\b".utf8)
        case 0x09: append(contentsOf: "\\t".utf8)
        case 0x0a: append(contentsOf: "\\n".utf8)
        case 0x0c: append(contentsOf: "\\f".utf8)
        case 0x0d: append(contentsOf: "\\r".utf8)
        default:
            append(contentsOf: (byte < 0x10 ? "\\u000" : "\\u00").utf8)
            append(contentsOf: String(byte, radix: 16).utf8)
        }
    }

    private mutating func append(copying span: Span<UInt8>) {
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
