/// A content coding (RFC 9110 section 8.4.1).
package enum ContentCoding: Sendable {
    /// gzip, also spelled x-gzip (section 8.4.1.3).
    case gzip
    /// The zlib format (section 8.4.1.2).
    case deflate
    /// No coding.
    case identity

    fileprivate init?(_ name: ArraySlice<UInt8>) {
        if name.equalsIgnoringCase("gzip") || name.equalsIgnoringCase("x-gzip") {
            self = .gzip
        } else if name.equalsIgnoringCase("deflate") {
            self = .deflate
        } else if name.equalsIgnoringCase("identity") {
            self = .identity
        } else {
            return nil
        }
    }
}

extension HeaderFields {
    /// The codings that a request's content is wrapped in, innermost first, so they are undone from the last to the first (RFC 9110
    /// section 8.4). `identity` should not be sent; it changes nothing.
    ///
    /// Throws 415 with Accept-Encoding (section 15.5.16) for others, and for more than `maximum` layers, each of which could
    /// multiply the size by a thousand.
    package func contentCodings(maximum: Int = 2) throws(HTTPError) -> [ContentCoding] {
        var codings: [ContentCoding] = []
        for name in elements(of: "content-encoding") where !name.isEmpty {
            guard let coding = ContentCoding(name) else {
                throw Self.unsupportedCoding("The content coding is unknown; gzip and deflate are supported.")
            }
            if coding != .identity { codings.append(coding) }
        }
        guard codings.count <= maximum else {
            throw Self.unsupportedCoding("The content has \(codings.count) codings; \(maximum) are supported.")
        }
        return codings
    }

    private static func unsupportedCoding(_ detail: String) -> HTTPError {
        var fields = HeaderFields()
        fields.append("Accept-Encoding", "gzip, deflate")
        return HTTPError(.unsupportedMediaType, detail, fields: fields)
    }

    /// The coding of the reply that Accept-Encoding likes best: one of `offered`, which is in the server's order of preference, or
    /// `identity`, which can always be sent and comes behind them; nil if the client excludes all, which 406 says (RFC 9110
    /// section 15.5.7).
    ///
    /// RFC 9110 section 12.5.3: without the field everything is acceptable, and identity is the safe choice. A coding is acceptable
    /// if it or else `*` is listed with a weight above 0. identity is acceptable also unlisted, behind everything listed,
    /// unless `identity;q=0` or `*;q=0` takes it away. Equal weights leave the choice to the server.
    package func preferredCoding(among offered: [ContentCoding]) -> ContentCoding? {
        let elements = elements(of: "accept-encoding")
        if elements.isEmpty { return .identity }
        var listed: [(coding: ContentCoding?, weight: Int)] = []
        listed.reserveCapacity(elements.count)
        var other: Int?
        for element in elements.lazy.compactMap(WeightedElement.init) {
            listed.append((ContentCoding(element.name), element.weight))
            if element.name.equalsIgnoringCase("*") { other = element.weight }
        }
        var best: (coding: ContentCoding, weight: Int)?
        for coding in offered + [.identity] {
            // Twice the weight leaves a place for the unlisted identity between 0 and the smallest weight.
            let weight = (listed.first { $0.coding == coding }?.weight ?? other).map { $0 * 2 } ?? (coding == .identity ? 1 : 0)
            if weight > best?.weight ?? 0 { best = (coding, weight) }
        }
        return best?.coding
    }
}
