extension HeaderFields {
    /// The media type that Accept likes best among `offered`, which is in the server's order of preference; nil if it accepts none,
    /// which 406 says (RFC 9110 section 15.5.7). A type is written
    /// `text/plain` or `text/plain; version=0.0.4`.
    ///
    /// RFC 9110 section 12.5.1: without the field everything is acceptable. The most specific range that matches a type decides its
    /// weight: `type/subtype` with parameters before without, before `type/*`, before `*/*`. Equal weights leave the choice to the
    /// server.
    package func preferredMediaType(among offered: [String]) -> String? {
        let ranges = elements(of: "accept").compactMap(WeightedElement.init)
        if ranges.isEmpty { return offered.first }
        var best: (type: String, weight: Int)?
        for type in offered {
            let weight = Self.weight(of: Array(type.utf8)[...], in: ranges)
            if weight > best?.weight ?? 0 { best = (type, weight) }
        }
        return best?.type
    }

    private static func weight(of type: ArraySlice<UInt8>, in ranges: [WeightedElement]) -> Int {
        guard let type = WeightedElement(type) else { return 0 }
        var decisive = (specificity: -1, weight: 0)
        for range in ranges {
            if let specificity = specificity(of: range, for: type), specificity > decisive.specificity {
                decisive = (specificity, range.weight)
            }
        }
        return decisive.weight
    }

    /// How specific `range` is if it covers `type`: 0 for `*/*`, 1 for `type/*`, 2 for the type itself and one more for each
    /// parameter; nil if it does not cover it.
    private static func specificity(of range: WeightedElement, for type: WeightedElement) -> Int? {
        if range.name.elementsEqual("*/*".utf8) { return 0 }
        if range.name.suffix(2).elementsEqual("/*".utf8) {
            let prefix = range.name.dropLast()  // `text/`
            return type.name.prefix(prefix.count).equalsIgnoringCase(prefix) ? 1 : nil
        }
        guard range.name.equalsIgnoringCase(type.name) else { return nil }
        // Clients ask for `application/json; charset=utf-8`; all text here is UTF-8, so that parameter excludes nothing.
        let isCovered = range.parameters.allSatisfy { wanted in
            wanted.equalsIgnoringCase("charset=utf-8") || type.parameters.contains { $0.equalsIgnoringCase(wanted) }
        }
        return isCovered ? 2 + range.parameters.count : nil
    }
}
