import Foundation
import GradientServer
import TestSupport
import Testing

@Suite struct ExplainTests {
    /// Two samples of three inputs, two units; the last member is open.
    private static let row =
        #"{"x_t":[[1,2,3],[-1,0.5,0]],"h_prev":[[0.1,-0.2],[0.3,0.4]],"W_x":[[0.5,-1],[0.25,0.75],[-0.125,0.1]],"#
        + #""W_h":[[1,0.5],[-0.5,2]],"b":[0.1,-0.1],"dh":[[1,-1],[0.5,2]]"#
    private static let column =
        #"{"x_t":[[1,-1],[2,0.5],[3,0]],"h_prev":[[0.1,0.3],[-0.2,0.4]],"W_x":[[0.5,0.25,-0.125],[-1,0.75,0.1]],"#
        + #""W_h":[[1,-0.5],[0.5,2]],"b":[0.1,-0.1],"dh":[[1,0.5],[-1,2]],"convention":"column""#
    private static let single = #"{"x_t":[1,2],"h_<t-1>":[0.5],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[1]"#

    static let requests =
        [row, column, single].flatMap { body in
            ["tanh", "gelu", "relu"].flatMap { activation in
                ["", #","dtype":"float32""#, #","outputs":["db","dW_h","h_t"]"#].map { body + #","activation":"\#(activation)"\#($0)}"# }
            }
        } + [row + #","h_t":[[0.5,0.25],[-0.5,0.75]]}"#, single + #","h_t":[0.5],"outputs":["do_t"]}"#, single + #","outputs":[]}"#]

    private func reply(_ body: String, at path: String = "/explain", as format: ExplanationFormat = .json) throws -> String {
        String(decoding: try Route.reply(to: Array(body.utf8), at: path, as: format.mediaType), as: UTF8.self)
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test(arguments: requests)
    func `an explanation ends in what backward replies, to the letter`(body: String) throws {
        #expect(try reply(body).hasSuffix(#","gradients":\#(try reply(body, at: "/backward"))}"#))
    }

    @Test(arguments: requests)
    func `the steps show the numbers of backward, in every format`(body: String) throws {
        let gradients = try object(reply(body, at: "/backward"))
        let chapters = try #require(try object(reply(body))["chapters"] as? [[String: Any]])
        let steps = try #require(chapters.last?["steps"] as? [[String: Any]])
        for (name, gradient) in gradients where name != "h_t" {
            let step = try #require(steps.first { (($0["statement"] as? [String: String])?["text"] ?? "").hasPrefix("\(name) =") })
            let numbers = try #require(step["numbers"] as? [String: [[Double]]])
            #expect(numbers[name]?.flatMap(\.self) == Self.flat(gradient))
        }
        // Each number of the reply stands, digit by digit, in the other formats.
        let written = try reply(body, at: "/backward").split { !"0123456789.-e".contains($0) }.filter { $0.contains(".") }
        for format in ExplanationFormat.allCases {
            let text = try reply(body, as: format)
            #expect(written.allSatisfy { text.contains($0) }, "\(format)")
        }
    }

    private static func flat(_ value: Any) -> [Double] {
        if let list = value as? [Any] { return list.flatMap(flat) }
        return [value as? Double ?? .nan]
    }

    @Test func `a step has its rule, its statement in text and LaTeX, its index form, its shapes and its numbers`() throws {
        let step =
            #"{"rule":"Read off the gradient","identity":"if δL = ⟨G, δX⟩ for every δX, then dX = G","#
            + #""statement":{"text":"dW_x = x_tᵀ do_t","latex":"\\mathrm{d}W_{x} = {x_{t}}^{\\top} \\mathrm{d}o_{t}"},"#
            + #""index_form":{"text":"dW_x[d,j] = Σ_n x_t[n,d] do_t[n,j]","latex":"(\\mathrm{d}W_{x})_{dj} = \\sum_{n} (x_{t})_{nd} (\\mathrm{d}o_{t})_{nj}"},"#
            + #""reason":"Each weight gathers, over all samples, the entry of x_t that it multiplied times the gradient of the sum that it went into.","#
            + #""shapes":{"dW_x":[3,2],"x_t":[2,3],"do_t":[2,2]},"#
            + #""numbers":{"dW_x":[[0.5,-3.0],[2.25,-1.0],[3.0,-3.0]],"x_t":[[1.0,2.0,3.0],[-1.0,0.5,0.0]],"do_t":[[1.0,-1.0],[0.5,2.0]]}}"#
        #expect(try reply(Self.row + #","activation":"identity"}"#).contains(step))
    }

    @Test func `the linear layer has numbers of its own, from x_t, W_x and dh`() throws {
        let explanation = try reply(Self.row + "}")
        for numbers in [
            #""numbers":{"y":[[0.625,0.8],[-0.375,1.375]],"x":[[1.0,2.0,3.0],[-1.0,0.5,0.0]],"W":[[0.5,-1.0],[0.25,0.75],[-0.125,0.1]]}"#,
            #""numbers":{"dW":[[0.5,-3.0],[2.25,-1.0],[3.0,-3.0]],"x":[[1.0,2.0,3.0],[-1.0,0.5,0.0]],"dy":[[1.0,-1.0],[0.5,2.0]]}"#,
            #""numbers":{"dx":[[1.5,-0.5,-0.225],[-1.75,1.625,0.1375]],"dy":[[1.0,-1.0],[0.5,2.0]],"W":[[0.5,-1.0],[0.25,0.75],[-0.125,0.1]]}"#,
        ] {
            #expect(explanation.contains(numbers))
        }
    }

    @Test func `the slope comes from o_t, or from h_t where it is given`() throws {
        let slope = #""numbers":{"do_t":[[6.0]],"dh":[[8.0]],"f′(o_t)":[[0.75]]}"#
        let body = { (x: Int) in #"{"x_t":[\#(x)],"h_prev":[0],"W_x":[[1]],"W_h":[[0]],"b":[0],"dh":[8]"# }
        #expect(try reply(body(3) + #","h_t":[0.5]}"#).contains(slope))
        #expect(try !reply(body(3) + #","h_t":[0.5]}"#).contains(#""o_t":"#.dropLast() + #":[["#))
        let atZero = #""numbers":{"do_t":[[8.0]],"dh":[[8.0]],"f′(o_t)":[[1.0]]}"#
        #expect(try reply(body(0) + "}").contains(atZero))
    }

    @Test func `numbers are shown up to four samples, inputs and units, and shapes for any size`() throws {
        let body = { (N: Int, D: Int, H: Int) in
            func matrix(_ rows: Int, _ columns: Int) -> String { "\([[Int]](repeating: [Int](repeating: 1, count: columns), count: rows))" }
            return #"{"x_t":\#(matrix(N, D)),"h_prev":\#(matrix(N, H)),"W_x":\#(matrix(D, H)),"W_h":\#(matrix(H, H)),"#
                + #""b":\#([Int](repeating: 0, count: H)),"dh":\#(matrix(N, H))}"#
        }
        #expect(try reply(body(4, 4, 4)).contains(#""numbers""#))
        for (N, D, H) in [(5, 1, 1), (1, 5, 1), (1, 1, 5), (0, 2, 2), (64, 3, 17)] {
            let explanation = try reply(body(N, D, H))
            #expect(!explanation.contains(#""numbers""#) && !explanation.contains(#""gradients""#))
            #expect(explanation.contains(#""sizes":{"N":\#(N),"D":\#(D),"H":\#(H)}"#))
            #expect(explanation.contains(#""shapes":{"dW_x":[\#(D),\#(H)],"x_t":[\#(N),\#(D)],"do_t":[\#(N),\#(H)]}"#))
            #expect(try !reply(body(N, D, H), as: .text).contains("⎡"))
        }
    }

    @Test(arguments: [
        "", "{", "[]", row + #","dh":[[1,-1],[0.5,2]]}"#, row + #","actvation":"relu"}"#, row + #","activation":"relo"}"#,
        row + #","convention":"column"}"#, row + #","outputs":["dW"]}"#, row + #","dtype":"float16"}"#, row + #","h_t":[[1,2,3]]}"#,
        row + #","activation":"gelu","h_t":[[0,0],[0,0]]}"#, #"{"x_t":[1],"h_prev":[1],"W_x":[[1]],"W_h":[[1]],"b":[1]}"#,
        #"{"x_t":[[1,2]],"h_prev":[[0.5]],"W_x":[[1],[2],[3]],"W_h":[[2]],"b":[0],"dh":[[1]]}"#,
        #"{"x_t":[[1,2],[3]],"h_prev":[[0.5]],"W_x":[[1],[2]],"W_h":[[2]],"b":[0],"dh":[[1]]}"#,
        #"{"x_t":[[1e999]],"h_prev":[[0.5]],"W_x":[[1]],"W_h":[[2]],"b":[0],"dh":[[1]]}"#,
    ])
    func `what backward refuses is refused in the same words`(body: String) throws {
        let refusal = try #require(throws: Problem.self) { try reply(body, at: "/backward") }
        for format in ExplanationFormat.allCases {
            #expect(try #require(throws: Problem.self) { try reply(body, as: format) } == refusal)
        }
    }

    @Test(arguments: [
        ("", "application/json"), ("Accept: */*\r\n", "application/json"), ("Accept: text/plain\r\n", "text/plain; charset=utf-8"),
        ("Accept: text/markdown\r\n", "text/markdown; charset=utf-8"),
        ("Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n", "text/html; charset=utf-8"),
        ("Accept: application/json;q=0.5, text/*;q=0.7, text/html;q=0.1\r\n", "text/plain; charset=utf-8"),
        ("Accept: image/png, application/json;q=0.1\r\n", "application/json"),
    ])
    func `Accept chooses the format`(fields: String, mediaType: String) async throws {
        try await withServer { server in
            let reply = try server.post("/explain", Self.single + "}", fields: fields)
            #expect(reply.status == 200)
            #expect(reply["Content-Type"] == mediaType)
            #expect(reply["Vary"] == "Accept")
        }
    }

    @Test func `each format begins as it should`() throws {
        let body = Self.single + "}"
        #expect(
            try reply(body).hasPrefix(#"{"title":"The gradients of h_t = f(h_prev W_h + x_t W_x + 1 bᵀ), f = tanh","activation":"tanh","#))
        #expect(try reply(body, as: .text).hasPrefix("The gradients of h_t = "))
        #expect(try reply(body, as: .markdown).hasPrefix("# The gradients of h_t = "))
        #expect(try reply(body, as: .html).hasPrefix("<!DOCTYPE html>"))
    }

    @Test func `a format that there is not is refused before the body is read`() async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send("POST /explain HTTP/1.1\r\nHost: localhost\r\nAccept: image/png\r\nContent-Length: 1000\r\n\r\n")
            let reply = try client.readReply()
            #expect(reply.status == 406)
            #expect(reply["Content-Type"] == "application/problem+json")
            #expect(
                reply.text.contains(
                    #""detail":"The reply can be application/json, text/plain, text/markdown or text/html; Accept takes none of them.""#))
        }
    }

    @Test func `where there is one format Accept is not looked at`() async throws {
        try await withServer { server in
            let reply = try server.post("/backward", Self.single + "}", fields: "Accept: text/html\r\n")
            #expect(reply.status == 200)
            #expect(reply["Content-Type"] == "application/json")
            #expect(reply["Vary"] == nil)
        }
    }

    @Test func `a compressed explanation varies with both fields`() async throws {
        try await withServer { server in
            let reply = try server.post("/explain", Self.single + "}", fields: "Accept: text/html\r\nAccept-Encoding: gzip\r\n")
            #expect(reply["Content-Encoding"] == "gzip")
            #expect(reply.fields.filter { $0.name == "Vary" }.map(\.value) == ["Accept", "Accept-Encoding"])
        }
    }
}
