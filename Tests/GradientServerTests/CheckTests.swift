import Foundation
import GradientServer
import HTTP1
import TestSupport
import Testing

@Suite struct CheckTests {
    private static let step =
        #"{"x_t":[[1,2,3],[-1,0.5,0]],"h_prev":[[0.1,-0.2],[0.3,0.4]],"W_x":[[0.5,-1],[0.25,0.75],[-0.125,0.1]],"#
        + #""W_h":[[1,0.5],[-0.5,2]],"b":[0.1,-0.1],"dh":[[1,-1],[0.5,2]]"#
    private static let column =
        #"{"x_t":[[1,-1],[2,0.5],[3,0]],"h_prev":[[0.1,0.3],[-0.2,0.4]],"W_x":[[0.5,0.25,-0.125],[-1,0.75,0.1]],"#
        + #""W_h":[[1,-0.5],[0.5,2]],"b":[0.1,-0.1],"dh":[[1,0.5],[-1,2]],"convention":"column""#
    private static let single = #"{"x_t":[1,2],"h_<t-1>":[0.5],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[1]"#
    private static let empty = #"{"x_t":[],"h_prev":[],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[]"#

    private func reply(_ body: String, at path: String = "/check") throws -> JSON {
        try JSON(text: try Route.reply(to: Array(body.utf8), at: path))
    }

    private func verdict(_ result: String, of gradients: String, step: String = Self.step) throws -> JSON {
        try #require(try reply("\(step),\"gradients\":\(gradients)}")["gradients"]?[result])
    }

    private func mistakes(_ verdict: JSON) -> [String] {
        (verdict["diagnoses"]?.entries ?? []).compactMap { $0["mistake"]?.string }
    }

