/// Why a compressed body could not be read; `description` is the sentence for the client.
package enum InflateError: Error, Equatable, CustomStringConvertible {
    /// No bytes at all, where even nothing compressed takes some.
    case empty(ContentCoding)
    /// The first bytes are not those of the coding: most often a body that was never compressed.
    case otherFormat(ContentCoding)
    /// The bytes end, after `count` of them, before the compressed data does.
    case truncated(ContentCoding, count: Int)
    /// The data or a checksum is wrong; zlib's reason, and where it stood when it found out.
    case corrupt(ContentCoding, near: Int, reason: String)
    /// Something follows the compressed data at `position` that is not part of it.
    case trailingBytes(ContentCoding, position: Int)
    /// The decompressed body is longer than `limit` bytes.
    case tooLarge(limit: Int)
    /// No memory for zlib's window.
    case outOfMemory

    package var description: String {
        switch self {
        case .empty(let coding):
            "The body is empty, but Content-Encoding says \(coding.rawValue)."
        case .otherFormat(.gzip):
            "The body is not gzip, as Content-Encoding says: it does not begin with the bytes 1f 8b (RFC 1952)."
        case .otherFormat(.deflate):
            "The body is not deflate, as Content-Encoding says: it does not begin with a zlib header (RFC 1950)."
        case .truncated(let coding, let count):
            "The \(coding.rawValue) body stops after \(count) bytes, before the end of its compressed data."
        case .corrupt(let coding, let near, let reason):
            "The \(coding.rawValue) body is corrupt near byte \(near): \(reason)."
        case .trailingBytes(let coding, let position):
            "The \(coding.rawValue) body ends at byte \(position), but more bytes follow."
        case .tooLarge(let limit):
            "The body is longer than \(limit) bytes once decompressed."
        case .outOfMemory:
            "There is no memory to decompress the body."
        }
    }
}
