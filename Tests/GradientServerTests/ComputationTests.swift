import Foundation
import HTTP1
import TestSupport
import Testing
import Threads
import Transport

@testable import GradientServer

/// What happens while requests are computed, with computations that last until the test ends them.
@Suite struct ComputationTests {
    private let health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"

    private func post(_ body: String) -> String {
        "POST /backward HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test func `health is answered while every compute thread is busy and others wait`() async throws {
        let gate = Gate()
        try await withServer({ $0.computeWidth = 2 }, answer: gate.answer) { server in
            let clients = try (0..<4).map { _ in try server.connect() }
            for (number, client) in clients.enumerated() { try client.send(post("\(number)")) }
            for _ in 0..<2 { try gate.waitForComputation() }
            for path in ["/health", "/openapi.yaml", "/"] {
                #expect(try server.send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200)
            }
            gate.open(4)
            for (number, client) in clients.enumerated() { #expect(try client.readReply().text == "\(number)") }
        }
    }

    @Test func `a loop that computes keeps no connection of another loop waiting`() async throws {
        let gate = Gate()
        let configure: (inout Configuration) -> Void = {
            $0.eventLoops = 2
            $0.computeInPlace = 8
        }
        try await withServer(configure, answer: gate.answer) { server in
            // Connections are dealt out in turn, each here once it has had a reply.
            let clients = try (0..<4).map { _ in
                let client = try server.connect()
                try client.send(health)
                #expect(try client.readReply().status == 200)
                return client
            }
            try clients[0].send(post("a"))
            try gate.waitForComputation()
            for client in [clients[1], clients[3]] {
                try client.send(health)
                #expect(try client.readReply().status == 200)
            }
            gate.open()
            #expect(try clients[0].readReply().text == "a")
        }
    }

    @Test func `every loop lets its connections go when the service stops`() async throws {
        var clients: [Client] = []
        try await withServer({ $0.eventLoops = 3 }) { server in
            for _ in 0..<7 {
                let client = try server.connect()
                try client.send(health)
                #expect(try client.readReply().status == 200)
                clients.append(client)
            }
            // These may still be on their way to their loop.
            for _ in 0..<7 { clients.append(try server.connect()) }
        }
        for client in clients { #expect(client.isClosedByServer()) }
    }

    @Test func `small requests are answered while every compute thread is busy, in order and however many`() async throws {
        let gate = Gate()
        let answer: @Sendable (Request, Team) -> Response = { request, team in
            request.body.count > 4096 ? gate.answer(request, team: team) : Response(contentType: "text/plain", body: request.body)
        }
        let configure: (inout Configuration) -> Void = {
            $0.computeWidth = 1
            $0.computeInPlace = 4096
        }
        try await withServer(configure, answer: answer) { server in
            let large = try server.connect()
            let tooLarge = String(repeating: "-", count: 4097)
            try large.send(post(tooLarge))
            try gate.waitForComputation()
            let small = try server.connect()
            try small.send((0..<60).map { post("\($0)") }.joined())
            for number in 0..<60 { #expect(try small.readReply().text == "\(number)") }
            gate.open()
            #expect(try large.readReply().text == tooLarge)
            // More at once than are computed in place without a pause: 128 KiB.
            let bodies = (0..<60).map { "\($0)".padding(toLength: 4096, withPad: " ", startingAt: 0) }
            try small.send(bodies.map(post).joined())
            for body in bodies { #expect(try small.readReply().text == body) }
        }
    }

    @Test func `only what is sure to take no time is computed in place`() async throws {
        try await withServer { server in
            for (path, body, fields, isSmall) in [
                ("/backward", 262144, "", true), ("/backward", 262145, "", false), ("/backward", 10, "Content-Encoding: gzip\r\n", false),
                ("/check", 10, "", false), ("/jacobian/dense", 10, "", false), ("/explain", 10, "", false), ("/jvp", 262144, "", true),
            ] {
                var parser = RequestParser(limits: HeadLimits())
                let text = Array("POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body)\r\n\(fields)\r\n".utf8)
                let head = try #require(try parser.parse(text.span)).head
                let request = Request(
                    head: head, endpoint: try server.server.service.admit(head), body: [UInt8](repeating: 32, count: body), arrival: .now)
                #expect(server.server.service.isSmall(request) == isSmall, "\(body) bytes for \(path)")
            }
        }
    }

    @Test func `one request too many is told to come back, at once, and its connection stays`() async throws {
        let gate = Gate()
        try await withServer(
            {
                $0.computeWidth = 1
                $0.limits.queue = 1
            }, answer: gate.answer
        ) { server in
            let (computed, waiting, refused) = (try server.connect(), try server.connect(), try server.connect())
            try computed.send(post("computed"))
            try gate.waitForComputation()
            try waiting.send(post("waiting"))
            try server.waitForQueue(1)
            try refused.send(post("refused"))
            let reply = try refused.readReply()
            #expect(reply.status == 503)
            #expect(reply["Retry-After"] == "1")
            #expect(reply["Connection"] == nil)
            #expect(reply.text.contains(#""detail":"The queue of requests to be computed is full; it holds 1 (--queue).""#))
            gate.open(2)
            #expect(try computed.readReply().text == "computed")
            #expect(try waiting.readReply().text == "waiting")
            gate.open()
            try refused.send(post("again"))
            #expect(try refused.readReply().text == "again")
        }
    }

    @Test func `what is sent ahead while a reply is computed waits its turn`() async throws {
        let gate = Gate()
        try await withServer(answer: gate.answer) { server in
            let client = try server.connect()
            try client.send(post("first"))
            try gate.waitForComputation()
            try client.send(post("second") + health)
            gate.open(2)
            #expect(try client.readReply().text == "first")
            #expect(try client.readReply().text == "second")
            #expect(try client.readReply().text == #"{"status":"ok"}"#)
        }
    }

    @Test func `a client that finishes sending while its reply is computed gets it`() async throws {
        let gate = Gate()
        try await withServer(answer: gate.answer) { server in
            let client = try server.connect()
            try client.send(post("late"))
            try gate.waitForComputation()
            client.finishSending()
            gate.open()
            #expect(try client.readReply().text == "late")
            #expect(client.isClosedByServer())
        }
    }

    @Test func `a client that resets its connection while its reply is computed disturbs nobody`() async throws {
        let gate = Gate()
        try await withServer({ $0.limits.connections = 1 }, answer: gate.answer) { server in
            do {
                let client = try server.connect()
                try client.send(post("for nobody"))
                try gate.waitForComputation()
                client.resetWhenDropped()
            }
            gate.open(2)
            // The only place is free again once the reply has found nobody.
            #expect(try server.sendUntilWelcome(post("for somebody")).text == "for somebody")
        }
    }

    @Test func `a client that resets its connection in mid-request disturbs nobody`() async throws {
        try await withServer({ $0.limits.connections = 1 }) { server in
            for piece in ["POST /back", String(post("{}").dropLast())] {
                do {
                    let client = try server.connect()
                    try client.send(piece)
                    client.resetWhenDropped()
                }
                #expect(try server.sendUntilWelcome(health).status == 200)
            }
        }
    }

    @Test func `draining delivers the reply in the making, closes who is idle and lets nobody in`() async throws {
        let gate = Gate()
        try await withServer(answer: gate.answer) { server in
            let idle = try server.connect()
            try idle.send(health)
            #expect(try idle.readReply().status == 200)
            let busy = try server.connect()
            try busy.send(post("in flight"))
            try gate.waitForComputation()
            let drain = Task { await server.server.drain() }
            #expect(idle.isClosedByServer())
            #expect(throws: (any Error).self) { _ = try server.connect() }
            gate.open()
            let reply = try busy.readReply()
            #expect(reply.text == "in flight")
            #expect(reply["Connection"] == "close")
            #expect(busy.isClosedByServer())
            busy.close()
            await drain.value
        }
    }

    @Test func `a stop is heard while every core computes and more wait`() async throws {
        let isOver = Lock(false)
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let busy: @Sendable (Request, Team) -> Response = { request, _ in
            while !isOver.withLock({ $0 }) {}
            return Response(contentType: "text/plain", body: request.body)
        }
        try await withServer({ $0.computeWidth = cores }, answer: busy) { server in
            let idle = try server.connect()
            try idle.send(health)
            #expect(try idle.readReply().status == 200)
            let clients = try (0..<2 * cores).map { _ in try server.connect() }
            for client in clients { try client.send(post("in flight")) }
            try server.waitForQueue(cores)
            let drain = Task { await server.server.drain() }
            #expect(idle.isClosedByServer())
            isOver.withLock { $0 = true }
            for client in clients {
                #expect(try client.readReply().text == "in flight")
                client.close()
            }
            await drain.value
        }
    }

    @Test func `what takes longer than the time to drain is cut off`() async throws {
        let gate = Gate()
        try await withServer({ $0.timeouts.drain = 0.1 }, answer: gate.answer) { server in
            let client = try server.connect()
            try client.send(post("too long"))
            try gate.waitForComputation()
            await server.server.drain()
            #expect(client.isClosedByServer())
            gate.open()
        }
    }
}
