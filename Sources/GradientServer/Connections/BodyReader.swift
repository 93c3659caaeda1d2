import HTTP1
import Transport

/// Collects the body of one request by its framing.
struct BodyReader {
    private enum Progress {
        case length(remaining: Int)
        case chunked(ChunkedDecoder)
        case complete
    }

    private var progress = Progress.complete
    private var bytes: [UInt8] = []
    private var limit = 0

    init() {}

    /// - Parameter limit: bytes that a chunked body may have; one of known length was measured against it before.
    init(framing: BodyFraming, limit: Int) {
        self.limit = limit
        switch framing {
        case .none, .length(0): progress = .complete
        case .length(let count): progress = .length(remaining: count)
        case .chunked: progress = .chunked(ChunkedDecoder())
        }
    }

    var isComplete: Bool {
        if case .complete = progress { true } else { false }
    }

    /// Bytes that are here.
    var count: Int { bytes.count }

    /// Bytes still to come that are the body's for certain; 0 where only the framing can tell.
    var remainingLength: Int {
        if case .length(let remaining) = progress { remaining } else { 0 }
    }

    /// Takes what belongs to the body from the front of `input`.
    ///
    /// - Returns: how many bytes of the input it took, framing included.
    mutating func take(from input: Span<UInt8>) throws(HTTPError) -> Int {
        switch progress {
        case .complete: return 0
        case .length(let remaining):
            let count = min(remaining, input.count)
            makeRoom(for: count)
            unsafe input.extracting(first: count).withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
            advance(by: count, of: remaining)
            return count
        case .chunked(var decoder):
            let (count, isFinished) = try decoder.decode(input, into: &bytes, limit: limit)
            progress = isFinished ? .complete : .chunked(decoder)
            return count
        }
    }

    /// Lets `receive` append up to the given count of bytes to the body's own storage.
    mutating func receive(_ receive: (inout [UInt8], Int) -> Socket.Transfer) -> Socket.Transfer {
        let remaining = remainingLength
        let count = min(remaining, Self.piece)
        makeRoom(for: count)
        let outcome = receive(&bytes, count)
        if case .bytes(let count) = outcome { advance(by: count, of: remaining) }
        return outcome
    }

    /// The whole body, moved out.
    mutating func finish() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    private mutating func advance(by count: Int, of remaining: Int) {
        progress = count == remaining ? .complete : .length(remaining: remaining - count)
    }

    /// A declared length is a promise, not yet bytes: the room grows with what has come, to 32 times that at most. Its last step is the declared
    /// length, and the one before is a 32nd of it, so that of the body no more than a 31st is copied.
    private mutating func makeRoom(for count: Int) {
        let needed = bytes.count + count
        guard needed > bytes.capacity else { return }
        var room = bytes.count + remainingLength
        while room / 32 >= needed { room /= 32 }
        bytes.reserveCapacity(room)
    }

    /// Bytes asked for at once: a larger receive keeps the socket locked for so long that the sender, on another core, waits for it.
    private static let piece = 64 << 10
}
