import Transport

/// A reply on its way out.
struct Output {
    private let pieces: [[UInt8]]
    private let count: Int
    private var offset = 0

    /// All of it has left for the socket.
    private(set) var isSent = false

    init(_ pieces: [[UInt8]] = []) {
        self.pieces = pieces
        count = pieces.reduce(0) { $0 + $1.count }
    }

    /// Sends as much as the socket takes at once.
    mutating func sendMore(through stream: inout Stream) -> Socket.Transfer {
        let outcome = offset < count ? stream.send(pieces, from: offset) : stream.flush()
        if case .bytes(let moved) = outcome {
            offset += moved
            isSent = offset == count && stream.isFlushed
        }
        return outcome
    }
}
