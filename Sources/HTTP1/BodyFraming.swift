/// How the end of a request's content is known (RFC 9112 section 6.3).
///
/// Two recipients that disagree about it are what request smuggling needs, so whatever could be read in two ways is refused, also
/// where the RFC would allow a repair.
package enum BodyFraming: Equatable, Sendable {
    /// Neither Content-Length nor Transfer-Encoding: no content (rule 7).
    case none
    /// As many bytes as Content-Length says (rule 6).
    case length(Int)
    /// The chunked transfer coding; `ChunkedDecoder` finds the end (rule 4).
    case chunked

    /// Whether at least one byte follows the head.
    package var hasContent: Bool { self != .none && self != .length(0) }

    init(_ fields: HeaderFields, _ version: HTTPVersion) throws(HTTPError) {
        let lengthIndex = fields.nextLine(of: "content-length", from: 0)
        if fields.nextLine(of: "transfer-encoding", from: 0) != nil {
            // "A server MAY reject a request that contains both" (section 6.1); rule 3 suspects smuggling.
            guard lengthIndex == nil else { throw .malformed("The request has both Content-Length and Transfer-Encoding.") }
            // HTTP/1.0 has no transfer codings, so its framing is faulty (section 6.1).
            guard version == .http1_1 else { throw .malformed("Transfer-Encoding is not defined for HTTP/1.0.") }
            try Self.checkChunked(fields.elements(of: "transfer-encoding"))
            self = .chunked
        } else if let lengthIndex {
            // Several equal numbers, on lines of their own or as a list, may be refused or repaired (RFC 9110 section 8.6); unequal
            // ones must be refused (rule 5).
            guard fields.nextLine(of: "content-length", from: lengthIndex + 1) == nil else {
                throw .malformed("The request has more than one Content-Length field.")
            }
            self = .length(try Self.contentLength(fields.value(lengthIndex)))
        } else {
            self = .none
        }
    }

    /// The list must be `chunked` and nothing else.
    private static func checkChunked(_ codings: [ArraySlice<UInt8>]) throws(HTTPError) {
        // Empty elements are to be ignored in lists (RFC 9110 section 5.6.1.2), "a reasonable number" of them: here none, because
        // not everybody in front of us ignores them.
        guard codings.allSatisfy({ !$0.isEmpty }) else { throw .malformed("Transfer-Encoding has an empty element.") }
        // "If … the chunked transfer coding is not the final encoding, … the server MUST respond with the 400" (rule 4). chunked
        // takes no parameters (section 7.1), so `chunked;q=1` is not chunked.
        guard let last = codings.last, last.equalsIgnoringCase("chunked") else {
            throw .malformed("The last transfer coding must be chunked.")
        }
        // "A sender MUST NOT apply the chunked transfer coding more than once" (section 6.1).
        guard !codings.dropLast().contains(where: { $0.equalsIgnoringCase("chunked") }) else {
            throw .malformed("Transfer-Encoding names chunked more than once.")
        }
        // "A server that receives a request message with a transfer coding it does not understand SHOULD respond with 501"
        // (section 6.1).
        guard codings.count == 1 else { throw HTTPError(.notImplemented, "The only transfer coding supported is chunked.") }
    }

    /// 1*DIGIT (RFC 9110 section 8.6): no sign, no space, no list, no other radix. A number that does not fit is valid, and too large.
    private static func contentLength(_ digits: ArraySlice<UInt8>) throws(HTTPError) -> Int {
        guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else {
            throw .malformed("Content-Length must be a decimal number of bytes.")
        }
        var length = 0
        for digit in digits {
            let (tens, overflow) = length.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
            if overflow || carry {
                throw HTTPError(.contentTooLarge, "Content-Length is larger than 2^63 - 1, more than any server can receive.")
            }
            length = sum
        }
        return length
    }
}
