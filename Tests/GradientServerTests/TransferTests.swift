import Foundation
import TestSupport
import Testing
import Threads

@testable import GradientServer

/// Many at once, much at once, and those who are slow or gone.
@Suite struct TransferTests {
    private let health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"

    /// A request of N samples whose reply is `dh` again, and that reply.
    private func echo(_ count: Int) -> (request: String, reply: String) {
        let entries = Array(repeating: "[\(count).123456789]", count: count).joined(separator: ",")
        let zeros = Array(repeating: "[0]", count: count).joined(separator: ",")
        let body =
            #"{"x_t":[\#(zeros)],"h_prev":[\#(zeros)],"W_x":[[1]],"W_h":[[0]],"b":[0],"dh":[\#(entries)],"#
            + #""activation":"identity","outputs":["do_t"]}"#
        return (
            "POST /backward HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)", #"{"do_t":[\#(entries)]}"#
        )
    }

    /// More than the buffers of two sockets hold.
    private static let large = [UInt8](repeating: 0x2A, count: 16 << 20)

    /// Stands in for a computation whose reply is large.
    private let largeReply: @Sendable (Request, Team) -> Response = { _, _ in Response(contentType: "text/plain", body: large) }

    @Test func `a hundred connections at once are each answered with their own`() async throws {
        try await withServer { server in
            let clients = try (0..<100).map { _ in try server.connect() }
            let echoes = (0..<100).map { echo($0 + 1) }
            for round in 0..<3 {
                for (client, echo) in zip(clients, echoes) { try client.send(round == 1 ? health : echo.request) }
                for (client, echo) in zip(clients, echoes) {
                    #expect(try client.readReply().text == (round == 1 ? #"{"status":"ok"}"# : echo.reply))
                }
            }
        }
    }

    @Test func `a thousand requests sent ahead are answered in order`() async throws {
        try await withServer { server in
            let client = try server.connect()
            let (request, reply) = echo(3)
            try client.send(String(repeating: request + health, count: 500))
            for _ in 0..<500 {
                #expect(try client.readReply().text == reply)
                #expect(try client.readReply().text == #"{"status":"ok"}"#)
            }
        }
    }

    @Test func `a client that is slow to read a large reply gets all of it, and keeps nobody waiting`() async throws {
        try await withServer(answer: largeReply) { server in
            let slow = try server.connect()
            try slow.send(echo(1).request)
            // While its reply fills the socket's buffers and stops, others are served.
            #expect(try slow.readPiece().starts(with: "HTTP/1.1 200 OK"))
            for _ in 0..<10 { #expect(try server.send(health).status == 200) }
            #expect(try slow.readReply().body == Self.large)
            try slow.send(health)
            #expect(try slow.readReply().status == 200)
        }
    }

    @Test func `a client that hangs up in the middle of a large reply frees its place`() async throws {
        try await withServer({ $0.limits.connections = 1 }, answer: largeReply) { server in
            do {
                let client = try server.connect()
                try client.send(echo(1).request)
                _ = try client.readPiece()
                client.resetWhenDropped()
            }
            #expect(try server.sendUntilWelcome(health).status == 200)
        }
    }

    @Test func `HEAD is answered like GET without a body, also where it is refused`() async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send("HEAD /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\nHEAD /backward HTTP/1.1\r\nHost: localhost\r\n\r\n" + health)
            let (unknown, notAllowed) = (try client.readReply(toHead: true), try client.readReply(toHead: true))
            #expect(unknown.status == 404)
            #expect(notAllowed.status == 405)
            #expect(notAllowed["Allow"] == "POST, OPTIONS")
            #expect(try client.readReply().text == #"{"status":"ok"}"#)
        }
    }

    @Test func `every reply has a date, and a computed one tells where the time went`() async throws {
        try await withServer { server in
            let before = Date(timeIntervalSince1970: Date.now.timeIntervalSince1970.rounded(.down))
            let reply = try server.send(echo(1).request)
            // RFC 9110 §5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`.
            let format = DateFormatter()
            format.locale = Locale(identifier: "en_US_POSIX")
            format.timeZone = .gmt
            format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
            let date = try #require(reply["Date"].flatMap(format.date))
            #expect(date >= before && date <= .now)
            let stages = try #require(reply["Server-Timing"]).split(separator: ", ").map { $0.split(separator: ";dur=") }
            #expect(stages.map { $0[0] } == ["read", "decode", "compute", "encode"])
            for stage in stages { #expect(Double(stage[1]).map { $0 >= 0 } == true) }
            for (body, last) in [("{", "decode"), (#"{"x_t":[1],"h_prev":[0],"W_x":[[1,2]],"W_h":[[0]],"b":[0],"dh":[1]}"#, "compute")] {
                let reply = try server.post("/backward", body)
                #expect(reply.status >= 400)
                let stages = try #require(reply["Server-Timing"]).split(separator: ", ").compactMap { $0.split(separator: ";").first }
                #expect(stages.last.map(String.init) == last)
            }
            for request in [health, "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n", "nonsense\r\n\r\n"] {
                #expect(try server.send(request)["Date"] != nil)
            }
        }
    }
}
