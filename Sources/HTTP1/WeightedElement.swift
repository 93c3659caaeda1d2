/// One element of a preference list, `name;parameter=value;q=0.5` (RFC 9110 sections 5.6.6 and 12.4.2).
struct WeightedElement {
    /// What is weighted: a coding, a media range.
    let name: ArraySlice<UInt8>
    /// The parameters before the weight, each `name=value` as sent.
    let parameters: [ArraySlice<UInt8>]
    /// The weight in thousandths: 1000 if none is given, 0 means not acceptable.
    let weight: Int

    /// nil for an empty element and for one whose weight is malformed. Preferences are advice, so what cannot be understood is
    /// passed over and does not make the request bad.
    init?(_ element: ArraySlice<UInt8>) {
        guard element.contains(UInt8(ascii: ";")) else {
            if element.isEmpty { return nil }
            name = element
            parameters = []
            weight = 1000
            return
        }
        var parts: [ArraySlice<UInt8>] = []
        element.split(outsideQuotes: UInt8(ascii: ";"), into: &parts)
        guard let name = parts.first, !name.isEmpty else { return nil }
        self.name = name
        guard let weightIndex = parts.indices.dropFirst().first(where: { parts[$0].prefix(2).equalsIgnoringCase("q=") }) else {
            parameters = Array(parts.dropFirst())
            weight = 1000
            return
        }
        guard let weight = Self.weight(parts[weightIndex].dropFirst(2)) else { return nil }
        parameters = Array(parts[1..<weightIndex])
        self.weight = weight
    }

    /// `0`, `1`, or one of them with a point and up to three decimals, not above 1 (RFC 9110 section 12.4.2), in thousandths.
    private static func weight(_ text: ArraySlice<UInt8>) -> Int? {
        guard let first = text.first, first.isDigit, text.count <= 5 else { return nil }
        let decimals = text.dropFirst(2)
        guard text.count == 1 || text[text.startIndex + 1] == UInt8(ascii: "."), decimals.allSatisfy(\.isDigit) else { return nil }
        var weight = Int(first - UInt8(ascii: "0"))
        for place in 0..<3 {
            let digit = place < decimals.count ? decimals[decimals.startIndex + place] : UInt8(ascii: "0")
            weight = weight * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return weight <= 1000 ? weight : nil
    }
}
