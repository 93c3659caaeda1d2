import Foundation
import TestSupport
import Testing

@testable import GradientServer

/// What RFC 9110 and 9112 demand of a server as a whole; docs/http-conformance.md lists where each demand is tested.
@Suite struct ConformanceTests {
    private let health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"

    @Test func `every test that the table of conformance names is there`() throws {
        let root = URL(filePath: #filePath).appending(path: "../../..").standardized
        let table = try String(contentsOf: root.appending(path: "docs/http-conformance.md"), encoding: .utf8)
        let names = table.split(separator: "\n").filter { $0.hasPrefix("| ") }.flatMap { $0.matches(of: /“([^”]+)”/) }.map { $0.1 }
        let files = FileManager.default.enumerator(at: root.appending(path: "Tests"), includingPropertiesForKeys: nil)
        var tests = ""
        for case let file as URL in try #require(files) where file.pathExtension == "swift" {
            tests += try String(contentsOf: file, encoding: .utf8)
        }
        #expect(names.count > 50)
        for name in names { #expect(tests.contains("`\(name)`") || tests.contains("\"\(name)\""), "\(name)") }
    }

    @Test func `an https target is refused where there is no TLS`() async throws {
        try await withServer { server in
            let secure = try server.send("GET https://localhost/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let plain = try server.send("GET http://localhost/health HTTP/1.1\r\nHost: another\r\n\r\n")
            #expect(secure.status == 421 && plain.status == 200)
        }
    }

    @Test(arguments: ["Upgrade: h2c\r\nConnection: Upgrade", "Range: bytes=0-1", "TE: trailers", "If-None-Match: *", "Cookie: a=b"])
    func `what is optional and not understood changes nothing`(field: String) async throws {
        try await withServer { server in
            let reply = try server.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\(field)\r\n\r\n")
            #expect(reply.status == 200 && reply.text == #"{"status":"ok"}"#)
        }
    }

    @Test func `what follows a request that closes is not processed`() async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" + health)
            #expect(try client.readReply()["Connection"] == "close")
            #expect(client.isClosedByServer())
        }
    }

    @Test func `a body of a GET is read and forgotten`() async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send("GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(health.utf8.count)\r\n\r\n" + health)
            try client.send("GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try client.readReply().status == 200)
            #expect(try client.readReply().status == 404)
        }
    }

    @Test(arguments: ["GET /health HTTP/1.1\r\nHost", "POST /backward HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{}"])
    func `a request that ends in its middle is not processed`(text: String) async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send(text)
            client.finishSending()
            #expect(client.isClosedByServer())
        }
    }
}
