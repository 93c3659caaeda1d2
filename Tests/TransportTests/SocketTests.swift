import Glibc
import Testing

@testable import Transport

@Suite struct SocketTests {
    @Test func `a listener on port 0 tells the port that the system chose, and accepts who comes`() throws {
        let listener = try Socket.listening(on: .loopback)
        #expect(listener.localPort != 0)
        #expect(try listener.accept() == nil)
        let client = try connect(to: listener)
        let server = try accept(from: listener)
        #expect(client.send(Array("hello".utf8)) == .bytes(5))
        #expect(receive(5, from: server) == Array("hello".utf8))
    }

    @Test func `a port that is taken is told with its address and the system's reason`() throws {
        let listener = try Socket.listening(on: .loopback)
        var address = SocketAddress.loopback
        address.port = listener.localPort
        let error = #expect(throws: SystemError.self) { _ = try Socket.listening(on: address) }
        #expect(error?.code == EADDRINUSE)
        #expect(error.map { "\($0)" } == "listen on 127.0.0.1:\(address.port): Address already in use")
    }

    @Test func `a socket that is let go of stays open, and can be taken up again`() throws {
        let listener = try Socket.listening(on: .loopback)
        let port = listener.localPort
        let descriptor = listener.release()
        #expect(Socket(released: descriptor).localPort == port)
        var address = SocketAddress.loopback
        address.port = port
        let error = #expect(throws: SystemError.self) { _ = try Socket.connected(to: address, timeout: 5) }
        #expect(error?.code == ECONNREFUSED)
    }

    @Test func `nobody listening is told as refused`() throws {
        var address = SocketAddress.loopback
        do {
            let listener = try Socket.listening(on: address)
            address.port = listener.localPort
        }
        let error = #expect(throws: SystemError.self) { _ = try Socket.connected(to: address, timeout: 5) }
        #expect(error?.code == ECONNREFUSED)
    }

    @Test(.enabled(if: SocketAddress.hasVersion6))
    func `a client of IPv4 is the same whether the socket that it comes to is of IPv4 or of both`() throws {
        let listener = try Socket.listening(on: .loopback)
        let both = try Socket.listening(on: .everywhere)
        let first = try connect(to: listener)
        let second = try connect(to: both)
        let network = try accept(from: listener).peerNetwork
        #expect(network != 0)
        #expect(try accept(from: both).peerNetwork == network)
        _ = (first.localPort, second.localPort)
    }

    @Test func `an accepted socket does not wait, and does not delay small replies`() throws {
        let listener = try Socket.listening(on: .loopback)
        let client = try connect(to: listener)
        let server = try accept(from: listener)
        var buffer: [UInt8] = []
        #expect(server.receive(into: &buffer, atMost: 10) == .wouldBlock)
        #expect(buffer.isEmpty)
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        #expect(unsafe getsockopt(server.descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &value, &size) == 0)
        #expect(value != 0)
        #expect(client.send([1]) == .bytes(1))
    }

    @Test func `bytes are received behind those that the buffer holds, at most as many as asked for`() throws {
        let listener = try Socket.listening(on: .loopback)
        let client = try connect(to: listener)
        let server = try accept(from: listener)
        #expect(client.send([1, 2, 3, 4, 5]) == .bytes(5))
        var buffer = receive(1, from: server, atMost: 1)
        #expect(server.receive(into: &buffer, atMost: 3) == .bytes(3))
        #expect(buffer == [1, 2, 3, 4])
    }

    @Test func `pieces go out one after another, from every offset, empty ones between them`() throws {
        let listener = try Socket.listening(on: .loopback)
        let client = try connect(to: listener)
        let server = try accept(from: listener)
        let pieces: [[UInt8]] = [[1, 2, 3], [], [4, 5], [6], []]
        for offset in 0...6 {
            #expect(client.send(pieces, from: offset) == .bytes(6 - offset))
            #expect(receive(6 - offset, from: server) == Array(pieces.joined().dropFirst(offset)))
        }
        #expect(client.send([[]]) == .bytes(0))
        #expect(client.send([[UInt8]]()) == .bytes(0))
    }

    @Test func `more pieces than the system takes at once go out in turns`() throws {
        let listener = try Socket.listening(on: .loopback)
        let client = try connect(to: listener)
        let server = try accept(from: listener)
        let pieces = (0..<100).map { [UInt8](repeating: $0, count: 3) }
        var sent = 0
        while sent < 300, case .bytes(let count) = client.send(pieces, from: sent), count > 0 { sent += count }
        #expect(sent == 300)
        #expect(receive(300, from: server) == Array(pieces.joined()))
    }

