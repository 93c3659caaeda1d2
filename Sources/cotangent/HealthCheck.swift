import ArgumentParser
import Glibc
import TLS
import Transport

/// `cotangent healthcheck`: asks a running service for `/health`, as a container's health check does.
///
/// It reads the environment variables that the service reads, so in a container it needs no options.
struct HealthCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcheck", abstract: "Exit 0 if the service at this host and port is healthy, else 1.",
        discussion: "A service that demands a certificate of its clients is healthy when it does.")

    @Option(help: ArgumentHelp("Address that the service listens on.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("TCP port that the service listens on.", valueName: "number"))
    var port: UInt16 = 8080

    @Option(help: ArgumentHelp("The service's certificate, if it speaks TLS; it is neither read nor verified.", valueName: "file"))
    var tlsCert: String?

    func validate() throws { _ = try SocketAddress(option: host, port: port) }

    func run() throws {
        // A service that listens everywhere is asked on the loopback interface.
        let reachable = ["0.0.0.0": "127.0.0.1", "::": "::1"][host] ?? host
        let address = try SocketAddress(option: reachable, port: port)
        let socket = try Socket.connected(to: address, timeout: 2)
        let reply: [UInt8]
        do throws(TLSError) {
            reply = try tlsCert == nil ? self.reply(on: socket) : replyOverTLS(on: socket)
        } catch {
            // Nothing but a service at work can say that.
            if error == .alertReceived("certificate required") { return }
            throw error
        }
        let statusLine = String(decoding: reply.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        guard statusLine.hasPrefix("HTTP/1.1 200 ") else {
            throw CommandFailure(description: reply.isEmpty ? "\(address) did not answer" : "\(address) answered \(statusLine)")
        }
    }

    private static let request = Array("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)

    /// The reply, at least its first line, or what came of it.
    private func reply(on socket: borrowing Socket) -> [UInt8] {
        _ = socket.send(Self.request)
        var reply: [UInt8] = []
        while !reply.contains(UInt8(ascii: "\r")), case .bytes = socket.receive(into: &reply, atMost: 4096) {}
        return reply
    }

    private func replyOverTLS(on socket: borrowing Socket) throws(TLSError) -> [UInt8] {
        let session = try TLSSession(TLSContext.unverifyingClient())
        var (reply, received, sealed): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
        try session.begin(ciphertext: &sealed)
        var isAsked = false
        while !reply.contains(UInt8(ascii: "\r")) {
            _ = socket.send(sealed)
            (received, sealed) = ([], [])
            guard case .bytes = socket.receive(into: &received, atMost: 4096) else { break }
            try session.receive(received.span, plaintext: &reply, reply: &sealed)
            if session.isEstablished && !isAsked {
                try session.send(Self.request.span, ciphertext: &sealed)
                isAsked = true
            }
        }
        return reply
    }
}
