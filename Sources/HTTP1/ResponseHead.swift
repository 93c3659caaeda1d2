/// The head of a reply. The connection's own fields are not among `fields`: Date, Content-Length and Connection are written by
/// `serialized`, which knows them.
package struct ResponseHead: Equatable, Sendable {
    /// The status of the reply.
    package var status: HTTPStatus

    /// The fields of the reply beside Date, Content-Length and Connection.
    package var fields: HeaderFields

    /// A head with `status` and `fields`.
    package init(status: HTTPStatus, fields: HeaderFields = HeaderFields()) {
        self.status = status
        self.fields = fields
    }

    /// The interim reply that lets a client send its content (RFC 9110 section 15.2.1). It is not for HTTP/1.0 (section 15.2).
    package static let continueInterim = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// Whether content follows this head in the reply to a request with `method`: not to HEAD, and not with 1xx, 204 and 304 (RFC
    /// 9112 section 6.3, rule 1).
    package func hasContent(inReplyTo method: String) -> Bool { method != "HEAD" && !status.forbidsContent }

    /// The head in its wire form, up to and including the empty line.
    ///
    /// - Parameter contentLength: the length of the content; in reply to HEAD that of the content a GET would have got (RFC 9110
    ///   section 8.6). It is left out for 1xx and 204, where it must not be, and for 304, where only the length of the unsent 200
    ///   would be right.
    /// - Parameter version: that of the request. The status line says HTTP/1.1 in any case, the highest version that is spoken here
    ///   (RFC 9110 section 6.2).
    /// - Parameter id: what names the request, for `X-Request-Id`; field content, which is a precondition.
    /// - Parameter isPersistent: whether the connection stays open. 1.1 needs to be told of the end only, 1.0 of the contrary (RFC
    ///   9112 section 9.3).
    package func serialized(
        contentLength: Int, version: HTTPVersion, isPersistent: Bool, date: HTTPDate, id: [UInt8] = []
    ) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(192 + fields.serializedCount + id.count)
        output.append("HTTP/1.1 ")
        output.append(decimal: status.code)
        output.append(.space)
        output.append(copying: status.reason.utf8.span)
        output.append("\r\nDate: ")
        output.append(copying: date.bytes.span)
        output.append("\r\n")
        fields.serialize(into: &output)
        if !id.isEmpty {
            output.append("X-Request-Id: ")
            output.append(copying: id.span)
            output.append("\r\n")
        }
        if !status.forbidsContent {
            output.append("Content-Length: ")
            output.append(decimal: contentLength)
            output.append("\r\n")
        }
        if !isPersistent {
            output.append("Connection: close\r\n")
        } else if version == .http1_0 {
            output.append("Connection: keep-alive\r\n")
        }
        output.append("\r\n")
        return output
    }
}
