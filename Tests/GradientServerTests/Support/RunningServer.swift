import GradientServer
import Logging
import Transport

/// Starts a service on a free port, hands it to `body`, and drains it afterwards.
func withServer(_ configure: (inout Configuration) -> Void = { _ in }, _ body: (RunningServer) async throws -> Void) async throws {
    var configuration = Configuration(address: try loopback(port: 0))
    configuration.computeWidth = 2
    configuration.timeouts.drain = 5
    configure(&configuration)
    let server = try Server(configuration, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    await server.start()
    do {
        try await body(RunningServer(server: server))
    } catch {
        await server.drain()
        throw error
    }
    await server.drain()
}

private func loopback(port: UInt16) throws -> SocketAddress {
    guard let address = SocketAddress(host: "127.0.0.1", port: port) else { throw ClientError("127.0.0.1 is no address") }
    return address
}

struct RunningServer {
    let server: Server

    /// A connection that sends and receives what it is told to, right or wrong.
    func connect() throws -> Client {
        Client(try Socket.connected(to: loopback(port: server.port), timeout: 10))
    }

    /// One request on a connection of its own.
    func send(_ request: String) throws -> Reply {
        let client = try connect()
        try client.send(request)
        return try client.readReply()
    }

    /// Posts `body` as curl would.
    func post(_ path: String, _ body: String, fields: String = "") throws -> Reply {
        let client = try connect()
        try client.send("POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n")
        try client.send(body)
        return try client.readReply()
    }
}
