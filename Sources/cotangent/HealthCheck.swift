import ArgumentParser
import Glibc
import Transport

/// `cotangent healthcheck`: asks a running service for `/health`, as a container's health check does.
struct HealthCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcheck", abstract: "Exit 0 if the service at this host and port is healthy, else 1.")

    @Option(help: ArgumentHelp("Address that the service listens on.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("TCP port that the service listens on.", valueName: "number"))
    var port: UInt16 = 8080

    func run() throws {
        // A service that listens everywhere is asked on the loopback interface.
        let reachable = ["0.0.0.0": "127.0.0.1", "::": "::1"][host] ?? host
        guard let address = SocketAddress(host: reachable, port: port) else {
            throw ValidationError("--host must be an IPv4 or IPv6 address in numbers, not \(host).")
        }
        let status = try statusLine(from: address)
        // A service behind TLS tells a plain request so with 400: it is alive all the same.
        guard ["HTTP/1.1 200 ", "HTTP/1.1 400 "].contains(where: status.hasPrefix) else {
            throw CommandFailure(description: "\(address) answered \(status)")
        }
    }

    private func statusLine(from address: SocketAddress) throws -> String {
        let socket = try Socket.connected(to: address, timeout: 2)
        _ = socket.send(Array("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8))
        var reply: [UInt8] = []
        while case .bytes = socket.receive(into: &reply, atMost: 4096), reply.count < 4096 {}
        return String(decoding: reply.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    }
}
