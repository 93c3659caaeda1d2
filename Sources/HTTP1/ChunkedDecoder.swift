/// Undoes the chunked transfer coding of one request's content as it arrives (RFC 9112 section 7.1).
///
/// - Strict: every byte that is not data is checked, the CRLF after a chunk's data too. A decoder that skips two bytes unseen reads
///   other chunks than its neighbour (CVE-2025-43859).
/// - Linear: each input byte is examined once and each data byte copied once, however the input is divided.
/// - Bounded: data by the caller's limit; chunk extensions together by 16 KiB; a size by 16 digits; trailers by 8 KiB. A chunk
///   holds at least one byte, so what arrives is at most 21 times the data plus these two constants.
///
/// The decoder is for one body; after an error the connection cannot be used further.
package struct ChunkedDecoder: Sendable {
    private enum State {
        case size, extensions, sizeLineEnd, data, dataCarriageReturn, dataLineFeed, trailers, finished
    }

    private var state = State.size
    /// In the size line the size so far, in the data what is still to come.
    private var remaining = 0
    private var digits = 0
    private var extensions = ChunkExtensionScanner()
    private var extensionBytes = 0
    private var trailers: [UInt8] = []
    private var trailerScanner = FieldSectionScanner(maximumLines: Self.maximumTrailerFields)

    /// 16 digits hold every 64-bit size; leading zeros beyond that serve nobody.
    private static let maximumDigits = 16
    /// "A server ought to limit the total length of chunk extensions received in a request" (RFC 9112 section 7.1.1). Nobody uses any.
    private static let maximumExtensionBytes = 16 * 1024
    private static let maximumTrailerBytes = 8 * 1024
    private static let maximumTrailerFields = 100

    /// A decoder at the first byte after a request head.
    package init() {}

    /// Decodes `input`, which continues where the last call's `consumed` ended, and appends the data to `body`.
    ///
    /// - Parameter limit: the largest `body.count` allowed; a chunk that would exceed it is refused with 413 as soon as its size
    ///   is known, before any of its data.
    /// - Returns: how many bytes were used, all of them unless `isFinished`. After the end come the bytes of the next request.
    package mutating func decode(
        _ input: Span<UInt8>, into body: inout [UInt8], limit: Int
    ) throws(HTTPError) -> (consumed: Int, isFinished: Bool) {
        var index = 0
        while index < input.count, state != .finished {
            switch state {
            case .size: index += try readSize(input[index], room: max(0, limit - body.count), limit: limit)
            case .extensions:
                try readExtension(input[index])
                index += 1
            case .sizeLineEnd:
                guard input[index] == .lineFeed else { throw .malformed("A chunk's size line has a CR that no LF follows.") }
                index += 1
                state = remaining == 0 ? .trailers : .data
            case .data:
                let count = min(remaining, input.count - index)
                body.append(copying: input.extracting(index..<index + count))
                index += count
                remaining -= count
                if remaining == 0 { state = .dataCarriageReturn }
            case .dataCarriageReturn, .dataLineFeed:
                try endData(input[index])
                index += 1
            case .trailers: index += try readTrailers(input.extracting(index...))
            case .finished: break
            }
        }
        return (index, state == .finished)
    }

    /// 1*HEXDIG: no sign, no `0x`, no whitespace before it. Returns how many bytes it used: none when an extension begins.
    private mutating func readSize(_ byte: UInt8, room: Int, limit: Int) throws(HTTPError) -> Int {
        if let digit = byte.hexadecimalValue {
            guard digits < Self.maximumDigits else { throw .malformed("A chunk size has more than \(Self.maximumDigits) digits.") }
            digits += 1
            // size * 16 + digit > room, in a form that cannot overflow: "recipients MUST anticipate potentially large hexadecimal
            // numerals and prevent parsing errors due to integer conversion overflows" (section 7.1).
            guard remaining <= (room - Int(digit)) >> 4 else { throw .contentTooLarge(limit: limit) }
            remaining = remaining << 4 | Int(digit)
            return 1
        }
        guard digits > 0 else { throw .malformed("A chunk must begin with its size in hexadecimal, but \(byte.described) came.") }
        digits = 0
        if byte == .carriageReturn {
            state = .sizeLineEnd
            return 1
        }
        guard byte == UInt8(ascii: ";") || byte.isWhitespace else {
            throw .malformed("A chunk size is followed by \(byte.described) instead of CRLF or an extension.")
        }
        state = .extensions
        return 0
    }

    private mutating func readExtension(_ byte: UInt8) throws(HTTPError) {
        extensionBytes += 1
        guard extensionBytes <= Self.maximumExtensionBytes else {
            throw HTTPError(.contentTooLarge, "The chunk extensions are larger than \(Self.maximumExtensionBytes) bytes.")
        }
        if try extensions.isEnd(byte) { state = .sizeLineEnd }
    }

    private mutating func endData(_ byte: UInt8) throws(HTTPError) {
        guard byte == (state == .dataCarriageReturn ? .carriageReturn : .lineFeed) else {
            throw .malformed("A chunk's data is followed by \(byte.described) instead of CRLF: it is longer than its size says.")
        }
        state = state == .dataCarriageReturn ? .dataLineFeed : .size
    }

    /// Trailer fields are checked like header fields and dropped (section 7.1.2): nothing here could use them, and merged into
    /// the header they could change what has been decided. They are collected first, because the scanner wants a section in one
    /// piece. Returns how many bytes belong to the section.
    private mutating func readTrailers(_ input: Span<UInt8>) throws(HTTPError) -> Int {
        let known = trailers.count
        trailers.append(copying: input.extracting(first: min(input.count, Self.maximumTrailerBytes - known)))
        let section = trailers
        let scanned = try trailerScanner.scan(section.span, from: known)
        if trailerScanner.isFinished {
            // "A sender MUST NOT generate a trailer field" for framing (RFC 9110 section 6.5.1); dropped here, it may count elsewhere.
            let names = trailerScanner.lines.map { trailers[$0.name] }
            guard !names.contains(where: { $0.equalsIgnoringCase("content-length") || $0.equalsIgnoringCase("transfer-encoding") }) else {
                throw .malformed("Content-Length or Transfer-Encoding stands among the trailers, behind what it would have to frame.")
            }
            state = .finished
        } else if trailers.count == Self.maximumTrailerBytes {
            throw HTTPError(
                .requestHeaderFieldsTooLarge, "The trailer section is larger than \(Self.maximumTrailerBytes) bytes.")
        }
        return scanned - known
    }
}
