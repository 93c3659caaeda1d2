/// The head of a request: all that is known before its content (RFC 9112 sections 2 and 3). What it says is consistent; a head
/// that is not never becomes a value. A class, since it goes from hand to hand and has a dozen members to copy.
package final class RequestHead: Sendable {
    /// The method as sent; methods are case-sensitive (RFC 9110 section 9.1).
    package let method: String

    /// The path, which begins with a slash, or `*`. Percent-encoded unreserved characters are decoded, others are left as they are.
    package let path: String

    /// What follows the first question mark of the target, as sent; nil without one.
    package let query: String?

    /// Host and port of an absolute-form target; they override Host (RFC 9112 section 3.2.2). nil for other targets.
    package let targetAuthority: String?

    /// Whether the target is in absolute-form with the scheme https: such a request must have come through TLS (RFC 9110 section 7.4).
    package let needsTLS: Bool

    /// The version of the request line.
    package let version: HTTPVersion

    /// The header fields in order.
    package let fields: HeaderFields

    /// Where the content ends.
    package let framing: BodyFraming

    /// Whether the client keeps the connection for another request after this one (RFC 9112 section 9.3).
    package let isPersistent: Bool

    /// Whether the client waits for `100 Continue` before it sends the content (RFC 9110 section 10.1.1).
    package let expectsContinue: Bool

    /// Interprets a head whose grammar has been checked; `bytes` is the buffer that the ranges belong to.
    init(
        bytes: [UInt8], method: Range<Int>, target: RequestTarget, version: HTTPVersion, lines: [FieldLine]
    ) throws(HTTPError) {
        let fields = HeaderFields(bytes: bytes, lines: lines)
        try fields.checkHost(version)
        framing = try BodyFraming(fields, version)
        isPersistent = fields.isPersistent(version)
        expectsContinue = try fields.expectsContinue(version) && framing.hasContent
        let method = String(decoding: bytes[method], as: UTF8.self)
        if target.path.isEmpty {
            // An empty path is `/`, but OPTIONS without a query then means the server as a whole (RFC 9112 section 3.2.4).
            path = method == "OPTIONS" && target.query == nil ? "*" : "/"
        } else if target.isPathEncoded {
            path = normalizedPath(bytes[target.path])
        } else {
            path = String(decoding: bytes[target.path], as: UTF8.self)
        }
        query = target.query.map { String(decoding: bytes[$0], as: UTF8.self) }
        targetAuthority = target.authority.map { String(decoding: bytes[$0], as: UTF8.self) }
        needsTLS = target.isSecure
        self.method = method
        self.version = version
        self.fields = fields
    }

    /// Host and port that the request is for; empty if it does not say, as HTTP/1.0 need not.
    package var authority: String { targetAuthority ?? fields["host"] ?? "" }
}

extension RequestHead: Equatable {
    package static func == (left: RequestHead, right: RequestHead) -> Bool {
        left.method == right.method && left.path == right.path && left.query == right.query
            && left.targetAuthority == right.targetAuthority && left.needsTLS == right.needsTLS && left.version == right.version
            && left.fields == right.fields && left.framing == right.framing && left.isPersistent == right.isPersistent
            && left.expectsContinue == right.expectsContinue
    }
}

extension HeaderFields {
    /// "A server MUST respond with a 400 … to any HTTP/1.1 request message that lacks a Host header field and to
    /// any request message that contains more than one … or … an invalid field value" (RFC 9112 section 3.2).
    ///
    /// Empty is valid: it names no host, and one that serves a single site can do without (RFC 9112 section 3.3).
    fileprivate func checkHost(_ version: HTTPVersion) throws(HTTPError) {
        guard let index = nextLine(of: "host", from: 0) else {
            if version == .http1_0 { return }
            throw .malformed("The request has no Host field.")
        }
        guard nextLine(of: "host", from: index + 1) == nil else { throw .malformed("The request has more than one Host field.") }
        let host = value(index)
        guard host.isEmpty || isAuthority(host.span) else { throw .malformed("The value of Host is not a host and port.") }
    }

    /// RFC 9112 section 9.3: `close` decides; then 1.1 persists, and 1.0 if `keep-alive` asks for it.
    fileprivate func isPersistent(_ version: HTTPVersion) -> Bool {
        let options = elements(of: "connection")
        // Options are tokens (RFC 9110 section 7.6.1). A quotation mark is none, and may hide a close from us but not from others.
        if options.contains(where: { $0.equalsIgnoringCase("close") || $0.contains(UInt8(ascii: "\"")) }) { return false }
        return version == .http1_1 || options.contains { $0.equalsIgnoringCase("keep-alive") }
    }

    /// RFC 9110 section 10.1.1: `100-continue` is the only expectation defined, others may be refused with 417. In HTTP/1.0 it
    /// must be ignored.
    fileprivate func expectsContinue(_ version: HTTPVersion) throws(HTTPError) -> Bool {
        let expectations = elements(of: "expect").filter { !$0.isEmpty }
        guard expectations.allSatisfy({ $0.equalsIgnoringCase("100-continue") }) else {
            throw HTTPError(.expectationFailed, "The only expectation that can be met is 100-continue.")
        }
        return !expectations.isEmpty && version == .http1_1
    }
}
