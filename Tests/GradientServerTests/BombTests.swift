import GradientServer
import HTTP1
import Testing

/// Small or plain requests that would cost far more than their bytes.
@Suite struct BombTests {
    private let step = #""x_t":[1],"h_prev":[0],"W_x":[[1]],"W_h":[[0]],"b":[0],"dh":[1]"#

    private func refusal(of body: String, at path: String = "/backward") throws -> Problem {
        try #require(throws: Problem.self) { try Route.reply(to: Array(body.utf8), at: path) }
    }

    @Test func `a name of megabytes is neither compared with others nor sent back`() throws {
        let name = String(repeating: "n", count: 1 << 17)
        for body in [#"{"\#(name)":1}"#, #"{"\#(name)":1,"\#(name)":1}"#] {
            let problem = try refusal(of: body)
            #expect(problem.detail == "A member's name is longer than 256 bytes.")
            #expect(problem.body.count < 1000)
        }
    }

    @Test(arguments: ["x_t", "activation", "dtype", "outputs"])
    func `a string that is one character of a million combining marks is cut short in the error`(member: String) throws {
        let character = "a" + String(repeating: "\u{301}", count: 1 << 17)
        let value = member == "outputs" ? #"["\#(character)"]"# : #""\#(character)""#
        let problem = try refusal(
            of: "{\(step.replacing(#""x_t":[1],"#, with: "")),\"\(member)\":\(value)\(member == "x_t" ? "" : #","x_t":[1]"#)}")
        #expect(problem.field?.hasPrefix(member) == true)
        #expect(problem.body.count < 2000)
    }

    @Test func `a Jacobian of empty rows counts them: a small request can't ask for gigabytes of brackets`() throws {
        let (none, zero) = (Array(repeating: "[]", count: 2000), Array(repeating: "[0]", count: 2000))
        let body = #"""
            {"x_t":[\#(none.joined(separator: ","))],"h_prev":[\#(zero.joined(separator: ","))],
            "W_x":[],"W_h":[[1]],"b":[0],"with_respect_to":["x_t"]}
            """#
        let problem = try refusal(of: body, at: "/jacobian/dense")
        #expect(problem.detail == "The Jacobian of h_t in x_t has 2000×2000 entries; the limit is 1048576 in all.")
    }

    @Test(arguments: ["x_t", "gradients"])
    func `a check takes no more numbers than it can look at for long`(member: String) throws {
        // Six others stand beside them.
        let zeros = "[" + String(repeating: "0,", count: (1 << 20) - 6) + "0]"
        let (x_t, db) = member == "x_t" ? (zeros, "[1]") : ("[1]", zeros)
        let body = #"{"x_t":\#(x_t),"h_prev":[0],"W_x":[[1]],"W_h":[[0]],"b":[0],"dh":[1],"gradients":{"db":\#(db)}}"#
        let problem = try refusal(of: body, at: "/check")
        #expect(problem.status == .unprocessableContent)
        #expect(problem.detail == "The request has 1048577 numbers; the limit of /check is 1048576.")
    }
}
