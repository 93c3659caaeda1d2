/// A value in a document, not yet read: a range of its bytes. Reading checks what indexing has left unchecked.
package struct JSONValue: Sendable {
    package enum Kind: Equatable, Sendable { case object, array, string, number, bool, null }

    let text: JSONText
    let extent: JSONExtent
    let limits: JSONLimits

    var range: Range<Int> { extent.range }

    /// Where the value stands in the whole, such as `W_x` or `inputs[0].shape`.
    package let path: String

    /// What the value is, from its first byte.
    package var kind: Kind {
        switch text.bytes[range.lowerBound] {
        case UInt8(ascii: "{"): .object
        case UInt8(ascii: "["): .array
        case UInt8(ascii: "\""): .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
        case UInt8(ascii: "n"): .null
        default: .number
        }
    }

    /// The offset of the value's first byte in the document.
    package var offset: Int { range.lowerBound }

    /// How many entries an array can have at most, all levels together.
    package var maximumCount: Int { extent.commas + 1 }

    /// The number, or the block of numbers that nested arrays make, at most `limits.rank` deep and `limits.count` entries large.
    ///
    /// Each entry is a number or one of the strings "NaN", "Infinity", "-Infinity". A number alone has rank 0; `[]` has shape `[0]`,
    /// `[[],[]]` has `[2,0]`. Linear in the bytes, with one allocation of exactly the entries. The form changes
    /// nothing but the time; the best that is available stands in for a better one.
    package func tensor<Element: DecimalReadable>(
        of type: Element.Type, limits: TensorLimits = TensorLimits(), by form: TextForm = .best
    ) throws(JSONError) -> Tensor<Element> {
        try type.readTensor(self, limits: limits, by: form)
    }

    package func string() throws(JSONError) -> String {
        guard kind == .string else { throw mismatch(expected: "a string") }
        return text.string(in: range)
    }

    /// A whole number within `range`, in any spelling (`12`, `12.0`, `1.2e1`).
    package func integer(in range: ClosedRange<Int> = 0...Int.max) throws(JSONError) -> Int {
        guard kind == .number, let value = wholeNumber(try text.decimal(at: self.range.lowerBound).0), range.contains(value) else {
            throw mismatch(expected: "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// A list of whole numbers within `range`, however long. Linear, without a value for each entry.
    package func integers(in range: ClosedRange<Int> = 0...Int.max) throws(JSONError) -> [Int] {
        var integers: [Int] = []
        try forEachEntry { (extent, index) throws(JSONError) in
            let offset = extent.range.lowerBound
            // What is no such number is read once more, with its path, for the error.
            if isDigit(text.bytes[offset]), let value = wholeNumber(try text.decimal(at: offset).0), range.contains(value) {
                integers.append(value)
            } else {
                integers.append(try entry(extent, index).integer(in: range))
            }
        }
        return integers
    }

    private func wholeNumber(_ number: DecimalNumber) -> Int? {
        guard number.significand != 0 else { return 0 }
        guard !number.isTruncated, abs(number.exponent) < 20, var value = Int(exactly: number.significand) else { return nil }
        for _ in 0..<abs(number.exponent) {
            let (next, isInexact) =
                number.exponent < 0 ? (value / 10, value % 10 != 0) : value.multipliedReportingOverflow(by: 10)
            if isInexact { return nil }
            value = next
        }
        return number.isNegative ? -value : value
    }

    package func object() throws(JSONError) -> JSONDocument {
        guard kind == .object else { throw mismatch(expected: "an object") }
        return try JSONDocument(text, at: range.lowerBound, path: path, limits: limits)
    }

    /// The entries of an array, at most `maximumCount` of them.
    package func entries(maximumCount: Int = 1024) throws(JSONError) -> [JSONValue] {
        var entries: [JSONValue] = []
        try forEachEntry { (extent, index) throws(JSONError) in
            guard index < maximumCount else {
                throw error(.tooLarge, "\(path) has more than \(maximumCount) entries.", expected: "at most \(maximumCount) entries")
            }
            entries.append(entry(extent, index))
        }
        return entries
    }

    /// Calls `body` with the place and the index of each entry of an array.
    private func forEachEntry(_ body: (JSONExtent, Int) throws(JSONError) -> Void) throws(JSONError) {
        guard kind == .array else { throw mismatch(expected: "an array") }
        var at = text.skipWhiteSpace(from: range.lowerBound + 1)
        if text.byte(at: at) == UInt8(ascii: "]") { return }
        var index = 0
        while true {
            let extent = try text.extent(at: at, maximumDepth: limits.depth)
            try body(extent, index)
            index += 1
            at = text.skipWhiteSpace(from: extent.range.upperBound)
            if text.byte(at: at) == UInt8(ascii: "]") { return }
            guard text.byte(at: at) == UInt8(ascii: ",") else { throw text.unexpected(at: at, expected: ", or ]") }
            at = text.skipWhiteSpace(from: at + 1)
        }
    }

    private func entry(_ extent: JSONExtent, _ index: Int) -> JSONValue {
        JSONValue(text: text, extent: extent, limits: limits, path: "\(path)[\(index)]")
    }
}

// MARK: Errors

extension JSONValue {
    /// What the value is, in a few words.
    package var summary: String {
        switch kind {
        case .object: "an object"
        case .array: "an array"
        case .string: "the string \"\(excerpt(text.string(in: range)))\""
        case .number, .bool, .null: excerpt(String(decoding: text.bytes[range].prefix(80), as: UTF8.self))
        }
    }

    /// The error for a value that is not what was asked for.
    package func mismatch(expected: String) -> JSONError {
        error(.type, "\(path) must be \(expected), not \(summary).", expected: expected, got: summary)
    }

    func error(_ kind: JSONError.Kind, _ detail: String, expected: String? = nil, got: String? = nil) -> JSONError {
        text.error(kind, at: range.lowerBound, detail, field: path, expected: expected, got: got)
    }
}
