/// Whether `bytes` is `uri-host [ ":" port ]` with a host (RFC 9110 sections 4.2.1 and 7.2, RFC 3986 section 3.2).
///
/// User information before an `@` is no part of it: RFC 9110 section 4.2.4 has it treated as an error, for it misleads people
/// about where a link goes. Between brackets the characters of an IPv6 address are checked and not their arrangement, since
/// nothing here connects to it.
func isAuthority(_ bytes: Span<UInt8>) -> Bool {
    guard let hostEnd = endOfHost(bytes), hostEnd > 0 else { return false }
    if hostEnd == bytes.count { return true }
    guard bytes[hostEnd] == UInt8(ascii: ":") else { return false }
    // A port may be empty (RFC 3986 section 3.2.3); 65535 is what TCP can hold.
    var port = 0
    for index in hostEnd + 1..<bytes.count {
        guard bytes[index].isDigit else { return false }
        port = port * 10 + Int(bytes[index] - UInt8(ascii: "0"))
        guard port <= 65535 else { return false }
    }
    return true
}

/// The index after the longest host at the start of `bytes`; nil if brackets or a percent-encoding are broken.
private func endOfHost(_ bytes: Span<UInt8>) -> Int? {
    var index = 0
    if index < bytes.count, bytes[0] == UInt8(ascii: "[") {
        index = 1
        while index < bytes.count, bytes[index].isAddress { index += 1 }
        return index > 1 && index < bytes.count && bytes[index] == UInt8(ascii: "]") ? index + 1 : nil
    }
    while index < bytes.count {
        if bytes[index] == UInt8(ascii: "%") {
            guard isPercentEncoding(bytes, at: index) else { return nil }
            index += 3
        } else if bytes[index].isUnreserved || bytes[index].isSubDelimiter {
            index += 1
        } else {
            break
        }
    }
    return index
}

/// Whether `%` at `index` is followed by two hexadecimal digits (RFC 3986 section 2.1).
func isPercentEncoding(_ bytes: Span<UInt8>, at index: Int) -> Bool {
    index + 2 < bytes.count && bytes[index + 1].hexadecimalValue != nil && bytes[index + 2].hexadecimalValue != nil
}

extension UInt8 {
    /// The characters of an IPv6 address (RFC 3986 section 3.2.2).
    fileprivate var isAddress: Bool { hexadecimalValue != nil || self == UInt8(ascii: ":") || self == UInt8(ascii: ".") }
}
