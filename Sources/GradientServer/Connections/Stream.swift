import Glibc
import TLS
import Transport

/// The bytes of a connection, with or without TLS between them and the socket.
struct Stream: ~Copyable {
    private let socket: Socket
    private var session: TLSSession?

    private var hasReportedHandshake = false

    /// The client spoke plain HTTP where TLS was expected; from then on it is answered so.
    private(set) var hasMetPlainHTTP = false

    /// Ciphertext not yet sent, from `sealedOffset` on.
    private var sealed: [UInt8] = []
    private var sealedOffset = 0

    /// Whether a receive may bring something: spares the system call that would only say "would block".
    private var mayReceive = true
    /// Once the peer has hung up, reading goes on until the end of the stream is seen: no further event will announce it.
    private var isHungUp = false

    /// - Returns: nil, and the socket closed, where no memory is left for a session.
    init?(_ socket: consuming Socket, tls context: TLSContext?) {
        if let context {
            guard let session = try? TLSSession(context) else { return nil }
            self.session = session
        } else {
            session = nil
        }
        self.socket = socket
    }

    /// Whether received bytes are the client's own, so that a body may be received straight into its storage.
    var isPlain: Bool { session == nil }

    /// Has the metrics count the handshake, once: the first bytes through TLS tell that it is done.
    mutating func reportHandshake(succeeded: Bool, to metrics: Metrics) {
        guard let session, !hasReportedHandshake else { return }
        hasReportedHandshake = true
        metrics.count(!succeeded ? .failed : session.isResumed ? .resumed : .full)
    }

    mutating func noteEvent(_ event: Poller.Event) {
        if event.isReadable || event.isHungUp { mayReceive = true }
        if event.isHungUp { isHungUp = true }
    }

    /// Appends what has come, without TLS at most `count` bytes.
    mutating func receive(into buffer: inout [UInt8], atMost count: Int) -> Socket.Transfer {
        guard let session else { return receiveRaw(into: &buffer, atMost: count) }
        let before = buffer.count
        var ciphertext: [UInt8] = []
        while buffer.count == before {
            if session.peerHasClosed { return .endOfStream }
            ciphertext.removeAll(keepingCapacity: true)
            let outcome = receiveRaw(into: &ciphertext, atMost: Self.ciphertextRoom)
            guard case .bytes = outcome else { return outcome }
            do {
                try session.receive(ciphertext.span, plaintext: &buffer, reply: &sealed)
            } catch {
                if case .plaintextHTTP = error {
                    hasMetPlainHTTP = true
                    self.session = nil
                }
                // The alert that says why is already sealed.
                _ = sendSealed()
                return .failed(EPROTO)
            }
            // What TLS itself has to say, in its handshake above all, goes out before more is waited for.
            if case .failed(let code) = sendSealed() { return .failed(code) }
        }
        return .bytes(buffer.count - before)
    }

    /// Sends the pieces one after another, without the first `offset` bytes of them all. With TLS bytes count as sent when they are sealed;
    /// `flush` tells when they are gone.
    mutating func send(_ pieces: [[UInt8]], from offset: Int) -> Socket.Transfer {
        guard let session else { return socket.send(pieces, from: offset) }
        let waiting = sendSealed()
        guard case .bytes = waiting else { return waiting }
        // A small reply goes into one record, head and body together.
        let plaintext = Self.excerpt(of: pieces, from: offset)
        do {
            try session.send(plaintext.span, ciphertext: &sealed)
        } catch {
            return .failed(EPROTO)
        }
        let outcome = sendSealed()
        if case .failed = outcome { return outcome }
        return .bytes(plaintext.count)
    }

    /// The next bytes to seal, as many as keep the ciphertext in the cache.
    private static func excerpt(of pieces: [[UInt8]], from offset: Int) -> [UInt8] {
        var excerpt: [UInt8] = []
        var skipped = offset
        for piece in pieces where excerpt.count < plaintextPiece {
            let start = min(skipped, piece.count)
            skipped -= start
            excerpt.append(contentsOf: piece[start...].prefix(plaintextPiece - excerpt.count))
        }
        return excerpt
    }

    /// Whether all that was sent has left for the socket.
    var isFlushed: Bool { sealed.isEmpty }

    /// Has all that was sent leave for the socket; the outcome of trying.
    mutating func flush() -> Socket.Transfer { sendSealed() }

    /// Tells the peer that nothing more will come.
    mutating func finishSending() {
        session?.close(ciphertext: &sealed)
        _ = sendSealed()
        socket.finishSending()
    }

    private mutating func receiveRaw(into buffer: inout [UInt8], atMost count: Int) -> Socket.Transfer {
        guard mayReceive else { return .wouldBlock }
        let outcome = socket.receive(into: &buffer, atMost: count)
        switch outcome {
        case .bytes(let received): mayReceive = isHungUp || received == count
        case .wouldBlock: mayReceive = false
        case .endOfStream, .failed: break
        }
        return outcome
    }

    /// Sends the ciphertext that waits; `.bytes` when none is left.
    private mutating func sendSealed() -> Socket.Transfer {
        while sealedOffset < sealed.count {
            let outcome = socket.send(sealed, from: sealedOffset)
            guard case .bytes(let count) = outcome else { return outcome }
            sealedOffset += count
        }
        sealed = []
        sealedOffset = 0
        return .bytes(0)
    }

    private static let ciphertextRoom = 64 << 10
    private static let plaintextPiece = 64 << 10
}
