extension JSONDocument {
    /// Checks that the whole text is one JSON value, without reading it: for whoever has found fault with what a document says, and must not call
    /// unread the rest of it well-formed. Linear. Beyond 64 levels of nesting nothing is looked at.
    package static func checkGrammar(of bytes: [UInt8]) throws(JSONError) {
        let text = JSONText(bytes: bytes)
        // A loop with a stack of one bit a level, as in `skipContainer`.
        var isObject: UInt64 = 0
        var depth = 0
        var closing: UInt8 { isObject & 1 == 1 ? UInt8(ascii: "}") : UInt8(ascii: "]") }
        var at = text.skipWhiteSpace(from: 0)
        while true {
            if isObject & 1 == 1 { at = try text.skipName(at: at) }
            let first = text.byte(at: at)
            if first == UInt8(ascii: "[") || first == UInt8(ascii: "{") {
                guard depth < JSONText.deepest else { return }
                isObject = isObject << 1 | (first == UInt8(ascii: "{") ? 1 : 0)
                depth += 1
                at = text.skipWhiteSpace(from: at + 1)
                if text.byte(at: at) != closing { continue }
            } else {
                at = text.skipWhiteSpace(from: try text.extent(at: at, maximumDepth: 0).range.upperBound)
            }
            while depth > 0, text.byte(at: at) == closing {
                isObject >>= 1
                depth -= 1
                at = text.skipWhiteSpace(from: at + 1)
            }
            if depth == 0 { break }
            guard text.byte(at: at) == UInt8(ascii: ",") else {
                throw text.unexpected(at: at, expected: ", or \(Character(UnicodeScalar(closing)))")
            }
            at = text.skipWhiteSpace(from: at + 1)
        }
        guard at == text.count else { throw text.unexpected(at: at, expected: "the end") }
    }
}

extension JSONText {
    /// The offset of the value behind `"name" :`, which stands at `offset`.
    fileprivate func skipName(at offset: Int) throws(JSONError) -> Int {
        guard byte(at: offset) == UInt8(ascii: "\"") else { throw unexpected(at: offset, expected: "a member's name in double quotes") }
        let colon = skipWhiteSpace(from: try skipString(at: offset))
        guard byte(at: colon) == UInt8(ascii: ":") else { throw unexpected(at: colon, expected: ":") }
        return skipWhiteSpace(from: colon + 1)
    }
}
