import GradientServer
import TestSupport
import Testing

@Suite struct ConnectionTests {
    private let sample = #"{"x_t":[1],"h_prev":[0],"W_x":[[1]],"W_h":[[0]],"b":[0],"dh":[1],"activation":"identity"}"#
    private let gradients = #"{"dx_t":[1.0],"dh_prev":[0.0],"dW_x":[[1.0]],"dW_h":[[0.0]],"db":[1.0]}"#

    private func post(_ body: String, fields: String = "", version: String = "1.1") -> String {
        "POST /backward HTTP/\(version)\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
    }

    @Test func `a connection serves one request after another`() async throws {
        try await withServer { server in
            let client = try server.connect()
            for _ in 0..<3 {
                try client.send(post(sample))
                let reply = try client.readReply()
                #expect(reply.statusLine == "HTTP/1.1 200 OK")
                #expect(reply["Connection"] == nil)
                #expect(reply.text == gradients)
            }
        }
    }

    @Test func `pipelined requests are answered in order`() async throws {
        try await withServer { server in
            let client = try server.connect()
            let health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
            try client.send(post(sample) + health + post(sample) + "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n" + health)
            #expect(try client.readReply().text == gradients)
            #expect(try client.readReply().text == #"{"status":"ok"}"#)
            #expect(try client.readReply().text == gradients)
            #expect(try client.readReply().status == 404)
            #expect(try client.readReply().status == 200)
        }
    }

    @Test func `a request is understood however its bytes are split`() async throws {
        try await withServer { server in
            let request = Array(post(sample).utf8)
            let client = try server.connect()
            for byte in request { try client.send([byte]) }
            #expect(try client.readReply().text == gradients)
            for split in 1..<request.count {
                try client.send(Array(request[..<split]))
                try client.send(Array(request[split...]))
                #expect(try client.readReply().text == gradients)
            }
        }
    }

