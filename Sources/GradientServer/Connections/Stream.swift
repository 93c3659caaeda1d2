import TLS
import Transport

/// The bytes of a connection, with or without TLS between them and the socket.
struct Stream: ~Copyable {
    private let socket: Socket
    private let session: TLSSession?

    /// Ciphertext not yet sent, from `sealedOffset` on.
    private var sealed: [UInt8] = []
    private var sealedOffset = 0

    /// Whether a receive may bring something: spares the system call that would only say "would block".
    private var mayReceive = true
    /// Once the peer has hung up, reading goes on until the end of the stream is seen: no further event will announce it.
    private var isHungUp = false

    init(_ socket: consuming Socket, tls session: TLSSession?) {
        self.socket = socket
        self.session = session
    }

    /// Whether received bytes are the client's own, so that a body may be received straight into its storage.
    var isPlain: Bool { session == nil }

    mutating func noteEvent(_ event: Poller.Event) {
        if event.isReadable || event.isHungUp { mayReceive = true }
        if event.isHungUp { isHungUp = true }
    }

    /// Appends what has come, without TLS at most `count` bytes.
    mutating func receive(into buffer: inout [UInt8], atMost count: Int) -> Socket.Transfer {
        guard let session else { return receiveRaw(into: &buffer, atMost: count) }
        var ciphertext: [UInt8] = []
        while true {
            // Handshake messages and alerts go out before more is waited for.
            if case .failed(let code) = sendSealed() { return .failed(code) }
            ciphertext.removeAll(keepingCapacity: true)
            switch receiveRaw(into: &ciphertext, atMost: Self.ciphertextRoom) {
            case .bytes: break
            case .wouldBlock: return .wouldBlock
            case .endOfStream: return .endOfStream
            case .failed(let code): return .failed(code)
            }
            let before = buffer.count
            let isOpen = (try? session.receive(ciphertext.span, into: &buffer)) ?? false
            session.takeOutput(into: &sealed)
            if buffer.count > before { return .bytes(buffer.count - before) }
            if !isOpen {
                _ = sendSealed()
                return .endOfStream
            }
        }
    }

    /// Sends `first` and then `second` without the first `offset` bytes of the two together.
    mutating func send(_ first: [UInt8], _ second: [UInt8], from offset: Int) -> Socket.Transfer {
        socket.send(first, second, from: offset)
    }

    /// Tells the peer that nothing more will come.
    mutating func finishSending() {
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

    private mutating func sendSealed() -> Socket.Transfer { .bytes(0) }

    private static let ciphertextRoom = 64 << 10
}
