import HTTP1

/// Which web pages may read replies: Cross-Origin Resource Sharing, as the Fetch standard defines it. Off unless configured.
package struct CrossOrigin: Sendable {
    private let origins: [String]

    /// - Parameter list: origins such as `https://example.org` with commas between them, or `*` for every page.
    /// - Returns: nil where one is not an origin.
    package init?(_ list: String) {
        origins = list.split(separator: ",").map { String($0.drop { $0 == " " }) }
        guard !origins.isEmpty, origins == ["*"] || origins.allSatisfy(Self.isOrigin) else { return nil }
    }

    /// scheme "://" host [ ":" port ], all that there is in an Origin field.
    private static func isOrigin(_ text: String) -> Bool {
        guard let authority = ["http://", "https://"].first(where: text.hasPrefix).map({ text.dropFirst($0.count) }) else { return false }
        return !authority.isEmpty && authority.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/?#@*\\".utf8.contains($0) }
    }

    /// Adds to a reply what lets the page that asks read it, and to the reply to a preflight request what the page may send.
    func permit(_ response: inout Response, for head: RequestHead) {
        let isOpen = origins == ["*"]
        // A cache must not give the reply for one page to another.
        if !isOpen { response.head.fields.append("Vary", "Origin") }
        guard let origin = head.fields["origin"], isOpen || origins.contains(origin) else { return }
        response.head.fields.append("Access-Control-Allow-Origin", isOpen ? "*" : origin)
        if head.method == "OPTIONS", head.fields["access-control-request-method"] != nil {
            response.head.fields.append("Access-Control-Allow-Methods", Route.allMethods)
            response.head.fields.append("Access-Control-Allow-Headers", Self.requestFields)
            response.head.fields.append("Access-Control-Max-Age", "600")
        } else {
            response.head.fields.append("Access-Control-Expose-Headers", Self.replyFields)
        }
    }

    private static let requestFields = "Authorization, Content-Type, Content-Encoding, X-Request-Id, traceparent"
    private static let replyFields = "Server-Timing, X-Request-Id, Retry-After"
}
