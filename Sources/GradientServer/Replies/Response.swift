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

/// A reply before it is framed: which connection it goes to decides the rest of its head.
struct Response: Sendable {
    var status: HTTPStatus
    var fields: [(name: String, value: String)]
    var body: [UInt8]

    init(status: HTTPStatus = .ok, contentType: String? = nil, body: [UInt8] = []) {
        self.status = status
        self.body = body
        fields = contentType.map { [("Content-Type", $0)] } ?? []
    }
}
