import HTTP1
import Transport

/// A request, received whole.
struct Request: Sendable {
    let head: RequestHead

    /// As sent: content codings not yet undone.
    let body: [UInt8]

    /// When its first byte came.
    let arrival: MonotonicTime
}

/// A reply before it is framed: the connection that it goes to decides the rest of its head.
struct Response: Sendable {
    var head: ResponseHead
    var body: [UInt8]

    init(_ status: HTTPStatus = .ok, contentType: String? = nil, body: [UInt8] = []) {
        head = ResponseHead(status: status)
        self.body = body
        if let contentType { head.fields.append("Content-Type", contentType) }
    }

    /// The head's bytes and, where content may follow it, the body's.
    ///
    /// - Parameter request: nil where the reply is to something that was never understood.
    func serialized(inReplyTo request: RequestHead?, isPersistent: Bool) -> (head: [UInt8], body: [UInt8]) {
        let bytes = head.serialized(
            contentLength: body.count, version: request?.version ?? .http1_1, isPersistent: isPersistent, date: CurrentDate.now)
        return (bytes, head.hasContent(inReplyTo: request?.method ?? "GET") ? body : [])
    }
}
