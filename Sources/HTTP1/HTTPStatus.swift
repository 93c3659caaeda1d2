/// A status code and its reason phrase (RFC 9110 section 15).
package struct HTTPStatus: Hashable, Sendable {
    /// Three digits, 100 to 599.
    package let code: Int

    /// The phrase that follows the code on the status line; it informs people only (RFC 9112 section 4).
    package let reason: String

    /// A status that is not in the list below.
    package init(code: Int, reason: String) {
        precondition((100...599).contains(code), "A status code has three digits and a class from 1 to 5 (RFC 9110 section 15).")
        self.code = code
        self.reason = reason
    }

    /// Whether a reply with this status ends after its head, whatever the method was (RFC 9112 section 6.3, rule 1).
    package var forbidsContent: Bool { code < 200 || code == 204 || code == 304 }
}

/// The statuses that this service sends.
extension HTTPStatus {
    /// 200
    package static let ok = HTTPStatus(code: 200, reason: "OK")
    /// 204
    package static let noContent = HTTPStatus(code: 204, reason: "No Content")
    /// 400
    package static let badRequest = HTTPStatus(code: 400, reason: "Bad Request")
    /// 401
    package static let unauthorized = HTTPStatus(code: 401, reason: "Unauthorized")
    /// 404
    package static let notFound = HTTPStatus(code: 404, reason: "Not Found")
    /// 405
    package static let methodNotAllowed = HTTPStatus(code: 405, reason: "Method Not Allowed")
    /// 406
    package static let notAcceptable = HTTPStatus(code: 406, reason: "Not Acceptable")
    /// 408
    package static let requestTimeout = HTTPStatus(code: 408, reason: "Request Timeout")
    /// 413
    package static let contentTooLarge = HTTPStatus(code: 413, reason: "Content Too Large")
    /// 414
    package static let uriTooLong = HTTPStatus(code: 414, reason: "URI Too Long")
    /// 415
    package static let unsupportedMediaType = HTTPStatus(code: 415, reason: "Unsupported Media Type")
    /// 417
    package static let expectationFailed = HTTPStatus(code: 417, reason: "Expectation Failed")
    /// 421
    package static let misdirectedRequest = HTTPStatus(code: 421, reason: "Misdirected Request")
    /// 422
    package static let unprocessableContent = HTTPStatus(code: 422, reason: "Unprocessable Content")
    /// 431 (RFC 6585 section 5)
    package static let requestHeaderFieldsTooLarge = HTTPStatus(code: 431, reason: "Request Header Fields Too Large")
    /// 501
    package static let notImplemented = HTTPStatus(code: 501, reason: "Not Implemented")
    /// 503
    package static let serviceUnavailable = HTTPStatus(code: 503, reason: "Service Unavailable")
    /// 505
    package static let httpVersionNotSupported = HTTPStatus(code: 505, reason: "HTTP Version Not Supported")
}
