/// The content codings spoken here (RFC 9110, section 8.4.1); the raw value is the token in `Content-Encoding` and `Accept-Encoding`.
///
/// `deflate` is the zlib format (RFC 1950), as the RFC says. The bare DEFLATE data (RFC 1951) that some old software sends under that
/// name is refused: it carries no checksum, so a damaged body would pass for a good one.
package enum ContentCoding: String, CaseIterable, Sendable {
    case gzip
    case deflate

    /// How zlib is told the format around the compressed data: its window is 2¹⁵ bytes, and 16 more means gzip's header and trailer.
    var windowBits: Int32 {
        switch self {
        case .gzip: 15 + 16
        case .deflate: 15
        }
    }

    /// Whether `bytes`, which are not empty, can begin a body of this coding.
    func canBegin(_ bytes: Span<UInt8>) -> Bool {
        let first = bytes[0]
        switch self {
        case .gzip:  // the magic number of RFC 1952, section 2.3.1
            return first == 0x1f && (bytes.count == 1 || bytes[1] == 0x8b)
        case .deflate:  // method 8, and the first two bytes as one number are a multiple of 31: RFC 1950, section 2.2
            return first & 0x0f == 8 && (bytes.count == 1 || (Int(first) << 8 | Int(bytes[1])).isMultiple(of: 31))
        }
    }
}
