/// Why a request is refused: the status to answer with and one sentence for the client.
///
/// An error thrown by `RequestParser` or `ChunkedDecoder` means that the end of the message is unknown, so the connection
/// can only be answered once more and closed (RFC 9112 section 9.6).
package struct HTTPError: Error, Equatable {
    /// The status of the reply.
    package let status: HTTPStatus

    /// One sentence: which part, what came, what was expected. Bytes of the client appear in it only if they are printable ASCII.
    package let detail: String

    /// Fields that the status obliges the reply to carry, such as `Allow` with 405 (RFC 9110 section 15.5.6).
    package let fields: HeaderFields

    /// The bound that was passed, where it is one that the caller has set.
    package let bound: Bound?

    /// What a caller may bound: the content, the head, and the field lines of the head.
    package enum Bound: Sendable {
        /// The `limit` that `ChunkedDecoder` is given.
        case content
        /// `HeadLimits.maximumBytes`.
        case head
        /// `HeadLimits.maximumFields`.
        case fields
    }

    /// An error that is answered with `status`, `detail` and, beside the usual fields, `fields`.
    package init(_ status: HTTPStatus, _ detail: String, fields: HeaderFields = HeaderFields(), bound: Bound? = nil) {
        self.status = status
        self.detail = detail
        self.fields = fields
        self.bound = bound
    }

    /// 413 for content above `limit` bytes, in the same words whether Content-Length or the chunks told.
    package static func contentTooLarge(limit: Int) -> HTTPError {
        HTTPError(.contentTooLarge, "The content is larger than the limit of \(limit) bytes.", bound: .content)
    }

    /// 400, for everything that the grammar does not allow.
    static func malformed(_ detail: String) -> HTTPError {
        HTTPError(.badRequest, detail)
    }
}
