import Foundation
import HTTP1
import Logging
import TLS
import TestSupport
import Testing

@testable import GradientServer

/// What an operator sees of the service.
@Suite struct ObservationTests {
    private let step = #"{"x_t":[1,2],"h_prev":[0.5],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[1]}"#

    private func get(_ path: String, _ fields: String...) -> String {
        "GET \(path) HTTP/1.1\r\nHost: localhost\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
    }

    @Test func `a request keeps the name that its client gave it`() async throws {
        try await withServer { server in
            let reply = try server.send(get("/health", "X-Request-Id: 7f/a-B.c_1:2+3=@"))
            #expect(reply["X-Request-Id"] == "7f/a-B.c_1:2+3=@")
        }
    }

    @Test(arguments: ["", "two words", "quote\"", "é", String(repeating: "x", count: 129), "<script>"])
    func `a name that a log could not hold is replaced`(id: String) async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send(get("/health", "X-Request-Id: \(id)") + get("/health"))
            let ids = try (0..<2).map { _ in try client.readReply()["X-Request-Id"] ?? "" }
            #expect(ids.allSatisfy { $0.contains(/^[0-9a-f]{8}-[0-9a-f]{10}$/) } && ids[0] != ids[1])
        }
    }

    @Test(arguments: [
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true),
        ("00-00000000000000000000000000000000-b7ad6b7169203331-01", false),
        ("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false),
        ("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false),
        ("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x", false),
    ])
    func `a trace goes into the log where it is well-formed`(field: String, isKept: Bool) throws {
        var parser = RequestParser()
        let head = try #require(try parser.parse(Array(get("/", "traceparent: \(field)").utf8).span)).head
        #expect(RequestID.trace(for: head) == (isKept ? field : nil))
    }

    @Test func `a line of the log tells of a request what there is to tell`() throws {
        let service = try ServiceProcess(["--log-level", "info", "--log-format", "json"])
        let client = try service.connect()
        try client.send(
            "POST /backward?secret HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: the-id\r\n"
                + "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\nContent-Length: \(step.utf8.count)\r\n\r\n"
                + step)
        let reply = try client.readReply()
        let line = try JSON(text: try service.readLog(until: "the-id").utf8)
        #expect(line["level"]?.string == "info" && line["message"]?.string == "POST /backward 200" && line["id"]?.string == "the-id")
        #expect(line["method"]?.string == "POST" && line["path"]?.string == "/backward" && line["status"]?.number == 200)
        #expect(line["in"]?.number == Double(step.utf8.count) && line["out"]?.number == Double(reply.body.count))
        #expect(line["N"]?.number == 1 && line["D"]?.number == 2 && line["H"]?.number == 1)
        #expect(line["trace"]?.string == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        #expect(["ms", "read_ms", "decode_ms", "compute_ms", "encode_ms"].allSatisfy { (line[$0]?.number ?? -1) >= 0 })
        #expect(line["time"]?.string?.contains(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) == true)
    }

    @Test func `nothing that is logged ends its line or speaks to the terminal`() throws {
        let folder = try TemporaryFolder()
        let lines = try logged(.text, "a\nb\u{1B}[2Jc", ["d": "e\r\nf \"g\"=\u{202E}", "plain": "h-1"], in: folder)
        #expect(lines.count == 1)
        #expect(lines.first?.hasSuffix(##" info a\u{a}b\u{1b}[2Jc d="e\u{d}\u{a}f \"g\"=\u{202e}" plain=h-1"##) == true)
        let objects = try logged(.json, "a\n\"b\"", ["c": "\u{1B}\u{7F}"], in: folder)
        #expect(objects.count == 1)
        let object = try JSON(text: objects[0].utf8)
        #expect(object["message"]?.string == "a\n\"b\"" && object["c"]?.string == "\u{1B}\u{7F}")
    }

    /// The lines that come of logging one message.
    private func logged(
        _ format: LogFormat, _ message: String, _ metadata: Logger.Metadata, in folder: TemporaryFolder
    ) throws -> [String] {
        let path = try folder.write([], to: "\(format).log")
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        let output = LogOutput(descriptor: file.fileDescriptor)
        Logger(label: "test") { _ in LogLine(format, level: .info, to: output) }.info("\(message)", metadata: metadata)
        output.flush()
        return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    @Test func `a log that nobody reads loses lines and holds nobody up`() throws {
        let pipe = Pipe()
        let output = LogOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 999) + [UInt8(ascii: "\n")]
        for _ in 0..<3000 { output.append(line) }
        let lost = output.takeLost()
        // A mebibyte waits here and some 64 KiB in the pipe; one piece of it may be under way besides.
        #expect(lost > 3000 - 2300 && lost < 3000)
        var read = 0
        while read < (3000 - lost) * 1000 { read += pipe.fileHandleForReading.availableData.count }
        output.flush()
    }

    @Test func `metrics count requests by route and status, and time their stages`() async throws {
        try await withServer { server in
            for _ in 0..<3 { _ = try server.post("/backward", step) }
            _ = try server.post("/backward", "{")
            _ = try server.send(get("/nowhere"))
            for counted in [
                #"route="/backward",status="200"} 3"#, #"route="/backward",status="400"} 1"#, #"route="other",status="404"} 1"#,
            ] {
                try server.waitForMetric("cotangent_requests_total{\(counted)")
            }
            let reply = try server.send(get("/metrics"))
            #expect(reply["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
            let lines = reply.text.split(separator: "\n").map(String.init)
            for line in [
                #"cotangent_request_duration_seconds_count{route="/backward"} 4"#,
                #"cotangent_request_duration_seconds_bucket{route="/backward",le="+Inf"} 4"#,
                #"cotangent_stage_duration_seconds_count{route="/backward",stage="compute"} 3"#,
                "cotangent_build_info{version=\"\(Server.version)\"} 1",
                "cotangent_queue_length 0", "cotangent_request_body_bytes_total \(3 * step.utf8.count + 1)",
            ] {
                #expect(lines.contains(line), "\(line)")
            }
            #expect(lines.contains { $0.hasPrefix("process_resident_memory_bytes ") && !$0.hasSuffix(" 0") })
        }
    }

    @Test func `the reply to a HEAD counts for no bytes of a body`() async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send("HEAD /openapi.yaml HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try client.readReply(toHead: true)["Content-Length"] != "0")
            try server.waitForMetric(#"cotangent_requests_total{route="/openapi.yaml",status="200"} 1"#)
            #expect(server.metrics.contains("cotangent_reply_body_bytes_total 0\n"))
            let body = try server.send(get("/health")).body
            try server.waitForMetric("cotangent_reply_body_bytes_total \(body.count)")
        }
    }

    @Test func `metrics tell why requests were turned away`() async throws {
        let gate = Gate()
        let configure: (inout Configuration) -> Void = {
            $0.computeWidth = 1
            $0.limits.queue = 1
        }
        try await withServer(configure, answer: gate.answer) { server in
            let clients = try (0..<2).map { _ in try server.connect() }
            let request = "POST /backward HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n1"
            try clients[0].send(request)
            try gate.waitForComputation()
            try clients[1].send(request)
            try server.waitForQueue(1)
            #expect(try server.post("/backward", "1").status == 503)
            for line in [#"cotangent_overload_refusals_total{reason="queue"} 1"#, "cotangent_queue_length 1", "cotangent_computing 1"] {
                try server.waitForMetric(line)
            }
            gate.open(2)
            for client in clients { #expect(try client.readReply().status == 200) }
        }
    }

    @Test func `a service about to stop is alive, not ready, and goes on answering`() async throws {
        // Long enough for five requests under a sanitizer on a busy machine.
        try await withServer({ $0.timeouts.drainDelay = 5 }) { server in
            #expect(try server.send(get("/ready")).text == #"{"status":"ready"}"#)
            let drain = Task { await server.server.drain() }
            while try server.send(get("/ready")).status == 200 {}
            let reply = try server.send(get("/ready"))
            #expect(reply.status == 503 && reply["Retry-After"] == "1")
            #expect(try server.send(get("/health")).status == 200)
            #expect(try server.post("/backward", step).status == 200)
            await drain.value
            #expect(throws: (any Error).self) { try server.connect() }
        }
    }

    @Test func `metrics count TLS handshakes by their result`() async throws {
        let folder = try TemporaryFolder()
        let (certificate, key) = try folder.makeCertificate()
        try await withServer({ $0.tls = try TLSContext(certificateChain: certificate, privateKey: key) }) { server in
            #expect(try server.curl("/health", "--insecure", scheme: "https").text == #"{"status":"ok"}"#)
            let stranger = try server.connect()
            try stranger.send("nonsense")
            _ = try? stranger.readReply()
            try server.waitForMetric(#"cotangent_tls_handshakes_total{result="full"} 1"#)
            try server.waitForMetric(#"cotangent_tls_handshakes_total{result="failed"} 1"#)
        }
    }
}
