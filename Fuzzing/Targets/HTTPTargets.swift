import HTTP1

/// A head means the same, and is refused at the same byte, however its bytes arrive; what it says is consistent.
func fuzzHead(_ input: [UInt8]) throws {
    let whole = parseHead(input, upTo: [input.count])
    let pieces = parseHead(input, upTo: input.cuts)
    try demand(whole == pieces, "whole \(whole), in pieces \(pieces)")
    guard case .head(let head, let consumed) = whole else { return }
    try demand(consumed > 0 && consumed <= input.count, "\(consumed) bytes of \(input.count)")
    try demand(head.path == "*" || head.path.hasPrefix("/"), "the path is \(head.path)")
    try demand(head.fields["transfer-encoding"] == nil || head.framing == .chunked, "\(head.framing) beside Transfer-Encoding")
    _ = try? head.fields.contentCodings()
    _ = head.fields.preferredCoding(among: [.gzip, .deflate])
    _ = head.fields.preferredMediaType(among: ["application/json", "text/html; charset=utf-8"])
}

private enum HeadOutcome: Equatable {
    case incomplete
    case head(RequestHead, consumed: Int)
    case refused(HTTPError)
}

private func parseHead(_ input: [UInt8], upTo ends: [Int]) -> HeadOutcome {
    var parser = RequestParser(limits: HeadLimits(maximumBytes: 2048, maximumFields: 16, maximumTargetBytes: 256))
    for end in ends {
        do throws(HTTPError) {
            let arrived = Array(input[..<end])
            if let (head, consumed) = try parser.parse(arrived.span) { return .head(head, consumed: consumed) }
        } catch {
            return .refused(error)
        }
    }
    return .incomplete
}

/// A body is the same, and is refused or not, however its bytes arrive; it keeps to its limit.
func fuzzChunked(_ input: [UInt8]) throws {
    let whole = decode(input, at: [input.count])
    let pieces = decode(input, at: input.cuts)
    try demand(whole == pieces, "whole \(whole), in pieces \(pieces)")
    try demand(whole.body.count <= bodyLimit, "\(whole.body.count) bytes")
    // Size, CRLF, data, CRLF for each chunk, and the last line: framing takes room.
    if whole.isFinished { try demand(whole.consumed >= whole.body.count + 5, "\(whole.consumed) bytes hold \(whole.body.count)") }
}

private let bodyLimit = 4096

private struct Decoded: Equatable {
    var body: [UInt8] = []
    var consumed = 0
    var isFinished = false
    var error: HTTPError?
}

private func decode(_ input: [UInt8], at cuts: [Int]) -> Decoded {
    var decoder = ChunkedDecoder()
    var decoded = Decoded()
    for end in cuts where !decoded.isFinished {
        do throws(HTTPError) {
            let piece = Array(input[decoded.consumed..<end])
            let (count, isFinished) = try decoder.decode(piece.span, into: &decoded.body, limit: bodyLimit)
            decoded.consumed += count
            decoded.isFinished = isFinished
        } catch {
            // How much of the data came before the fault depends on the pieces; what the client is told does not.
            return Decoded(error: error)
        }
    }
    return decoded
}