    @Test func `a chunked body is the same as one of known length`() async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send("POST /backward HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            for start in stride(from: 0, to: sample.utf8.count, by: 10) {
                let chunk = sample.utf8.dropFirst(start).prefix(10)
                try client.send(String(chunk.count, radix: 16) + "\r\n" + String(decoding: chunk, as: UTF8.self) + "\r\n")
            }
            try client.send("0\r\n\r\n")
            #expect(try client.readReply().text == gradients)
        }
    }

    @Test func `a body of megabytes arrives whole`() async throws {
        try await withServer { server in
            let padding = String(repeating: " ", count: 3 << 20)
            let client = try server.connect()
            for _ in 0..<2 {
                try client.send(post(padding + sample))
                #expect(try client.readReply().text == gradients)
            }
        }
    }

    @Test func `a client that expects to be told to continue is told so`() async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send(
                "POST /backward HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: \(sample.utf8.count)\r\n\r\n")
            #expect(try client.readReply().statusLine == "HTTP/1.1 100 Continue")
            try client.send(sample)
            #expect(try client.readReply().text == gradients)
        }
    }

    @Test(arguments: [("/nowhere", "10", 404), ("/backward", "99999999999", 413), ("/health", "10", 405)])
    func `a client that expects to be told to continue is told at once when its request is refused`(
        path: String, length: String, status: Int
    ) async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send("POST \(path) HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: \(length)\r\n\r\n")
            let reply = try client.readReply()
            #expect(reply.status == status)
            #expect(reply["Connection"] == "close")
        }
    }

    @Test func `HEAD gets the head of GET and nothing more`() async throws {
        try await withServer { server in
            for path in ["/", "/health", "/openapi.yaml"] {
                let client = try server.connect()
                try client.send("HEAD \(path) HTTP/1.1\r\nHost: localhost\r\n\r\nGET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n")
                let head = try client.readReply(toHead: true)
                let whole = try client.readReply()
                #expect(head.status == 200)
                #expect(head["Content-Length"] == whole["Content-Length"])
                #expect(!whole.body.isEmpty)
            }
        }
    }

    @Test func `OPTIONS tells the methods of a path and of the service`() async throws {
        try await withServer { server in
            #expect(try server.send("OPTIONS /backward HTTP/1.1\r\nHost: localhost\r\n\r\n")["Allow"] == "POST, OPTIONS")
            let reply = try server.send("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(reply.status == 204)
            #expect(reply["Allow"] == "GET, HEAD, POST, OPTIONS")
        }
    }

    @Test(arguments: [("1.1", "Connection: close\r\n"), ("1.0", "")])
    func `a connection that the client does not keep is closed after the reply`(version: String, fields: String) async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send(post(sample, fields: fields, version: version))
            let reply = try client.readReply()
            #expect(reply.text == gradients)
            #expect(reply["Connection"] == "close")
            #expect(client.isClosedByServer())
        }
    }

    @Test func `an HTTP/1.0 client may keep its connection`() async throws {
        try await withServer { server in
            let client = try server.connect()
            for _ in 0..<2 {
                try client.send(post(sample, fields: "Connection: keep-alive\r\n", version: "1.0"))
                let reply = try client.readReply()
                #expect(reply.text == gradients)
                #expect(reply["Connection"] == "keep-alive")
            }
        }
    }

    @Test func `a client that has finished sending still gets its reply`() async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send(post(sample))
            client.finishSending()
            #expect(try client.readReply().text == gradients)
            #expect(client.isClosedByServer())
        }
    }

    @Test func `a malformed request is answered before the connection is closed, though more of it arrives`() async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send("GET / HTTP/1.1\r\nHost : localhost\r\n\r\n" + String(repeating: "x", count: 500_000))
            let reply = try client.readReply()
            #expect(reply.status == 400)
            #expect(reply["Connection"] == "close")
            #expect(client.isClosedByServer())
        }
    }

    @Test func `a body over the limit is refused before it is sent, and one that turns out so while it comes`() async throws {
        try await withServer({ $0.limits.body = 1000 }) { server in
            let declared = try server.send("POST /backward HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n")
            #expect(declared.status == 413)
            #expect(declared.text.contains("The content is larger than the limit of 1000 bytes (--max-body)."))
            let chunked = try server.send("POST /backward HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n")
            #expect(chunked.status == 413)
            #expect(try server.post("/backward", String(repeating: " ", count: 1000 - sample.utf8.count) + sample).text == gradients)
        }
    }
}

@Suite struct WaitTests {
    @Test(arguments: ["GET /health HT", "GET /health HTTP/1.1\r\nHost: local"])
    func `a head that does not end is answered 408`(start: String) async throws {
        try await withServer({ $0.timeouts.head = 0.1 }) { server in
            let client = try server.connect()
            try client.send(start)
            let reply = try client.readReply()
            #expect(reply.status == 408)
            #expect(reply["Connection"] == "close")
        }
    }

    @Test func `a body that does not come is answered 408`() async throws {
        try await withServer({ $0.timeouts.transfer = 0.1 }) { server in
            let reply = try server.send("POST /backward HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n")
            #expect(reply.status == 408)
        }
    }

    @Test func `an idle connection is closed`() async throws {
        try await withServer({ $0.timeouts.idle = 3 }) { server in
            let fresh = try server.connect()
            #expect(fresh.isClosedByServer())
            let used = try server.connect()
            try used.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            _ = try used.readReply()
            #expect(used.isClosedByServer())
        }
    }

    @Test func `one connection too many is told to come back, and a place that is given up is free again`() async throws {
        try await withServer({ $0.limits.connections = 2 }) { server in
            let health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
            let first = try server.connect()
            try first.send(health)
            #expect(try first.readReply().status == 200)
            do {
                let second = try server.connect()
                try second.send(health)
                #expect(try second.readReply().status == 200)
                let third = try server.connect()
                let reply = try third.readReply()
                #expect(reply.status == 503)
                #expect(reply["Retry-After"] == "1")
                // There is no request that it could name.
                #expect(reply["X-Request-Id"] == nil)
                second.finishSending()
                #expect(second.isClosedByServer())
            }
            #expect(try server.send(health).status == 200)
        }
    }
}
