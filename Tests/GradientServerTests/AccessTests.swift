import TestSupport
import Testing

@testable import GradientServer

/// Who is let in, and which web pages may read the reply.
@Suite struct AccessTests {
    private let first = "first-token-0123456789"
    private let second = "c2Vjb25kIHRva2VuIG9mIHR3bw=="

    private func tokens() throws -> BearerTokens {
        try BearerTokens(text: Array("# for tests\n\(first)\r\n\n\(second)".utf8))
    }

    private func get(_ path: String, method: String = "GET", _ fields: String...) -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    @Test func `each token of the list lets in, however its scheme is spelt`() async throws {
        try await withServer({ $0.tokens = try tokens() }) { server in
            for authorization in ["Bearer \(first)", "bearer \(first)", "BEARER  \(second)"] {
                let page = try server.send(get("/openapi.yaml", "Authorization: \(authorization)"))
                let refusal = try server.post("/backward", "{", fields: "Authorization: \(authorization)\r\n")
                #expect(page.status == 200 && refusal.status == 400)
            }
        }
    }

    @Test(arguments: [
        "Bearer first-token-012345678", "Bearer first-token-01234567890", "Bearer first-token-0123456780", "Bearer ", "Bearer",
        "first-token-0123456789", "Basic first-token-0123456789", "Bearer first-token-0123456789 c2Vjb25kIHRva2VuIG9mIHR3bw==",
        "Bearer first-token-0123456789, Bearer first-token-0123456789", "Bearer FIRST-TOKEN-0123456789",
    ])
    func `anything else is answered 401, and the reply says how to do better`(authorization: String) async throws {
        try await withServer({ $0.tokens = try tokens() }) { server in
            let reply = try server.send(get("/openapi.yaml", "Authorization: \(authorization)"))
            #expect(reply.status == 401)
            #expect(reply["WWW-Authenticate"] == #"Bearer realm="cotangent", error="invalid_token""#)
            #expect(!reply.text.contains(first))
        }
    }

    @Test func `without a token no path tells anything, not even whether it is there`() async throws {
        try await withServer({ $0.tokens = try tokens() }) { server in
            for path in ["/", "/openapi.yaml", "/metrics", "/nowhere", "/backward"] {
                let reply = try server.send(get(path))
                #expect(reply.status == 401 && reply["WWW-Authenticate"] == #"Bearer realm="cotangent""#)
            }
            #expect(try server.send(get("/backward", method: "POST", "Content-Length: 99999999999")).status == 401)
        }
    }

    @Test func `probes and preflight requests need no token`() async throws {
        try await withServer({ $0.tokens = try tokens() }) { server in
            let probes = try ["/health", "/ready"].map { try server.send(get($0)).status }
            let preflight = try server.send(get("/backward", method: "OPTIONS"))
            #expect(probes == [200, 200] && preflight.status == 204)
        }
    }

    @Test func `tokens can be replaced while the service runs`() async throws {
        try await withServer({ $0.tokens = try tokens() }) { server in
            let client = try server.connect()
            try client.send(get("/", "Authorization: Bearer \(first)"))
            #expect(try client.readReply().status == 200)
            server.server.replace(tokens: try BearerTokens(text: Array("another-token-entirely".utf8)))
            try client.send(get("/", "Authorization: Bearer \(first)"))
            #expect(try client.readReply().status == 401)
            try client.send(get("/", "Authorization: Bearer another-token-entirely"))
            #expect(try client.readReply().status == 200)
        }
    }

    @Test(arguments: [
        ("", nil, "there is no token in it"), ("# none\n\n", nil, "there is no token in it"),
        ("0123456789abcde\n", 1, "is shorter than 16 characters"),
        ("#\n0123456789abcdef\nwith a space inside it\n", 3, "holds a character that no token has"),
        ("0123456789abcdef\0", 1, "holds a character that no token has"),
    ])
    func `a file that is no list of tokens is refused by the number of the line alone`(text: String, line: Int?, fault: String) {
        let error = #expect(throws: BearerTokenError.self) { try BearerTokens(text: Array(text.utf8)) }
        #expect(error?.line == line && error?.fault == fault)
    }

    @Test func `web pages may read nothing unless their origin is configured`() async throws {
        try await withServer { server in
            let reply = try server.send(get("/health", "Origin: https://example.org"))
            #expect(!reply.fields.contains { $0.name.hasPrefix("Access-Control") || $0.name == "Vary" })
        }
        try await withServer({ $0.crossOrigin = CrossOrigin("https://example.org, http://localhost:3000") }) { server in
            for origin in ["https://example.org", "http://localhost:3000"] {
                let reply = try server.send(get("/nowhere", "Origin: \(origin)"))
                #expect(reply["Access-Control-Allow-Origin"] == origin && reply["Vary"] == "Origin")
                #expect(reply["Access-Control-Expose-Headers"] == "Server-Timing, X-Request-Id, Retry-After")
            }
            for origin in ["https://example.org.evil.example", "https://EXAMPLE.org", "null", "http://example.org"] {
                let reply = try server.send(get("/health", "Origin: \(origin)"))
                #expect(reply["Access-Control-Allow-Origin"] == nil && reply["Vary"] == "Origin")
            }
        }
    }

    @Test func `a preflight request is told what a page may send`() async throws {
        try await withServer({ $0.crossOrigin = CrossOrigin("*") }) { server in
            let reply = try server.send(
                get("/backward", method: "OPTIONS", "Origin: https://example.org", "Access-Control-Request-Method: POST"))
            #expect(reply.status == 204)
            #expect(reply["Access-Control-Allow-Origin"] == "*" && reply["Vary"] == nil)
            #expect(reply["Access-Control-Allow-Methods"] == "GET, HEAD, POST, OPTIONS")
            #expect(reply["Access-Control-Allow-Headers"]?.contains("Authorization") == true)
        }
    }

    @Test(arguments: ["", "example.org", "https://example.org/", "https://", "ftp://example.org", "*,https://example.org", "https://a b"])
    func `what is no list of origins is refused`(list: String) {
        #expect(CrossOrigin(list) == nil)
    }

    @Test func `no reply may be guessed at or kept`() async throws {
        try await withServer { server in
            for request in [get("/health"), get("/nowhere"), get("/backward"), "nonsense\r\n\r\n"] {
                let reply = try server.send(request)
                #expect(reply["X-Content-Type-Options"] == "nosniff" && reply["Cache-Control"] == "no-store")
            }
            #expect(try server.post("/backward", "{}")["Cache-Control"] == "no-store")
            let step = #"{"x_t":[1],"h_prev":[0],"W_x":[[1]],"W_h":[[0]],"b":[0],"dh":[1]}"#
            let page = try server.post("/explain", step, fields: "Accept: text/html\r\n")
            #expect(page.status == 200 && page["Content-Security-Policy"]?.hasPrefix("default-src 'none'; ") == true)
        }
    }
}
