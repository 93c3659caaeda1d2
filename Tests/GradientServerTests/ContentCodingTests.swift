import Foundation
import GradientServer
import TestSupport
import Testing

/// gzip and deflate both ways, with curl, gzip and Python's zlib format made by hand as the other end.
@Suite struct ContentCodingTests {
    private let sample = #"{"x_t":[1],"h_prev":[0],"W_x":[[1]],"W_h":[[0]],"b":[0],"dh":[1],"activation":"identity"}"#
    private let gradients = #"{"dx_t":[1.0],"dh_prev":[0.0],"dW_x":[[1.0]],"dW_h":[[0.0]],"db":[1.0]}"#

    /// A request whose reply has some 20 KB.
    private var large: String {
        let row = (0..<64).map { "\(Double($0) / 7)" }.joined(separator: ",")
        let rows = Array(repeating: "[\(row)]", count: 64).joined(separator: ",")
        return
            #"{"x_t":[\#(row)],"h_prev":[\#(row)],"W_x":[\#(rows)],"W_h":[\#(rows)],"b":[\#(row)],"dh":[\#(row)],"activation":"identity","outputs":["dW_h"]}"#
    }

    private func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        try run("gzip", ["-c"], input: bytes).output
    }

    @Test func `a gzipped body is the same as a plain one`() async throws {
        try await withServer { server in
            let body = try gzip(Array(sample.utf8))
            for coding in ["gzip", "x-gzip", "GZIP", "identity, gzip"] {
                let reply = try server.curl(
                    "/backward", "--data-binary", "@-", "--header", "Content-Encoding: \(coding)", input: body)
                #expect(reply.text == gradients)
            }
        }
    }

    @Test func `a body coded twice is undone twice, and one more layer is refused`() async throws {
        try await withServer { server in
            let twice = try gzip(gzip(Array(sample.utf8)))
            let reply = try server.curl("/backward", "--data-binary", "@-", "--header", "Content-Encoding: gzip, gzip", input: twice)
            #expect(reply.text == gradients)
            #expect(try server.post("/backward", sample, fields: "Content-Encoding: gzip, gzip, gzip\r\n").status == 415)
        }
    }

    @Test func `a body coded twice may grow no further than one coded once can`() async throws {
        try await withServer { server in
            let once = try gzip(Array(repeating: 0x20, count: 5 << 20))
            let bomb = try gzip(once)
            let post = { (codings: String, body: [UInt8]) in
                try server.curl("/backward", "--data-binary", "@-", "--header", "Content-Encoding: \(codings)", input: body).text
            }
            #expect(try post("gzip", once).contains("The document is empty."))
            #expect(try post("gzip, gzip", bomb).contains("The body is more than 1100 times as long once decompressed."))
        }
    }

    @Test(arguments: ["br", "zstd", "gzip, br", "compress"])
    func `another coding is refused, and told which are understood`(coding: String) async throws {
        try await withServer { server in
            let reply = try server.post("/backward", sample, fields: "Content-Encoding: \(coding)\r\n")
            #expect(reply.status == 415)
            #expect(reply["Accept-Encoding"] == "gzip, deflate")
            #expect(reply.text.contains(#""detail":"The content coding is unknown; gzip and deflate are supported.""#))
        }
    }

    @Test func `a body that inflates beyond the limit is refused`() async throws {
        try await withServer({ $0.limits.body = 100_000 }) { server in
            let bomb = try gzip(Array(repeating: 0x20, count: 5 << 20))
            #expect(bomb.count < 100_000)
            let reply = try server.curl("/backward", "--data-binary", "@-", "--header", "Content-Encoding: gzip", input: bomb)
            #expect(reply.text.contains(#""status":413,"detail":"The body is longer than 100000 bytes once decompressed (--max-body).""#))
        }
    }

    @Test func `a body that is cut short, followed by more, damaged or not coded at all is refused`() async throws {
        let body = try gzip(Array(sample.utf8))
        var damaged = body
        damaged[body.count - 6] ^= 1
        let cases: [([UInt8], String)] = [
            (Array(body.dropLast(9)), "The gzip body stops after \(body.count - 9) bytes, before the end of its compressed data."),
            (body + [0], "The gzip body ends at byte \(body.count), but more bytes follow."),
            (damaged, "The gzip body is corrupt near byte"),
            (Array(sample.utf8), "The body is not gzip, as Content-Encoding says: it does not begin with the bytes 1f 8b (RFC 1952)."),
            ([], "The body is empty, but Content-Encoding says gzip."),
        ]
        try await withServer { server in
            for (bytes, sentence) in cases {
                let reply = try server.curl("/backward", "--data-binary", "@-", "--header", "Content-Encoding: gzip", input: bytes)
                #expect(reply.text.contains(#""status":400,"detail":"\#(sentence)"#), "\(reply.text)")
            }
        }
    }

    @Test func `curl gets a large reply compressed, and the same bytes in the end`() async throws {
        try await withServer { server in
            let body = Array(large.utf8)
            let plain = try server.curl("/backward", "--data-binary", "@-", "--header", "Expect:", input: body)
            #expect(plain.output.count > 20_000)
            for coding in ["gzip", "deflate"] {
                let reply = try server.curl(
                    "/backward", "--data-binary", "@-", "--header", "Expect:", "--compressed", "--header", "Accept-Encoding: \(coding)",
                    "--write-out", "\n%{size_download} %header{content-encoding}", input: body)
                let parts = reply.text.split(separator: "\n")
                #expect(parts.count == 2 && String(parts[0]) == plain.text)
                let size = parts.last.flatMap { Int($0.prefix { $0 != " " }) } ?? .max
                #expect(size < plain.output.count)
                #expect(parts.last?.hasSuffix(" \(coding)") == true)
            }
        }
    }

    @Test(arguments: [
        ("gzip", "gzip"), ("deflate", "deflate"), ("gzip, deflate", "gzip"), ("gzip;q=0.5, deflate", "deflate"), ("*", "gzip"),
        ("gzip;q=0, *", "deflate"), ("br", nil), ("gzip;q=0", nil), ("identity, gzip;q=0.5", nil), ("", nil),
        ("GZip;q=0.001", "gzip"), ("identity;q=0", nil),
    ])
    func `the coding of a reply is the one that the client likes best`(accepted: String, coding: String?) async throws {
        try await withServer { server in
            let reply = try server.post("/backward", large, fields: "Accept-Encoding: \(accepted)\r\n")
            #expect(reply.status == 200)
            #expect(reply["Content-Encoding"] == coding)
            #expect(reply["Vary"] == "Accept-Encoding")
        }
    }

    @Test func `a reply too small to gain, and a problem, are sent as they are`() async throws {
        try await withServer { server in
            let small = try server.post("/backward", sample, fields: "Accept-Encoding: gzip\r\n")
            #expect(small.text == gradients)
            #expect(small["Content-Encoding"] == nil)
            let problem = try server.post("/backward", "{}", fields: "Accept-Encoding: gzip\r\n")
            #expect(problem.status == 422)
            #expect(problem["Content-Encoding"] == nil)
        }
    }
}
