import HTTP1
import Transport

/// A request, received whole.
final class Request: Sendable {
    let head: RequestHead

    /// What answers it.
    let endpoint: Endpoint

    /// As sent: content codings not yet undone.
    let body: [UInt8]

    /// When its first byte came.
    let arrival: MonotonicTime

    init(head: RequestHead, endpoint: Endpoint, body: [UInt8], arrival: MonotonicTime) {
        self.head = head
        self.endpoint = endpoint
        self.body = body
        self.arrival = arrival
    }
}

/// A reply before it is framed: the connection that it goes to decides the rest of its head.
struct Response: Sendable {
    var head: ResponseHead

    /// The content, in pieces that several threads may have written.
    var body: [[UInt8]]

    /// Of a computation, what it took.
    var execution: Execution?

    /// Of a 503, why.
    var overload: Overload?

    init(_ status: HTTPStatus = .ok, contentType: String? = nil, body: [UInt8]...) {
        self.init(status, contentType: contentType, pieces: body)
    }

    init(_ status: HTTPStatus = .ok, contentType: String? = nil, pieces: [[UInt8]]) {
        head = ResponseHead(status: status, fields: HeaderFields(Self.commonFields, roomFor: 4))
        body = pieces
        if let contentType { head.fields.append("Content-Type", contentType) }
        if contentType?.hasPrefix("text/html") == true { head.fields.append("Content-Security-Policy", Self.pagePolicy) }
    }

    /// A browser must not take it for something else, and no cache may keep what one client has computed for another.
    private static let commonFields = {
        var fields = HeaderFields()
        fields.append("X-Content-Type-Options", "nosniff")
        fields.append("Cache-Control", "no-store")
        return fields
    }()

    /// Our pages have a style sheet inside, and nothing else that could be run, loaded or sent.
    private static let pagePolicy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    var contentLength: Int { body.reduce(0) { $0 + $1.count } }

    /// Bytes of content that go out: in reply to HEAD none, whatever its Content-Length says.
    func sentLength(inReplyTo request: RequestHead?) -> Int { hasContent(inReplyTo: request) ? contentLength : 0 }

    private func hasContent(inReplyTo request: RequestHead?) -> Bool { head.hasContent(inReplyTo: request?.method ?? "GET") }

    /// The bytes of the head and, where content may follow it, of the body.
    ///
    /// - Parameter request: nil where the reply is to something that was never understood.
    func serialized(inReplyTo request: RequestHead?, isPersistent: Bool, id: RequestID? = nil) -> [[UInt8]] {
        let bytes = head.serialized(
            contentLength: contentLength, version: request?.version ?? .http1_1, isPersistent: isPersistent, date: CurrentDate.now,
            id: id?.bytes ?? [])
        return [bytes] + (hasContent(inReplyTo: request) ? body : [])
    }
}

extension [[UInt8]] {
    /// All pieces in one, each copied as a whole; `joined` would go byte by byte.
    var joinedBytes: [UInt8] {
        guard count != 1 else { return self[0] }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(reduce(0) { $0 + $1.count })
        for piece in self { bytes += piece }
        return bytes
    }
}
