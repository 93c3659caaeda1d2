import Logging
import TestSupport
import Testing
import Threads

@testable import GradientServer

/// What clients together may hold, and how long.
@Suite struct BoundTests {
    private let health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"

    private func post(_ count: Int, sending body: String = "") -> String {
        "POST /backward HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(count)\r\n\r\n\(body)"
    }

    @Test func `connections from one address have a bound of their own`() async throws {
        try await withServer({ $0.limits.connectionsPerAddress = 2 }) { server in
            let kept = try (0..<2).map { _ in try server.connect() }
            for client in kept {
                try client.send(health)
                #expect(try client.readReply().status == 200)
            }
            let reply = try server.connect().readReply()
            #expect(reply.status == 503 && reply["Retry-After"] == "1")
            #expect(
                reply.text.contains("Too many connections are open from this address; the limit is 2 (--max-connections-per-address)."))
            kept[0].close()
            #expect(try server.sendUntilWelcome(health).status == 200)
        }
    }

    @Test func `a body for which there is no memory is refused before it is sent, and small requests are not`() async throws {
        let gate = Gate()
        try await withServer({ $0.limits.memory = 1 << 20 }, answer: gate.answer) { server in
            let large = String(repeating: " ", count: 1 << 20)
            let first = try server.connect()
            try first.send(post(large.utf8.count, sending: large))
            try gate.waitForComputation()

            let second = try server.send(post(1 << 19))
            #expect(second.status == 503 && second["Retry-After"] == "1" && second["Connection"] == "close")
            #expect(second.text.contains("it is 1048576 bytes (--max-memory)"))
            let chunked = try server.connect()
            try chunked.send(
                "POST /backward HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n\(large.prefix(1 << 17))")
            #expect(try chunked.readReply().status == 503)

            gate.open(2)
            #expect(try server.send(post(2, sending: "{}")).text == "{}")
            #expect(try first.readReply().body.count == 1 << 20)
            gate.open()
            #expect(try server.post("/backward", String(large.prefix(1 << 19))).status == 200)
        }
    }

    @Test func `a body that is only promised takes no memory from others`() async throws {
        try await withServer({ $0.limits.memory = 1 << 20 }) { server in
            let promising = try (0..<3).map { _ in try server.connect() }
            for client in promising { try client.send(post(1 << 20)) }
            #expect(try server.post("/backward", String(repeating: " ", count: 1 << 20)).status == 400)
        }
    }

    @Test func `a service that is gone leaves nothing in memory`() throws {
        weak var monitor: Monitor?
        do {
            let configuration = Configuration(address: .loopback(port: 0))
            let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let service = Service(configuration: configuration, log: log)
            monitor = service.monitor
            _ = try Server(configuration, service: service, answer: service.response)
        }
        #expect(monitor == nil)
    }

    @Test func `who waits too long for a computation is told so`() async throws {
        let gate = Gate()
        let configure: (inout Configuration) -> Void = {
            $0.computeWidth = 1
            $0.timeouts.queue = 5
            $0.timeouts.idle = 5.5
        }
        try await withServer(configure, answer: gate.answer) { server in
            let (first, second) = (try server.connect(), try server.connect())
            try first.send(post(1, sending: "1"))
            try gate.waitForComputation()
            try second.send(post(1, sending: "2"))
            // The end of an idle connection tells that enough time has passed.
            #expect(try server.connect().isClosedByServer())
            gate.open()
            #expect(try first.readReply().text == "1")
            let reply = try second.readReply()
            #expect(reply.status == 503 && reply["Retry-After"] == "1")
            #expect(reply.text.contains("must not wait longer (--queue-timeout)."))
        }
    }

    @Test func `who waits for a reply that takes too long is told so, and disturbs nobody`() async throws {
        let gate = Gate()
        let configure: (inout Configuration) -> Void = {
            $0.computeWidth = 1
            $0.timeouts.compute = 5
        }
        try await withServer(configure, answer: gate.answer) { server in
            // One is computed, unless the machine is so busy that even that begins too late, and the other waits: both are told the same.
            let clients = [try server.connect(), try server.connect()]
            for client in clients { try client.send(post(1, sending: "1")) }
            for client in clients {
                let reply = try client.readReply()
                #expect(reply.status == 503 && reply["Retry-After"] == nil)
                #expect(reply.text.contains("not ready after 5.0 seconds") && reply.text.contains("(--compute-timeout)"))
                #expect(client.isClosedByServer())
            }
            // What waited is not computed any more; what was being computed ends, for nobody.
            try server.waitForQueue(0)
            gate.open(2)
            let next = try server.connect()
            try next.send(post(1, sending: "3"))
            #expect(try next.readReply().text == "3")
        }
    }

    @Test func `a request whose client is gone gives up its place in the queue`() async throws {
        let gate = Gate()
        let configure: (inout Configuration) -> Void = {
            $0.computeWidth = 1
            $0.limits.queue = 2
        }
        try await withServer(configure, answer: gate.answer) { server in
            let computing = try server.connect()
            try computing.send(post(1, sending: "1"))
            try gate.waitForComputation()
            let leaving = try (0..<2).map { _ in try server.connect() }
            for client in leaving { try client.send(post(1, sending: "2")) }
            try server.waitForQueue(2)
            for client in leaving {
                client.resetWhenDropped()
                client.close()
            }
            try server.waitForQueue(0)
            let staying = try server.connect()
            try staying.send(post(1, sending: "3"))
            try server.waitForQueue(1)
            gate.open(2)
            #expect(try computing.readReply().text == "1")
            #expect(try staying.readReply().text == "3")
        }
    }

    @Test func `a client that does not read its reply loses its connection`() async throws {
        let configure: (inout Configuration) -> Void = {
            $0.limits.connections = 1
            $0.limits.slowestTransfer = 1 << 30
            $0.timeouts.transfer = 0.2
        }
        let answer: @Sendable (Request, Team) -> Response = { _, _ in Response(body: [UInt8](repeating: 32, count: 64 << 20)) }
        try await withServer(configure, answer: answer) { server in
            let client = try server.connect()
            try client.send(post(1, sending: "1"))
            _ = try client.readPiece()
            #expect(try server.sendUntilWelcome(health).status == 200)
        }
    }

    @Test func `a client that does not close after its last reply loses its connection`() async throws {
        let configure: (inout Configuration) -> Void = {
            $0.limits.connections = 1
            $0.timeouts.linger = 0.1
        }
        try await withServer(configure) { server in
            let client = try server.connect()
            try client.send("nonsense\r\n\r\n")
            #expect(try client.readReply().status == 400)
            #expect(try server.sendUntilWelcome(health).status == 200)
        }
    }

    @Test func `a request that was on its way when the service stopped is answered`() async throws {
        try await withServer({ $0.timeouts.drainGrace = 30 }) { server in
            let client = try server.connect()
            try client.send(health)
            #expect(try client.readReply()["Connection"] == nil)
            let drain = Task { await server.server.drain() }
            while (try? server.connect()) != nil {}
            try client.send(health)
            let reply = try client.readReply()
            #expect(reply.status == 200 && reply["Connection"] == "close")
            client.close()
            await drain.value
        }
    }

    @Test func `an error is told in full, though the request before it was a HEAD`() async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send("HEAD /health HTTP/1.1\r\nHost: localhost\r\n\r\nnonsense\r\n\r\n")
            #expect(try client.readReply(toHead: true).status == 200)
            let reply = try client.readReply()
            #expect(reply.status == 400 && reply.text.contains("The request line"))
        }
    }
}
