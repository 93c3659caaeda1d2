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

    /// Whether `bytes` are the lines in their wire form and nothing else, so that they can be sent as they are.
    private let isWireForm: Bool

    /// No fields.
    package init() {
        bytes = []
        lines = []
        isWireForm = true
    }

    /// The fields of another, with room for more of them: so many lines of 64 bytes.
    package init(_ fields: HeaderFields, roomFor count: Int) {
        self = fields
        bytes.reserveCapacity(fields.bytes.count + 64 * count)
        lines.reserveCapacity(fields.lines.count + count)
    }

    /// Fields whose `lines` are ranges of `bytes`.
    init(bytes: [UInt8], lines: [FieldLine]) {
        self.bytes = bytes
        self.lines = lines
        isWireForm = false
    }

    /// Adds a field at the end.
    ///
    /// A value can neither end its line nor hide from the next reader: each control character in it becomes a space, as RFC 9110
    /// section 5.5 has a recipient do. Replaced and not trapped, since a value may quote what a client sent. The name must be a
    /// token, which is a precondition: names are literals of the program.
    package mutating func append(_ name: String, _ value: String) {
        append(name) { $0.append(copying: value.utf8.span) }
    }

    /// Adds a field at the end, whose value `write` appends to the bytes before it; the same is done to it as to a value given whole.
    package mutating func append(_ name: String, writingValue write: (inout [UInt8]) -> Void) {
        let nameStart = bytes.count
        bytes.append(copying: name.utf8.span)
        let nameEnd = bytes.count
        precondition(
            nameEnd > nameStart && bytes[nameStart..<nameEnd].allSatisfy { $0.isToken }, "A field name is a token (RFC 9110 section 5.1).")
        bytes.append(": ")
        let valueStart = bytes.count
        write(&bytes)
        for index in valueStart..<bytes.count where !bytes[index].isFieldValue { bytes[index] = .space }
        lines.append(FieldLine(name: nameStart..<nameEnd, value: valueStart..<bytes.count))
        bytes.append("\r\n")
    }

    /// The value of the field called `name`, or nil. Several lines of that name become one, joined by ", " (RFC 9110 section 5.3).
    package subscript(_ name: String) -> String? {
        var combined: String?
        var index = nextLine(of: name, from: 0)
        while let found = index {
            let value = String(decoding: value(found), as: UTF8.self)
            combined = combined.map { $0 + ", " + value } ?? value
            index = nextLine(of: name, from: found + 1)
        }
        return combined
    }

    /// The elements of the list that the lines called `name` make together (RFC 9110 section 5.6.1), in order, without surrounding
    /// whitespace. Empty elements are left in: preferences ignore them, as a recipient has to, but framing refuses them.
    func elements(of name: String) -> [ArraySlice<UInt8>] {
        var elements: [ArraySlice<UInt8>] = []
        var index = nextLine(of: name, from: 0)
        while let found = index {
            value(found).split(outsideQuotes: UInt8(ascii: ","), into: &elements)
            index = nextLine(of: name, from: found + 1)
        }
        return elements
    }

    /// The index of the first line called `name` at or after `start`. Most searches find nothing, so they allocate nothing.
    func nextLine(of name: String, from start: Int) -> Int? {
        let count = name.utf8.count
        for index in start..<lines.count where lines[index].name.count == count {
            if equalsIgnoringCase(bytes.span.extracting(lines[index].name), name.utf8.span) { return index }
        }
        return nil
    }

    /// The value of the line at `index`.
    func value(_ index: Int) -> ArraySlice<UInt8> { bytes[lines[index].value] }

    /// The number of bytes that `serialize` appends.
    var serializedCount: Int { lines.reduce(0) { $0 + $1.name.count + $1.value.count + 4 } }

    /// Appends every field in its wire form, `name: value` CRLF.
    func serialize(into output: inout [UInt8]) {
        if isWireForm { return output.append(copying: bytes.span) }
        for line in lines {
            output.append(copying: bytes.span.extracting(line.name))
            output.append(": ")
            output.append(copying: bytes.span.extracting(line.value))
            output.append("\r\n")
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
