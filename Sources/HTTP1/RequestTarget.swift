/// The parts of a request target as ranges of the buffer it was read from (RFC 9112 section 3.2).
struct RequestTarget: Sendable {
    /// Of absolute-form: host and port.
    private(set) var authority: Range<Int>?
    /// Of absolute-form: whether its scheme is https.
    private(set) var isSecure = false
    /// From the first slash up to the query; empty if the target has no path (`*`, or absolute-form without one).
    private(set) var path: Range<Int>
    /// Whether the path contains percent-encodings.
    private(set) var isPathEncoded = false
    /// After the question mark.
    private(set) var query: Range<Int>?

    /// Takes the bytes of `input` in `range` apart. They are `isTarget` characters, at least one.
    ///
    /// `GET /a?b` origin-form, `GET http://host/a?b` absolute-form, which "a server MUST accept" (section 3.2.2), `OPTIONS *`
    /// asterisk-form for that method only (section 3.2.4). authority-form belongs to CONNECT alone (section 3.2.3), which has been
    /// refused before. Anything else is answered with 400 (section 3.2).
    init(_ input: Span<UInt8>, _ range: Range<Int>, isOptions: Bool) throws(HTTPError) {
        path = range.upperBound..<range.upperBound
        if input[range.lowerBound] == UInt8(ascii: "/") {
            try readPath(input, range)
        } else if range.count == 1, input[range.lowerBound] == UInt8(ascii: "*") {
            guard isOptions else { throw .malformed("The request target * is for OPTIONS only.") }
        } else {
            try readAuthority(input, range)
        }
    }

    private mutating func readAuthority(_ input: Span<UInt8>, _ range: Range<Int>) throws(HTTPError) {
        var start = range.lowerBound
        for scheme in ["http://", "https://"] where range.count > scheme.utf8.count {
            let end = range.lowerBound + scheme.utf8.count
            if equalsIgnoringCase(input.extracting(range.lowerBound..<end), scheme.utf8.span) {
                start = end
                isSecure = scheme == "https://"
            }
        }
        guard start > range.lowerBound else {
            throw .malformed("The request target must begin with a slash, http:// or https://.")
        }
        var end = start
        while end < range.upperBound, input[end] != UInt8(ascii: "/"), input[end] != UInt8(ascii: "?") { end += 1 }
        // An empty host must be refused (RFC 9110 section 4.2.1).
        guard isAuthority(input.extracting(start..<end)) else {
            throw .malformed("The request target's host is empty or invalid.")
        }
        authority = start..<end
        try readPath(input, end..<range.upperBound)
    }

    /// Splits at the first question mark, and checks both parts: pchar, slash and, in the query, the question mark (RFC 3986
    /// sections 3.3 and 3.4). Percent-encodings must be complete, so that nobody guesses what was meant.
    private mutating func readPath(_ input: Span<UInt8>, _ range: Range<Int>) throws(HTTPError) {
        path = range
        for index in range {
            switch input[index] {
            case UInt8(ascii: "?") where query == nil:
                path = range.lowerBound..<index
                query = index + 1..<range.upperBound
            case UInt8(ascii: "%"):
                guard isPercentEncoding(input.extracting(first: range.upperBound), at: index) else {
                    throw .malformed("The request target has a % that is not followed by two hexadecimal digits.")
                }
                if query == nil { isPathEncoded = true }
            case UInt8(ascii: "["), UInt8(ascii: "]"):
                throw .malformed("The request target contains \(input[index].described), which must be percent-encoded there.")
            default: break
            }
        }
    }
}

/// `path` as a string in which percent-encoded unreserved characters stand for themselves, which is the same resource (RFC 3986
/// section 6.2.2.2). Other encodings stay: a decoded `%2F` would be another path, and a decoded `%00` trouble.
func normalizedPath(_ path: ArraySlice<UInt8>) -> String {
    var result: [UInt8] = []
    var index = path.startIndex
    while index < path.endIndex {
        let byte = path[index]
        if byte == UInt8(ascii: "%"), let high = path[index + 1].hexadecimalValue, let low = path[index + 2].hexadecimalValue,
            (high << 4 | low).isUnreserved
        {
            result.append(high << 4 | low)
            index += 3
        } else {
            result.append(byte)
            index += 1
        }
    }
    return String(decoding: result, as: UTF8.self)
}
