import GradientServer
import TLS
import TestSupport
import Testing

/// The service behind TLS, with curl and OpenSSL's own client as the other end.
@Suite struct TLSConnectionTests {
    private func withTLSServer(
        _ configure: (inout Configuration) throws -> Void = { _ in }, _ body: (RunningServer, _ certificate: String) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let files = try folder.makeCertificate()
        try await withServer({
            $0.tls = try TLSContext(certificateChain: files.certificate, privateKey: files.key)
            try configure(&$0)
        }) { server in try await body(server, files.certificate) }
    }

    /// What OpenSSL's client sees of a handshake, and of the reply to one request.
    private func handshake(with server: RunningServer, _ arguments: String...) throws -> CommandResult {
        try run(
            "openssl", ["s_client", "-connect", "127.0.0.1:\(server.server.port)", "-ign_eof"] + arguments,
            input: Array("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8))
    }

    @Test(arguments: ["1.2", "1.3"])
    func `curl gets its reply over TLS, the certificate checked`(version: String) async throws {
        try await withTLSServer { server, certificate in
            let reply = try server.curl(
                "/health", "--cacert", certificate, "--tlsv\(version)", "--tls-max", version, "--write-out", " %{http_version}",
                scheme: "https")
            #expect(reply.text == #"{"status":"ok"} 1.1"#, "\(reply.errors)")
        }
    }

    @Test func `curl posts and gets megabytes over TLS`() async throws {
        try await withTLSServer { server, certificate in
            let entries = Array(repeating: "[0.123456789]", count: 100_000).joined(separator: ",")
            let body =
                #"{"x_t":[\#(entries)],"h_prev":[\#(entries)],"W_x":[[1]],"W_h":[[0]],"b":[0],"dh":[\#(entries)],"activation":"identity","outputs":["do_t"]}"#
            let reply = try server.curl(
                "/backward", "--cacert", certificate, "--data-binary", "@-", "--header", "Expect:", scheme: "https", input: Array(body.utf8)
            )
            #expect(reply.text == #"{"do_t":[\#(entries)]}"#)
        }
    }

    @Test func `a connection over TLS is kept`() async throws {
        try await withTLSServer { server, certificate in
            let again = "https://127.0.0.1:\(server.server.port)/health"
            let reply = try server.curl(
                "/health", again, again, "--cacert", certificate, "--write-out", " %{num_connects}\n", scheme: "https")
            #expect(reply.text == #"{"status":"ok"} 1\#n{"status":"ok"} 0\#n{"status":"ok"} 0\#n"#)
        }
    }

    @Test func `the lines to paste that a service behind TLS gives ask for TLS`() async throws {
        try await withTLSServer { server, certificate in
            let page = try server.curl("/", "--cacert", certificate, scheme: "https").text
            #expect(page.contains("\n    curl -s 'https://127.0.0.1:\(server.server.port)/health'\n"))
        }
    }

    @Test(arguments: [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")])
    func `OpenSSL's client agrees on the version and on HTTP/1.1`(flag: String, version: String) async throws {
        try await withTLSServer { server, _ in
            let seen = try handshake(with: server, flag, "-alpn", "h2,http/1.1").text
            #expect(seen.contains(version))
            #expect(seen.contains("ALPN protocol: http/1.1"))
            #expect(seen.contains(#"{"status":"ok"}"#))
        }
    }

    @Test func `a version below 1.2, and a client that speaks only HTTP/2, get no connection`() async throws {
        try await withTLSServer { server, _ in
            for arguments in [["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], ["-alpn", "h2"]] {
                let seen = try run("openssl", ["s_client", "-connect", "127.0.0.1:\(server.server.port)"] + arguments)
                #expect(seen.status != 0)
                #expect(seen.errors.contains("alert"), "\(seen.errors)")
            }
            #expect(try handshake(with: server).text.contains(#"{"status":"ok"}"#))
        }
    }

    @Test func `plain HTTP on the port for TLS is told so in plain HTTP`() async throws {
        try await withTLSServer { server, _ in
            let reply = try server.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(reply.status == 400)
            #expect(reply["Connection"] == "close")
            #expect(
                reply.text.contains(
                    #""detail":"This port speaks TLS, but the request came without it; ask for https:// instead.""#))
            try server.waitForMetric(#"cotangent_requests_total{route="other",status="400"} 1"#)
            // As long as any request may take here; the clock that it is timed by began before the service did.
            let sum = try #require(server.metrics.firstMatch(of: /cotangent_request_duration_seconds_sum{route="other"} (\S+)/)?.1)
            #expect(Double(sum).map { $0 < Double(Client.patience) } == true, "\(sum)")
        }
    }

    @Test func `a handshake that does not end loses its connection`() async throws {
        try await withTLSServer({
            $0.timeouts.head = 0.1
            $0.timeouts.idle = 600
        }) { server, _ in
            for begun in [[], [0x16, 3, 1, 2, 0, 1]] as [[UInt8]] {
                let client = try server.connect()
                try client.send(begun)
                #expect(client.isClosedByServer())
            }
        }
    }

    @Test func `a handshake that was begun and came to nothing has failed, whatever ended it`() async throws {
        try await withTLSServer({ $0.timeouts.head = 1 }) { server, _ in
            for (sent, hangsUp) in [("\u{16}\u{3}\u{1}", false), ("\u{16}\u{3}\u{1}", true), ("", true)] {
                let client = try server.connect()
                try client.send(sent)
                if hangsUp { client.finishSending() }
                #expect(client.isClosedByServer())
            }
            let plain = try server.connect()
            try plain.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try plain.readReply().status == 400)
            // Not the one that sent nothing: so a balancer asks whether the port is open.
            try server.waitForMetric(#"cotangent_tls_handshakes_total{result="failed"} 3"#)
        }
    }

    @Test func `what is neither TLS nor HTTP ends its connection and nothing else`() async throws {
        try await withTLSServer { server, certificate in
            let client = try server.connect()
            try client.send([0xFF, 0x00, 0x13, 0x37, 0xFF, 0xFF])
            client.finishSending()
            #expect(throws: (any Error).self) { _ = try client.readReply() }
            #expect(try server.curl("/health", "--cacert", certificate, scheme: "https").status == 0)
        }
    }
}
