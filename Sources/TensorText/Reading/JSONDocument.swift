/// How much of a document a reader is ready to accept.
package struct JSONLimits: Equatable, Sendable {
    /// Levels of nesting, the object itself being the first; never more than 64.
    package var depth: Int

    /// Members of one object.
    package var members: Int

    /// Bytes of a member's name. Each name is compared with all others, and an error quotes it.
    package var nameLength: Int

    package init(depth: Int = 32, members: Int = 256, nameLength: Int = 256) {
        self.depth = depth
        self.members = members
        self.nameLength = nameLength
    }
}

/// One JSON object (RFC 8259), indexed: which members it has and where their values stand.
///
/// Reading is in two passes. This one walks over the whole text once, eight to 64 bytes a step: it checks that the text is one object in
/// UTF-8 and nothing else, decodes the names, refuses a name given twice and finds where each value ends. The second reads the values
/// that someone asks for, into what they ask for, and checks the inside of arrays and objects on its way; a value that nobody reads has
/// matching brackets and valid strings but may hold other nonsense, unless `checkGrammar` has found none.
package struct JSONDocument: Sendable {
    private struct Member {
        var name: String

        /// Differs for almost all names that differ, so that a name costs one comparison of numbers with each of the others.
        var key: UInt64
        var value: JSONExtent

        /// FNV-1a.
        static func key(of name: String) -> UInt64 {
            let bytes = name.utf8.span
            var key: UInt64 = 0xCBF2_9CE4_8422_2325
            for index in bytes.indices { key = (key ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
            return key
        }
    }

    private let text: JSONText
    private let path: String
    private let limits: JSONLimits
    private var members: [Member] = []

    /// The offset after the closing brace.
    private var end = 0

    /// Indexes a whole document.
    package init(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
        let text = JSONText(bytes: bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            throw text.error(.syntax, at: 0, "The document begins with a byte order mark, which JSON must not (RFC 8259 §8.1).")
        }
        let start = text.skipWhiteSpace(from: 0)
        guard start < text.count else {
            throw text.error(.syntax, at: start, "The document is empty.", expected: "an object")
        }
        guard text.byte(at: start) == UInt8(ascii: "{") else {
            let extent = try text.extent(at: start, maximumDepth: limits.depth)
            let value = JSONValue(text: text, extent: extent, limits: limits, path: "The document")
            var error = value.mismatch(expected: "an object")
            error.field = nil
            throw error
        }
        try self.init(text, at: start, path: "", limits: limits)
        let end = text.skipWhiteSpace(from: self.end)
        guard end == text.count else {
            throw text.error(.syntax, at: end, "Something follows the end of the object; a document holds one value.", expected: "the end")
        }
    }

    /// The names of the members, in the order of the text.
    package var names: [String] { members.map(\.name) }

    /// Whether there is a member of that name.
    package func contains(_ name: String) -> Bool { index(of: name, key: Member.key(of: name)) != nil }

    /// The value of a member; nil when there is none of that name.
    package subscript(name: String) -> JSONValue? {
        index(of: name, key: Member.key(of: name)).map { value(of: members[$0]) }
    }

    /// The values of the members, in the order of the text.
    package var values: [JSONValue] { members.map(value) }

    /// By its bytes, which the key is made of: strings alone also compare equal where an accent stands as a character of its own in one of them.
    private func index(of name: String, key: UInt64) -> Int? {
        members.firstIndex { $0.key == key && $0.name == name }
    }

    private func value(of member: Member) -> JSONValue {
        let path = path.isEmpty ? member.name : "\(path).\(member.name)"
        return JSONValue(text: text, extent: member.value, limits: limits, path: path)
    }
}

extension JSONDocument {
    /// Indexes the object that opens at `offset`.
    init(_ text: JSONText, at offset: Int, path: String, limits: JSONLimits) throws(JSONError) {
        self.text = text
        self.path = path
        self.limits = limits
        var at = text.skipWhiteSpace(from: offset + 1)
        if text.byte(at: at) == UInt8(ascii: "}") {
            end = at + 1
            return
        }
        members.reserveCapacity(8)
        while true {
            at = text.skipWhiteSpace(from: try appendMember(at: at))
            if text.byte(at: at) == UInt8(ascii: "}") { break }
            guard text.byte(at: at) == UInt8(ascii: ",") else { throw text.unexpected(at: at, expected: ", or }") }
            at = text.skipWhiteSpace(from: at + 1)
        }
        end = at + 1
    }

    /// Reads `"name" : value` at `offset`; returns the offset after it.
    private mutating func appendMember(at offset: Int) throws(JSONError) -> Int {
        guard text.byte(at: offset) == UInt8(ascii: "\"") else {
            let name = "a member's name in double quotes"
            throw text.unexpected(at: offset, expected: members.isEmpty ? "\(name) or }" : name)
        }
        let nameEnd = try text.skipString(at: offset)
        guard nameEnd - offset - 2 <= limits.nameLength else {
            throw text.error(.tooLarge, at: offset, "A member's name is longer than \(limits.nameLength) bytes.")
        }
        let name = text.string(in: offset..<nameEnd)
        let key = Member.key(of: name)
        guard index(of: name, key: key) == nil else {
            throw text.error(.syntax, at: offset, "The member \"\(excerpt(name))\" is given twice.", field: name)
        }
        guard members.count < limits.members else {
            throw text.error(
                .tooLarge, at: offset, "The object has more than \(limits.members) members.", expected: "at most \(limits.members) members")
        }
        let colon = text.skipWhiteSpace(from: nameEnd)
        guard text.byte(at: colon) == UInt8(ascii: ":") else { throw text.unexpected(at: colon, expected: ":") }
        let start = text.skipWhiteSpace(from: colon + 1)
        let extent = try text.extent(at: start, maximumDepth: limits.depth - 1)
        members.append(Member(name: name, key: key, value: extent))
        return extent.range.upperBound
    }
}