    @Test func `a peer that reads nothing makes a send stop, and it goes on where it stopped`() throws {
        let listener = try Socket.listening(on: .loopback)
        let client = try connect(to: listener)
        let server = try accept(from: listener)
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 16 << 20) { storage, count in
            for index in 0..<(16 << 20) { unsafe storage[index] = UInt8(truncatingIfNeeded: index &* 31 >> 7) }
            count = 16 << 20
        }
        var sent = 0
        while case .bytes(let count) = server.send(bytes, from: sent), count > 0 { sent += count }
        #expect(sent > 0 && sent < bytes.count)
        #expect(server.send(bytes, from: sent) == .wouldBlock)
        var received: [UInt8] = []
        while received.count < bytes.count {
            guard case .bytes = client.receive(into: &received, atMost: 1 << 20) else { break }
            if case .bytes(let count) = server.send(bytes, from: sent) { sent += count }
        }
        #expect(received == bytes)
    }

    @Test func `a peer that has finished sending can still be sent to`() throws {
        let listener = try Socket.listening(on: .loopback)
        let client = try connect(to: listener)
        let server = try accept(from: listener)
        client.finishSending()
        wait(for: server)
        var buffer: [UInt8] = []
        #expect(server.receive(into: &buffer, atMost: 1) == .endOfStream)
        #expect(server.send([7]) == .bytes(1))
        #expect(receive(1, from: client) == [7])
    }

    @Test func `a connection that was reset fails, and writing to it raises no signal`() throws {
        let listener = try Socket.listening(on: .loopback)
        let server: Socket
        do {
            let client = try connect(to: listener)
            server = try accept(from: listener)
            #expect(server.send([1]) == .bytes(1))
            // Closed with a byte unread, Linux resets the connection.
            wait(for: client)
        }
        wait(for: server)
        var buffer: [UInt8] = []
        #expect(server.receive(into: &buffer, atMost: 1) == .failed(ECONNRESET))
        #expect(server.send([1]) == .failed(EPIPE))
    }
}

@Suite struct PollerTests {
    @Test func `news carries the tag of its socket, and is told once`() throws {
        let listener = try Socket.listening(on: .loopback)
        let poller = try Poller()
        try poller.addListener(listener, tag: 7)
        let client = try connect(to: listener)
        wait(forDescriptor: poller.descriptor)
        // A listener is told again as long as someone waits.
        for _ in 0..<2 { #expect(events(of: poller).map(\.tag) == [7]) }
        let server = try accept(from: listener)
        #expect(events(of: poller).isEmpty)
        try poller.add(server, tag: .max - 1)
        let first = events(of: poller)
        #expect(first.map(\.tag) == [.max - 1] && first[0].isWritable && !first[0].isReadable)
        #expect(events(of: poller).isEmpty)
        #expect(client.send([1]) == .bytes(1))
        wait(forDescriptor: poller.descriptor)
        let second = events(of: poller)
        #expect(second.count == 1 && second[0].isReadable && !second[0].isHungUp)
        client.finishSending()
        wait(forDescriptor: poller.descriptor)
        let third = events(of: poller)
        #expect(third.count == 1 && third[0].isHungUp)
    }

    @Test func `a socket that is closed has no more news`() throws {
        let listener = try Socket.listening(on: .loopback)
        let poller = try Poller()
        let client = try connect(to: listener)
        do {
            let server = try accept(from: listener)
            try poller.add(server, tag: 1)
            #expect(events(of: poller).map(\.tag) == [1])
            #expect(client.send([1]) == .bytes(1))
            wait(for: server)
        }
        #expect(events(of: poller).isEmpty)
    }

    @Test func `more news than there is room for is told in turns`() throws {
        let listener = try Socket.listening(on: .loopback)
        let poller = try Poller()
        let first = try connect(to: listener)
        let second = try connect(to: listener)
        let one = try accept(from: listener)
        let other = try accept(from: listener)
        try poller.add(one, tag: 1)
        try poller.add(other, tag: 2)
        let found = events(of: poller, capacity: 1) + events(of: poller, capacity: 1)
        #expect(Set(found.map(\.tag)) == [1, 2])
        #expect(events(of: poller, capacity: 1).isEmpty)
        _ = (first.localPort, second.localPort)
    }

    private func events(of poller: borrowing Poller, capacity: Int = 256) -> [Poller.Event] {
        var events: [Poller.Event] = []
        poller.poll(into: &events, capacity: capacity)
        return events
    }
}

extension SocketAddress {
    /// A free port, of IPv6 and IPv4.
    fileprivate static var everywhere: SocketAddress {
        guard let address = SocketAddress(host: "::", port: 0) else { preconditionFailure(":: is an address") }
        return address
    }

    /// Whether this machine has IPv6, and IPv4 behind it.
    fileprivate static var hasVersion6: Bool {
        guard let listener = try? Socket.listening(on: .everywhere) else { return false }
        return (try? connect(to: listener)) != nil
    }

    /// A free port of this machine.
    fileprivate static var loopback: SocketAddress {
        guard let address = SocketAddress(host: "127.0.0.1", port: 0) else { preconditionFailure("127.0.0.1 is an address") }
        return address
    }
}

private func connect(to listener: borrowing Socket) throws -> Socket {
    var address = SocketAddress.loopback
    address.port = listener.localPort
    return try Socket.connected(to: address, timeout: 10)
}

private struct NobodyCame: Error {}

private func accept(from listener: borrowing Socket) throws -> Socket {
    wait(for: listener)
    guard let socket = try listener.accept() else { throw NobodyCame() }
    return socket
}

/// Returns when the socket has something to read, an end or an error.
private func wait(for socket: borrowing Socket) {
    wait(forDescriptor: socket.descriptor)
}

private func wait(forDescriptor descriptor: Int32) {
    var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    #expect(unsafe Glibc.poll(&poll, 1, 10_000) == 1)
}

/// As many bytes, or fewer where the peer ends before.
private func receive(_ count: Int, from socket: borrowing Socket, atMost piece: Int = 1 << 16) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
        wait(for: socket)
        guard case .bytes = socket.receive(into: &bytes, atMost: piece) else { break }
    }
    return bytes
}
