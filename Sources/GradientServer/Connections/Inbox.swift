import HTTP1
import Transport

/// What a connection has received: heads and bodies out of a stream of bytes. Linear in the bytes, however they are split.
struct Inbox {
    private var parser: RequestParser

    /// Received and not yet understood, from `consumed` on. Without storage while the connection is idle.
    private var input: [UInt8] = []
    private var consumed = 0

    private var body = BodyReader()

    init(limits: HeadLimits) {
        parser = RequestParser(limits: limits)
    }

    /// No byte of a request is here.
    var isIdle: Bool { parser.isIdle }

    /// Everything received has been understood.
    var isEmpty: Bool { consumed == input.count }

    /// The bytes of the present body that are here.
    var bodyCount: Int { body.count }

    /// The head of the next request, or nil where more bytes are needed.
    mutating func nextHead() throws(HTTPError) -> RequestHead? {
        guard !isEmpty else { return nil }
        let input = input
        guard let (head, count) = try parser.parse(input.span.extracting(consumed...)) else { return nil }
        consumed += count
        return head
    }

    /// Begins with the body behind a head.
    ///
    /// - Returns: whether there is none.
    mutating func beginBody(_ framing: BodyFraming, limit: Int) -> Bool {
        body = BodyReader(framing: framing, limit: limit)
        return body.isComplete
    }

    /// The body, once it is whole.
    mutating func takeBody() throws(HTTPError) -> [UInt8]? {
        let input = input
        consumed += try body.take(from: input.span.extracting(consumed...))
        return body.isComplete ? body.finish() : nil
    }

    /// Gives up a body that won't be read to its end.
    mutating func dropBody() {
        body = BodyReader()
    }

    /// More bytes, of a body into its own storage where the framing lets them go there without being looked at.
    mutating func receive(from stream: inout Stream) -> Socket.Transfer {
        makeRoom()
        if stream.isPlain, body.remainingLength > Self.room {
            return body.receive { storage, count in stream.receive(into: &storage, atMost: count) }
        }
        return stream.receive(into: &input, atMost: Self.room)
    }

    /// More bytes, forgotten at once.
    mutating func discard(from stream: inout Stream) -> Socket.Transfer {
        input.removeAll(keepingCapacity: true)
        consumed = 0
        return stream.receive(into: &input, atMost: Self.room)
    }

    /// Gives back the storage that nothing is in.
    mutating func releaseStorage() {
        makeRoom()
        if input.isEmpty { input = [] }
    }

    /// Drops what has been understood, so that the rest stands at the front.
    private mutating func makeRoom() {
        guard consumed > 0 else { return }
        input.removeSubrange(..<consumed)
        consumed = 0
    }

    /// Bytes asked for at once where their meaning is not known yet.
    private static let room = 16 << 10
}
