/// Checks the extensions of one chunk byte by byte (RFC 9112 section 7.1.1) and keeps nothing: "a recipient MUST ignore
/// unrecognized chunk extensions", and none is recognised.
///
///     chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )      chunk-ext-val = token / quoted-string
///
/// Checked and not skipped up to the line's end, because what ends it is where decoders differ: here a bare LF or CR is refused
/// wherever it stands, inside a quoted string too.
struct ChunkExtensionScanner: Sendable {
    private enum State {
        case beforeSemicolon, beforeName, name, afterName, beforeValue, token, quoted, quotedPair, afterQuoted
    }

    private var state = State.beforeSemicolon

    /// Takes the next byte and returns whether it is the CR that ends the extensions; the scanner is then ready for the next chunk.
    mutating func isEnd(_ byte: UInt8) throws(HTTPError) -> Bool {
        // Not after whitespace, which the grammar has only in front of `;` and `=`.
        if byte == .carriageReturn, state == .name || state == .token || state == .afterQuoted {
            state = .beforeSemicolon
            return true
        }
        guard let next = next(byte) else { throw .malformed("A chunk extension contains \(byte.described) where it cannot be.") }
        state = next
        return false
    }

    /// The state after `byte`, or nil if the grammar has no place for it.
    private func next(_ byte: UInt8) -> State? {
        switch state {
        case .beforeName: byte.isToken ? .name : byte.isWhitespace ? .beforeName : nil
        case .name where byte.isToken: .name
        case .name, .afterName:
            switch byte {
            case UInt8(ascii: "="): .beforeValue
            case UInt8(ascii: ";"): .beforeName
            default: byte.isWhitespace ? .afterName : nil
            }
        case .beforeValue: byte == UInt8(ascii: "\"") ? .quoted : byte.isToken ? .token : byte.isWhitespace ? .beforeValue : nil
        case .token where byte.isToken: .token
        case .quoted where byte == UInt8(ascii: "\""): .afterQuoted
        case .quoted where byte == UInt8(ascii: "\\"): .quotedPair
        case .quoted, .quotedPair: byte.isFieldValue ? .quoted : nil
        case .token, .afterQuoted, .beforeSemicolon:
            byte == UInt8(ascii: ";") ? .beforeName : byte.isWhitespace ? .beforeSemicolon : nil
        }
    }
}
