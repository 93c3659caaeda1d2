import CKernels

/// Where a value stands.
struct JSONExtent: Sendable {
    var range: Range<Int>

    /// How many commas are in an array: one less than it can have entries, all levels together.
    var commas = 0
}

/// Finding where a value ends, without reading it.
extension JSONText {
    /// How many levels of nesting a bit stack of 64 bits can follow.
    static let deepest = 64

    /// Where the value at `offset` ends.
    ///
    /// Scalars and strings are checked in full. Of arrays and objects only what is needed to find their end is: brackets match, strings
    /// are right, nothing outside strings is beyond ASCII, and nesting stays within `maximumDepth`. Reading them checks the rest.
    func extent(
        at offset: Int, maximumDepth: Int, by form: TextForm = .best
    ) throws(JSONError) -> JSONExtent {
        if byte(at: offset) == UInt8(ascii: "[") {
            return try extentOfArray(at: offset, maximumDepth: maximumDepth, by: form)
        }
        let end =
            switch byte(at: offset) {
            case UInt8(ascii: "{"): try skipContainer(at: offset, maximumDepth: maximumDepth)
            case UInt8(ascii: "\""): try skipString(at: offset)
            case UInt8(ascii: "t"): try skipWord("true", at: offset)
            case UInt8(ascii: "f"): try skipWord("false", at: offset)
            case UInt8(ascii: "n"): try skipWord("null", at: offset)
            default: try decimal(at: offset).end
            }
        return JSONExtent(range: offset..<end)
    }

    private func extentOfArray(at offset: Int, maximumDepth: Int, by form: TextForm) throws(JSONError) -> JSONExtent {
        let walk = VectorReader.walkArrays(self, from: offset, maximumDepth: min(maximumDepth, Self.deepest), by: form)
        let at = offset + walk.at
        if walk.at > 0, walk.depth == 0 { return JSONExtent(range: offset..<at, commas: walk.commas) }
        let end = try skipContainer(at: at, openArrays: walk.depth, maximumDepth: maximumDepth)
        return JSONExtent(range: offset..<end, commas: walk.commas + commas(in: at..<end))
    }

    private func skipWord(_ word: String, at offset: Int) throws(JSONError) -> Int {
        let end = offset + word.utf8.count
        guard bytes[offset...].starts(with: word.utf8), !isWordByte(byte(at: end)) else {
            throw unexpectedValue(at: offset)
        }
        return end
    }

    /// A loop with a stack of one bit a level (object or array), so that a document cannot exhaust the call stack. It begins inside of so
    /// many arrays, or else at a container's opening; returns the offset after the closing of the outermost.
    private func skipContainer(at offset: Int, openArrays: Int = 0, maximumDepth: Int) throws(JSONError) -> Int {
        let limit = min(maximumDepth, Self.deepest)
        var isObject: UInt64 = 0
        var depth = openArrays
        var at = offset
        while at < count {
            switch bytes[at] {
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                guard depth < limit else {
                    throw error(.tooLarge, at: at, "Values are nested more than \(limit) deep.", expected: "at most \(limit) levels")
                }
                isObject = isObject << 1 | (bytes[at] == UInt8(ascii: "{") ? 1 : 0)
                depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                guard (bytes[at] == UInt8(ascii: "}")) == (isObject & 1 == 1) else {
                    let expected = isObject & 1 == 1 ? "}" : "]"
                    throw unexpected(at: at, expected: expected)
                }
                isObject >>= 1
                depth -= 1
                if depth == 0 { return at + 1 }
            case UInt8(ascii: "\""):
                at = try skipString(at: at) - 1
            case 0x80...:
                throw unexpected(at: at, expected: "a value")
            default: break
            }
            at = skipUnstructured(from: at + 1)
        }
        throw error(.syntax, at: count, "The document ends inside \(isObject & 1 == 1 ? "an object" : "an array").")
    }

    /// The first offset from `offset` on that may hold a bracket, a brace, a quote or a byte beyond ASCII. It can be a byte that is none
    /// of them, and the last eight bytes of the text always count.
    @inline(__always)
    private func skipUnstructured(from offset: Int) -> Int {
        let text = unsafe bytes.span.bytes
        var at = offset
        while at + 8 <= text.byteCount {
            let mask = structure(text.word(at: at))
            if mask != 0 { return at + mask.trailingZeroBitCount / 8 }
            at += 8
            while at + 32 <= text.byteCount, !hasStructure(text, at: at) { at += 32 }
        }
        return at
    }

    /// Marks the first of eight bytes that is structure. With the bits 0x26 set, `[ ] { }` become 0x7F, and but four other characters,
    /// `Y _ y DEL`, which no number holds: one comparison does for all.
    @inline(__always)
    private func structure(_ word: UInt64) -> UInt64 {
        let brackets = zeroBytes((word | 0x2626_2626_2626_2626) ^ 0x7F7F_7F7F_7F7F_7F7F)
        return brackets | zeroBytes(word ^ 0x2222_2222_2222_2222) | word & 0x8080_8080_8080_8080
    }

    /// The same question for 32 bytes at once: rows of numbers are long, and have none. The compiler makes vectors of it.
    @inline(__always)
    private func hasStructure(_ text: RawSpan, at offset: Int) -> Bool {
        var marks: UInt64 = 0
        for k in 0..<4 { marks |= structure(text.word(at: offset &+ 8 &* k)) }
        return marks != 0
    }
}

extension JSONText {
    /// How many commas a range holds: a bound on the entries of the array there.
    func commas(in range: Range<Int>) -> Int {
        let text = unsafe bytes.span.bytes
        var commas = 0
        var at = range.lowerBound
        let end = min(range.upperBound, text.byteCount)
        // 64 bytes a step: eight marks of one bit a byte add up to at most 8 a byte, and the product adds the bytes.
        while at + 64 <= end {
            var sums: UInt64 = 0
            for k in 0..<8 {
                let differing = (unsafe text.uncheckedWord(at: at &+ 8 &* k)) ^ 0x2C2C_2C2C_2C2C_2C2C
                let isOther = ((differing & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7F7F_7F7F_7F7F_7F7F) | differing
                sums &+= (~isOther & 0x8080_8080_8080_8080) &>> 7
            }
            commas &+= Int(truncatingIfNeeded: (sums &* 0x0101_0101_0101_0101) &>> 56)
            at += 64
        }
        for byte in bytes[at..<end] where byte == UInt8(ascii: ",") { commas += 1 }
        return commas
    }
}
