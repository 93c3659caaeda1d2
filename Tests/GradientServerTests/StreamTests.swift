import Glibc
import TLS
import TestSupport
import Testing
import Transport

@testable import GradientServer

@Suite struct StreamTests {
    @Test func `what TLS has to say goes out as soon as the socket takes it, though nothing more comes in`() throws {
        var ends = try Ends()
        let filling = ends.fillSocket()
        try ends.begin()
        ends.serve { $0.isReadable }
        let wasFlushed = ends.stream.isFlushed
        try #require(!wasFlushed)
        ends.skip(filling)
        ends.serve { $0.isWritable }
        let isFlushed = ends.stream.isFlushed
        try #require(isFlushed)
        try ends.finish()
    }

    @Test func `an end that the socket does not take breaks no connection`() throws {
        var ends = try Ends()
        try ends.begin()
        ends.serve { $0.isReadable }
        try ends.finish()
        ends.serve { $0.isReadable }
        var isFull = false
        while !isFull { isFull = ends.stream.send([[UInt8](repeating: 0, count: 64 << 10)], from: 0) == .wouldBlock }
        ends.stream.finishSending()
        var bytes: [UInt8] = []
        let outcome = ends.stream.receive(into: &bytes, atMost: 1)
        #expect(outcome == .wouldBlock)
    }
}

/// A stream and its client.
private struct Ends: ~Copyable {
    var stream: Stream
    private let session: TLSSession
    private let descriptor: Int32
    private let client: Socket
    private let poller: Poller

    init() throws {
        let folder = try TemporaryFolder()
        let files = try folder.makeCertificate()
        let context = try TLSContext(certificateChain: files.certificate, privateKey: files.key)
        let session = try TLSSession(TLSContext.unverifyingClient())
        let listener = try Socket.listening(on: .loopback(port: 0))
        let client = try Socket.connected(to: .loopback(port: listener.localPort), timeout: Client.patience)
        let poller = try Poller()
        try poller.addListener(listener, tag: 0)
        _ = Self.next(poller)
        guard let accepted = try listener.accept() else { throw ClientError("nobody came") }
        try poller.add(accepted, tag: 1)
        let descriptor = accepted.descriptor
        guard let stream = Stream(accepted, tls: context) else { throw ClientError("there is no memory") }
        self.session = session
        self.client = client
        self.poller = poller
        self.descriptor = descriptor
        self.stream = stream
    }

    /// Has the stream's socket take nothing more until the client has read all of it.
    ///
    /// - Returns: how many bytes that is.
    func fillSocket() -> Int {
        let bytes = [UInt8](repeating: 0, count: 64 << 10)
        var filling = 0
        while true {
            let count = unsafe send(descriptor, bytes, bytes.count, 0)
            if count < 0 { break }
            filling += count
        }
        // Full it stays, though the client's socket may take a little more of it by and by.
        var least: Int32 = 0
        #expect(unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &least, socklen_t(MemoryLayout<Int32>.size)) == 0)
        return filling
    }

    /// The client begins its handshake.
    func begin() throws {
        var hello: [UInt8] = []
        try session.begin(ciphertext: &hello)
        #expect(client.send(hello) == .bytes(hello.count))
    }

    /// The client reads the service's part of the handshake, and sends the rest of its own.
    func finish() throws {
        var plaintext: [UInt8] = []
        while !session.isEstablished {
            var (received, sealed): ([UInt8], [UInt8]) = ([], [])
            guard case .bytes = client.receive(into: &received, atMost: 64 << 10) else { throw ClientError("the handshake stops") }
            try session.receive(received.span, plaintext: &plaintext, reply: &sealed)
            #expect(client.send(sealed) == .bytes(sealed.count))
        }
    }

    /// The client reads so many bytes.
    func skip(_ count: Int) {
        var bytes: [UInt8] = []
        while bytes.count < count, case .bytes = client.receive(into: &bytes, atMost: count - bytes.count) {}
    }

    /// Does with news of the socket what a connection does, up to one of a kind.
    mutating func serve(until isLast: (Poller.Event) -> Bool) {
        while let event = Self.next(poller) {
            stream.noteEvent(event)
            var bytes: [UInt8] = []
            #expect(stream.receive(into: &bytes, atMost: 1) == .wouldBlock)
            if isLast(event) { return }
        }
    }

    private static func next(_ poller: borrowing Poller) -> Poller.Event? {
        var events: [Poller.Event] = []
        poller.poll(into: &events, waiting: Int32(Client.patience) * 1000)
        return events.first
    }
}
