/// One field line: a name and its value.
package struct HeaderField: Equatable, Sendable {
    /// The name as it was sent; names compare without regard to case (RFC 9110 section 5.1).
    package let name: String
    /// The value without surrounding whitespace; bytes that are not UTF-8 read as U+FFFD.
    package let value: String
}

/// Header fields in their order, looked up by name without regard to case (RFC 9110 section 5).
///
/// The fields stay bytes in one buffer, the one the head was copied into; strings are made of the few that somebody asks for.
/// A lookup walks the lines, which the head limits bound.
package struct HeaderFields: Sendable {
    private var bytes: [UInt8]
    private var lines: [FieldLine]

    /// No fields.
    package init() {
        bytes = []
        lines = []
    }

    /// Fields whose `lines` are ranges of `bytes`.
    init(bytes: [UInt8], lines: [FieldLine]) {
        self.bytes = bytes
        self.lines = lines
    }

    /// Adds a field at the end.
    ///
    /// A value can neither end its line nor hide from the next reader: each control character in it becomes a space, as RFC 9110
    /// section 5.5 has a recipient do. Replaced and not trapped, since a value may quote what a client sent. The name must be a
    /// token, which is a precondition: names are literals of the program.
    package mutating func append(_ name: String, _ value: String) {
        precondition(!name.isEmpty && name.utf8.allSatisfy(\.isToken), "A field name is a token (RFC 9110 section 5.1).")
        let nameStart = bytes.count
        bytes.append(contentsOf: name.utf8)
        let valueStart = bytes.count
        for byte in value.utf8 { bytes.append(byte.isFieldValue ? byte : .space) }
        lines.append(FieldLine(name: nameStart..<valueStart, value: valueStart..<bytes.count))
    }

    /// The value of the field called `name`, or nil. Several lines of that name become one, joined by
    /// ", " (RFC 9110 section 5.3).
    package subscript(_ name: String) -> String? {
        let values = values(of: name)
        guard let first = values.first else { return nil }
        if values.count == 1 { return String(decoding: first, as: UTF8.self) }
        return values.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ", ")
    }

    /// The value of each line called `name`, in order.
    func values(of name: String) -> [ArraySlice<UInt8>] {
        var values: [ArraySlice<UInt8>] = []
        for line in lines where line.name.count == name.utf8.count && bytes[line.name].equalsIgnoringCase(name) {
            values.append(bytes[line.value])
        }
        return values
    }

    /// The elements of the list that the lines called `name` make together (RFC 9110 section 5.6.1), in
    /// order, without surrounding whitespace. Empty elements are left in: a recipient has to ignore them in preferences, but
    /// framing fields refuse them.
    func elements(of name: String) -> [ArraySlice<UInt8>] {
        let values = values(of: name)
        return values.isEmpty ? [] : values.flatMap { $0.split(outsideQuotes: UInt8(ascii: ",")) }
    }

    /// The number of bytes that `serialize` appends.
    var serializedCount: Int { lines.reduce(0) { $0 + $1.name.count + $1.value.count + 4 } }

    /// Appends every field in its wire form, `name: value` CRLF.
    func serialize(into output: inout [UInt8]) {
        for line in lines {
            output.append(contentsOf: bytes[line.name])
            output.append(contentsOf: ": ".utf8)
            output.append(contentsOf: bytes[line.value])
            output.append(contentsOf: "\r\n".utf8)
        }
    }
}

extension HeaderFields: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { lines.count }
    package subscript(_ position: Int) -> HeaderField {
        let line = lines[position]
        return HeaderField(
            name: String(decoding: bytes[line.name], as: UTF8.self), value: String(decoding: bytes[line.value], as: UTF8.self))
    }
}

extension HeaderFields: Equatable {
    /// Whether both hold the same names, letter for letter, with the same values in the same order.
    package static func == (left: HeaderFields, right: HeaderFields) -> Bool { left.elementsEqual(right) }
}
