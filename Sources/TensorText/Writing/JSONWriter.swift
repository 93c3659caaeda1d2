/// Builds a compact JSON text. It puts the commas; that what it is told to write is a document (names only in objects, every begin with
/// its end) is the caller's part.
///
/// A reply can be written in pieces, one after another (`takeText` hands over what there is and the writer goes on) or side by side: another
/// writer, perhaps on another thread, writes some rows of a matrix, and `members(written:)` takes them in.
package struct JSONWriter: Sendable {
    /// What is written and not yet taken.
    package internal(set) var text: [UInt8] = []

    /// Whether the next member or value follows another in the same object or array.
    var needsComma = false

    /// - Parameters:
    ///   - capacity: at best what the whole text may need, see `capacity(forNumbers:)`; a text that outgrows it is copied.
    ///   - isContinuation: whether the text will follow values that another writer writes, so that a comma comes first.
    package init(capacity: Int = 0, isContinuation: Bool = false) {
        text.reserveCapacity(capacity)
        needsComma = isContinuation
    }

    /// An upper bound of the text of so many numbers, some 40 % above what it mostly is. Memory that is reserved and never written costs
    /// nothing but addresses, so it is cheaper than to be exact.
    package static func capacity(forNumbers count: Int) -> Int {
        NumberText.capacity(forNumbers: count)
    }

    /// Hands over what is written; the writer continues behind it.
    package mutating func takeText() -> [UInt8] {
        let taken = text
        text = []
        return taken
    }

    /// `{`; members follow.
    package mutating func beginObject() { begin("{") }

    /// `}`
    package mutating func endObject() { end("}") }

    /// `[`; values follow.
    package mutating func beginArray() { begin("[") }

    /// `]`
    package mutating func endArray() { end("]") }

    /// The name of the next member of an object.
    package mutating func name(_ name: String) {
        string(name)
        text.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A string, escaped where JSON must (RFC 8259 section 7), otherwise as it is, in UTF-8.
    package mutating func string(_ value: String) {
        separate()
        text.appendJSONString(value)
    }

    /// `true` or `false`.
    package mutating func bool(_ value: Bool) {
        separate()
        text.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// A number without a point.
    package mutating func integer(_ value: Int) {
        separate()
        text.append(contentsOf: value.description.utf8)
    }

    /// A number with a point; `"NaN"`, `"Infinity"` or `"-Infinity"` if it is none.
    package mutating func number<Scalar: WritableScalar>(_ value: Scalar) {
        separate()
        text.append(addingCapacity: NumberText.capacity(forNumbers: 1)) { NumberText.append(value, to: &$0) }
    }

    /// Values or members that another writer has written, with the commas between them: some rows of a matrix, say.
    package mutating func members(written: [UInt8]) {
        guard !written.isEmpty else { return }
        separate()
        text.append(contentsOf: written)
    }

    /// Begins a value: a comma if one stands before it.
    private mutating func separate() {
        if needsComma { text.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    mutating func begin(_ bracket: Unicode.Scalar) {
        separate()
        text.append(UInt8(ascii: bracket))
        needsComma = false
    }

    private mutating func end(_ bracket: Unicode.Scalar) {
        text.append(UInt8(ascii: bracket))
        needsComma = true
    }
}
