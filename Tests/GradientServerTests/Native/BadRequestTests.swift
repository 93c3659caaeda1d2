import GradientServer
import HTTP1
import TestSupport
import Testing

@Suite struct BadRequestTests {
    private static let all =
        BadRequest.documents + BadRequest.numbers + BadRequest.unread + BadRequest.strings + BadRequest.objects + BadRequest.types
        + BadRequest.members + BadRequest.shapes

    @Test(arguments: all)
    func `a bad request is refused with one sentence that says what came and what was expected`(bad: BadRequest) {
        #expect(problem(of: bad.body).map { String(decoding: $0.body, as: UTF8.self) } == String(decoding: bad.problem.body, as: UTF8.self))
    }

    @Test func `the request that the table spoils is right`() {
        #expect(problem(of: Array(BadRequest.valid.utf8)) == nil)
        #expect(Self.all.count > 100)
    }

    @Test func `every prefix of a request is refused`() {
        let valid = Array(BadRequest.valid.utf8)
        for length in valid.indices { #expect(problem(of: Array(valid[..<length])) != nil, "\(length)") }
    }

    @Test func `a byte changed anywhere is refused or answered, and never a crash`() {
        let valid = Array(BadRequest.plus(#""activation":"relu","dtype":"float32","outputs":["db"]"#).utf8)
        for offset in valid.indices {
            for byte: UInt8 in [0, 0x20, 0x22, 0x2C, 0x2D, 0x30, 0x5B, 0x5C, 0x5D, 0x65, 0x7B, 0x7D, 0x80, 0xFF] {
                var body = valid
                body[offset] = byte
                if let problem = problem(of: body) { #expect([400, 422].contains(problem.status.code)) }
            }
        }
    }

    @Test(arguments: [0, 40, 75, 110])
    func `over HTTP a problem is the same document, and the connection stays open`(index: Int) async throws {
        let bad = Self.all[index]
        try await withServer { server in
            let client = try server.connect()
            for _ in 0..<2 {
                try client.send("POST /backward HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(bad.body.count)\r\n\r\n")
                try client.send(bad.body)
                let reply = try client.readReply()
                #expect(reply.status == bad.problem.status.code)
                #expect(reply["Content-Type"] == "application/problem+json")
                #expect(reply["Connection"] == nil)
                #expect(reply.body == bad.problem.body)
            }
        }
    }

    private func problem(of body: [UInt8]) -> Problem? {
        do throws(Problem) {
            _ = try Route.reply(to: body, at: "/backward")
            return nil
        } catch {
            return error
        }
    }
}
