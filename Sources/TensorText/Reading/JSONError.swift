/// Why a document, or one value in it, could not be read.
package struct JSONError: Error, Equatable, Sendable {
    /// What is wrong, and so whose rule was broken.
    package enum Kind: Equatable, Sendable {
        /// The bytes are not JSON: RFC 8259 grammar, UTF-8, or a name given twice (RFC 8259 §4 leaves its meaning open).
        case syntax
        /// The text of a number whose value is beyond the largest finite one: it names no number that could be computed with.
        case outOfRange
        /// JSON, but of another type than the reader asked for.
        case type
        /// Nested arrays that do not make a rectangular block.
        case shape
        /// More nesting, members or entries than the reader was told to accept.
        case tooLarge
    }

    package var kind: Kind

    /// One sentence for whoever sent the document: which field, what came, what was expected.
    package var detail: String

    /// Where in the document.
    package var position: JSONPosition

    /// The value that is wrong, as a path: `W_x[1][2]`.
    package var field: String?

    /// What should have been there, and what was, where that is a matter of a few words.
    package var expected: String?
    package var got: String?

    /// Whether no reader of JSON numbers could make sense of the bytes (HTTP 400); else they are well-formed but not what was asked for
    /// (422).
    package var isSyntax: Bool { kind == .syntax || kind == .outOfRange }
}

/// A place in a document.
package struct JSONPosition: Equatable, Sendable {
    /// Counted from 0.
    package var byte: Int

    /// Counted from 1; a line feed ends a line.
    package var line: Int

    /// Counted from 1, in Unicode scalars.
    package var column: Int

    /// Linear in `byte`, so it is worked out only when there is an error to report.
    init(byte: Int, in bytes: [UInt8]) {
        let before = bytes.prefix(byte)
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        self.byte = byte
        self.line = 1 + before.count { $0 == UInt8(ascii: "\n") }
        self.column = 1 + before[lineStart...].count { $0 & 0b1100_0000 != 0b1000_0000 }
    }
}
