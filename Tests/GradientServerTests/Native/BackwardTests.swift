import Foundation
import GradientServer
import Testing

/// `POST /backward` from text to text, compared with what NumPy computed in 80-bit precision (Golden/make_requests.py).
@Suite struct BackwardTests {
    struct GoldenRequest: Sendable, CustomTestStringConvertible {
        let name: String
        let request: String
        let reply: [String: JSON]
        let bounds: [String: JSON]

        var testDescription: String { name }

        static let all: [GoldenRequest] = {
            let file = Bundle.module.bundleURL.appending(path: "Golden/requests.json")
            let cases = (try? JSON(text: Data(contentsOf: file)))?.entries ?? []
            return cases.map { one in
                GoldenRequest(
                    name: one["name"]?.string ?? "", request: one["request"]?.string ?? "", reply: one["reply"]?.members ?? [:],
                    bounds: one["bounds"]?.members ?? [:])
            }
        }()
    }

    @Test func `there are golden requests`() {
        #expect(GoldenRequest.all.count > 40)
    }

    @Test(arguments: GoldenRequest.all)
    func `a reply holds what was asked for, each of the right shape and within its bound`(golden: GoldenRequest) throws {
        let reply = try JSON(text: Route.reply(to: Array(golden.request.utf8), at: "/backward"))
        #expect(reply.members.keys.sorted() == golden.reply.keys.sorted())
        for (name, expected) in golden.reply {
            let got = try #require(reply[name])
            let bound = try #require(golden.bounds[name]?.number)
            #expect(got.shape == expected.shape, "\(name)")
            #expect(got.numbers.count == expected.numbers.count)
            let error = zip(got.numbers, expected.numbers).map { abs($0 - $1) }.max() ?? 0
            #expect(error <= bound, "\(name)")
        }
    }

    @Test func `members of the reply come in one order, whatever the order of the request's`() throws {
        let body =
            #"{"dh":[1],"outputs":["db","do_t","dx_t"],"b":[0],"W_h":[[0]],"W_x":[[2]],"h_prev":[0],"activation":"identity","x_t":[3]}"#
        #expect(try reply(body) == #"{"dx_t":[2.0],"db":[1.0],"do_t":[1.0]}"#)
    }

    @Test func `white space, and numbers in any spelling, change nothing`() throws {
        let body =
            "\r\n\t { \"x_t\" : [ 3.0e0 ] , \"h_prev\":[0],\"W_x\":[[200E-2\n]],\"W_h\":[ [0.0] ],\"b\":[0e5],\"dh\":[1.000],\"activation\":\"\\u0069dentity\"} \n"
        #expect(try reply(body) == #"{"dx_t":[2.0],"dh_prev":[0.0],"dW_x":[[3.0]],"dW_h":[[0.0]],"db":[1.0]}"#)
    }

    @Test func `NaN and the infinities are strings both ways`() throws {
        let body =
            #"{"x_t":[[1],[1],[1]],"h_prev":[[0],[0],[0]],"W_x":[[1]],"W_h":[[0]],"b":[0],"dh":[["NaN"],["Infinity"],["-Infinity"]],"#
            + #""activation":"identity","outputs":["dx_t","db"]}"#
        #expect(try reply(body) == #"{"dx_t":[["NaN"],["Infinity"],["-Infinity"]],"db":["NaN"]}"#)
    }

    @Test func `a cell without hidden units has gradients, all of them empty or zero`() throws {
        let body = #"{"x_t":[[1,2]],"h_prev":[[]],"W_x":[[],[]],"W_h":[],"b":[],"dh":[[]]}"#
        #expect(try reply(body) == #"{"dx_t":[[0.0,0.0]],"dh_prev":[[]],"dW_x":[[],[]],"dW_h":[],"db":[]}"#)
    }

    @Test func `no outputs at all are an empty object`() throws {
        #expect(try reply(#"{"x_t":[1],"h_prev":[0],"W_x":[[1]],"W_h":[[0]],"b":[0],"dh":[1],"outputs":[]}"#) == "{}")
    }

    @Test func `a saturated unit still has its gradient`() throws {
        // 4e^(-2·40) to the last bit or two; 1-h² would be 0.
        let body = #"{"x_t":[40],"h_prev":[0],"W_x":[[1]],"W_h":[[0]],"b":[0],"dh":[1],"outputs":["do_t"]}"#
        let reply = try JSON(text: Route.reply(to: Array(body.utf8), at: "/backward"))
        let exact = 7.219405551381661e-35
        #expect(abs((reply["do_t"]?.numbers.first ?? 0) - exact) <= 4 * exact.ulp)
    }

    private func reply(_ body: String) throws -> String {
        String(decoding: try Route.reply(to: Array(body.utf8), at: "/backward"), as: UTF8.self)
    }
}