    @Test(
        arguments: [step, column, single, empty],
        ["", #","activation":"relu""#, #","activation":"gelu","dtype":"float32""#, #","dtype":"float32""#])
    func `what backward replies is right, with every output, and our own tests pass`(step: String, options: String) throws {
        let body = step + options
        let outputs = #","outputs":["dx_t","dh_prev","dW_x","dW_h","db","h_t","do_t"]}"#
        let gradients = try String(decoding: Route.reply(to: Array((body + outputs).utf8), at: "/backward"), as: UTF8.self)
        let judged = try reply("\(body),\"gradients\":\(gradients)}")
        #expect(judged["ok"] == .bool(true), "\(judged.text)")
        #expect(judged["gradients"]?.members.count == 7)
        let own = try reply("\(body)}")
        #expect(own["ok"] == .bool(true), "\(own.text)")
        #expect(own["gradients"]?.members.keys.sorted() == ["dW_h", "dW_x", "db", "dh_prev", "dx_t"])
    }

    @Test func `a verdict has both numbers, the errors, the tolerance and the diagnosis`() throws {
        let verdict = try verdict("dW_h", of: #"{"dW_h":[[0.25,0.5],[0,1]]}"#)
        #expect(verdict["ok"] == .bool(false))
        #expect(verdict["worst"]?["index"]?.numbers == [0, 1])
        #expect(verdict["worst"]?["theirs"]?.number == 0.5)
        #expect(abs((verdict["worst"]?["ours"]?.number ?? 0) + 0.061299963087214276) < 1e-15)
        #expect(abs((verdict["max_absolute_error"]?.number ?? 0) - 0.78611611972547363) < 1e-15)
        let tolerance = try #require(verdict["worst"]?["tolerance"]?.number)
        #expect(tolerance > 0 && tolerance < 1e-13)
        #expect(mistakes(verdict) == ["derivative-missing"])
        #expect(verdict["diagnoses"]?.entries.first?["explanation"]?.string?.contains("dW_h = h_prevᵀ do_t") == true)
    }

    @Test func `a wrong shape is told, not refused`() throws {
        let perSample = #"[[0.4696458114698013,-0.8868514931724362],[0.4849947900450002,0.0912839541000978]]"#
        let verdict = try verdict("db", of: #"{"db":\#(perSample)}"#)
        #expect(verdict["shape"]?["got"]?.numbers == [2, 2])
        #expect(verdict["shape"]?["expected"]?.numbers == [2])
        #expect(verdict["worst"] == nil)
        #expect(mistakes(verdict) == ["not-summed-over-samples"])
    }

    @Test func `dtype says by which precision to judge`() throws {
        let right = try #require(try reply("\(Self.step)}", at: "/backward")["dW_x"])
        let rounded =
            "[" + right.entries.map { "[" + $0.numbers.map { "\(Float($0))" }.joined(separator: ",") + "]" }.joined(separator: ",") + "]"
        #expect(try mistakes(verdict("dW_x", of: "{\"dW_x\":\(rounded)}")) == ["float32-rounding"])
        #expect(try verdict("dW_x", of: "{\"dW_x\":\(rounded)}", step: Self.step + #","dtype":"float32""#)["ok"] == .bool(true))
    }

    @Test func `numbers that aren't finite are judged and written`() throws {
        let verdict = try verdict("db", of: #"{"db":["NaN",1]}"#)
        #expect(verdict["max_absolute_error"]?.string == "Infinity")
        #expect(verdict["worst"]?["theirs"]?.string == "NaN")
    }

    @Test func `outputs choose what is checked`() throws {
        let given = #"{"dW_h":[[0,0],[0,0]],"db":[0,0]}"#
        let body = "\(Self.step),\"outputs\":[\"db\"],\"gradients\":"
        #expect(try reply("\(body)\(given)}")["gradients"]?.members.keys.sorted() == ["db"])
        #expect(try reply("\(Self.step),\"outputs\":[\"db\"]}")["gradients"]?.members.keys.sorted() == ["db"])
    }

    @Test(arguments: ["", #","gradients":{"db":[1.2421875,-0.0625]}"#])
    func `an h_t that f does not give is found, whether or not the gradients are right for it`(gradients: String) throws {
        let reply = try reply("\(Self.step),\"h_t\":[[0.5,0.25],[0.125,0.75]]\(gradients)}")
        #expect(reply["ok"] == .bool(false))
        #expect(reply["h_t"]?["ok"] == .bool(false))
        #expect(reply["h_t"]?["worst"]?["theirs"]?.number == 0.125)
        #expect(reply["h_t"].map(mistakes) == ["unknown"])
        if !gradients.isEmpty { #expect(reply["gradients"]?["db"]?["ok"] == .bool(true)) }
    }

    @Test(arguments: [step, column, single, empty], ["", #","activation":"relu""#, #","dtype":"float32""#])
    func `an h_t that forward gives is right`(step: String, options: String) throws {
        let h_t = try #require(try reply("\(step)\(options),\"outputs\":[\"h_t\"]}", at: "/backward")["h_t"]).text
        let reply = try reply("\(step)\(options),\"h_t\":\(h_t)}")
        #expect(reply["ok"] == .bool(true), "\(reply.text)")
        #expect(reply["h_t"]?["ok"] == .bool(true))
        #expect(try self.reply("\(step)\(options)}")["h_t"] == nil)
    }

    @Test func `our own remainders fall as the square of the step`() throws {
        let taylor = try #require(try reply("\(Self.step)}")["gradients"]?["dW_h"]?["taylor"])
        #expect(abs((taylor["slope"]?.number ?? 0) - 2) < 0.05)
        let (remainders, bounds) = (taylor["remainders"]?.numbers ?? [], taylor["bounds"]?.numbers ?? [])
        #expect(remainders.count == 9 && zip(remainders, bounds).allSatisfy { $0 <= $1 })
        #expect(try reply("\(Self.step),\"activation\":\"identity\"}")["gradients"]?["dW_h"]?["taylor"]?["slope"] == nil)
    }

    @Test(arguments: [
        (
            #","gradients":{}"#, 422,
            "gradients has none of dx_t, dh_prev, dW_x, dW_h, db, do_t, h_t; leave it out to have the service's own checked."
        ),
        (#","outputs":["db"],"gradients":{"dW_h":[[1]]}"#, 422, "outputs asks for db, but what there is to check is dW_h."),
        (
            #","outputs":["db","dW_h"],"gradients":{"db":[1,1]}"#, 422,
            "outputs asks for dW_h, but what there is to check is db."
        ),
        (#","outputs":[],"gradients":{"db":[1,1]}"#, 422, "outputs asks for nothing, but what there is to check is db."),
        (#","outputs":[]"#, 422, "outputs asks for nothing, but what there is to check is dx_t, dh_prev, dW_x, dW_h, db."),
        (
            #","outputs":["db","h_t"]"#, 422,
            "outputs asks for h_t, but what there is to check is dx_t, dh_prev, dW_x, dW_h, db."
        ),
        (
            #","outputs":["do_t"]"#, 422,
            "outputs asks for do_t, but what there is to check is dx_t, dh_prev, dW_x, dW_h, db."
        ),
        (#","gradients":[1]"#, 422, "gradients must be an object, not an array."),
        (#","gradients":{"dWh":[[1]]}"#, 422, #""dWh" is not a member of gradients; dW_h is the nearest."#),
        (#","gradients":{"dW_h":1}"#, 422, "gradients.dW_h must be a list of numbers or of rows, not 1."),
        (#","gradients":{"dW_h":null}"#, 422, "gradients.dW_h must be a list of numbers or of rows, not null."),
        (#","gradients":{"dW_h":[[1,2],[3]]}"#, 422, "gradients.dW_h[1] has 1 entry, but those before it have 2."),
        (
            #","gradients":{"dW_h":[["a"]]}"#, 422,
            #"gradients.dW_h[0][0] must be a number or one of the strings "NaN", "Infinity", "-Infinity", not the string "a"."#
        ),
        (#","gradients":{"dW_h":[[[[1]]]]}"#, 422, "gradients.dW_h[0][0][0] must be a number, not an array."),
        (
            #","gradients":{"db":[1e999]}"#, 400,
            "gradients.db[0] is 1e999, but must have a magnitude of at most 1.7976931348623157e+308."
        ),
        (#","gradients":{"db":[1],"dW_x":[oops]},"outputs":["db"]"#, 400, "Found oops where a value was expected."),
        (
            #","gradients":{"db":[1],"dW_x":1},"outputs":["db"]"#, 422,
            "gradients.dW_x must be a list of numbers or of rows, not 1."
        ),
        (#","gradients":{"db":[1],"db":[2]}"#, 400, #"The member "db" is given twice."#),
        (#","outputs":["dh"]"#, 422, #"outputs[0] must be one of dx_t, dh_prev, dW_x, dW_h, db, do_t, h_t, not the string "dh"."#),
        (#","tangents":{}"#, 422, #""tangents" is not a member of this request."#),
        (#","h_t":[[1,2]]"#, 422, "h_t is 1×2, but x_t is 2×3 and b has 2 entries, so it must be 2×2."),
    ])
    func `a bad request is refused with one sentence`(members: String, status: Int, detail: String) {
        let problem = #expect(throws: Problem.self) { try Route.reply(to: Array("\(Self.step)\(members)}".utf8), at: "/check") }
        #expect(problem?.status.code == status)
        #expect(problem?.detail == detail)
    }

    @Test func `dh is needed`() {
        let problem = #expect(throws: Problem.self) {
            try Route.reply(to: Array(Self.single.replacing(#","dh":[1]"#, with: "").appending("}").utf8), at: "/check")
        }
        #expect(problem?.detail == "dh is missing.")
    }
}
