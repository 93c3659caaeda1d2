import Testing

@testable import HTTP1

/// One byte for each character, so that tables can spell any byte, `\u{FF}` too.
func wire(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

/// A GET of `/` with the given field lines.
func get(_ lines: String...) -> String { "GET / HTTP/1.1\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n" }

/// What a parser makes of a connection's bytes.
struct Reading: Equatable {
    var heads: [RequestHead] = []
    /// How many bytes all heads took.
    var consumed = 0
    var error: HTTPError?
    /// How many bytes had arrived when the error was thrown.
    var arrived = 0

    /// The same but for `arrived`, which depends on the pieces.
    func agrees(with other: Reading) -> Bool { heads == other.heads && consumed == other.consumed && error == other.error }
}

/// Feeds `bytes` to one parser as a connection loop does: what arrives joins what is left, and complete heads are taken off.
/// Requests have no content here. `pieces` are the sizes in which the bytes arrive, the last one again and again.
func read(_ bytes: [UInt8], pieces: [Int], limits: HeadLimits = HeadLimits()) -> Reading {
    var parser = RequestParser(limits: limits)
    var reading = Reading()
    var sizes = pieces
    var arrived = 0
    while arrived < bytes.count {
        arrived = min(bytes.count, arrived + max(1, sizes.count > 1 ? sizes.removeFirst() : sizes[0]))
        do throws(HTTPError) {
            while let (head, consumed) = try parser.parse(bytes[reading.consumed..<arrived].span) {
                reading.heads.append(head)
                reading.consumed += consumed
            }
        } catch {
            reading.error = error
            reading.arrived = arrived
            return reading
        }
    }
    return reading
}

/// Feeds `bytes` whole, byte by byte and in odd pieces, expects the same from each, and returns it as the byte-wise reading saw it.
func readEveryWay(_ bytes: [UInt8], limits: HeadLimits = HeadLimits()) -> Reading {
    let bytewise = read(bytes, pieces: [1], limits: limits)
    for pieces in [[bytes.count], [2], [7], [bytes.count - 1, 1], [1, bytes.count]] {
        let reading = read(bytes, pieces: pieces, limits: limits)
        #expect(reading.agrees(with: bytewise), "in pieces of \(pieces)")
    }
    return bytewise
}

/// What a decoder makes of a chunked body.
struct Decoding: Equatable {
    var body: [UInt8] = []
    var consumed = 0
    var isFinished = false
    var error: HTTPError?
}

/// Feeds `bytes` to one decoder in pieces of `size`; `consumed` counts the bytes that had been used, without a failing piece.
func decode(_ bytes: [UInt8], size: Int, limit: Int = 1000) -> Decoding {
    var decoder = ChunkedDecoder()
    var decoding = Decoding()
    while decoding.consumed < bytes.count, !decoding.isFinished {
        let piece = bytes[decoding.consumed..<min(bytes.count, decoding.consumed + size)]
        do throws(HTTPError) {
            let (consumed, isFinished) = try decoder.decode(piece.span, into: &decoding.body, limit: limit)
            #expect(consumed == piece.count || isFinished, "all input is used until the end")
            decoding.consumed += consumed
            decoding.isFinished = isFinished
        } catch {
            decoding.error = error
            return decoding
        }
    }
    return decoding
}
