import HTTP1
import Testing

@testable import GradientServer

/// What the routes beside /backward refuse, each in its own words.
@Suite struct RouteRefusalTests {
    @Test(arguments: [
        (
            "/forward", #"{"x_t":[[1,2]],"h_prev":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[[1]]}"#, 422,
            #""dh" is not a member of this request."#
        ),
        (
            "/forward", #"{"x_t":[[1,2]],"h_prev":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"outputs":["h"]}"#, 422,
            #"outputs[0] must be one of h_t, o_t, dh_do, not the string "h"."#
        ),
        (
            "/jvp", #"{"x_t":[[1,2]],"h_prev":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0]}"#, 422,
            #"tangents is missing."#
        ),
        (
            "/jvp", #"{"x_t":[[1,2]],"h_prev":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"tangents":[1]}"#, 422,
            #"tangents must be an object, not an array."#
        ),
        (
            "/jvp", #"{"x_t":[[1,2]],"h_prev":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"tangents":{"dh":[[1]]}}"#, 422,
            #""dh" is not a member of tangents."#
        ),
        (
            "/jvp", #"{"x_t":[[1,2]],"h_prev":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"tangents":{"W_h":[[1,2]]}}"#, 422,
            #"tangents.W_h is 1×2, but b has 1 entry, so it must be 1×1."#
        ),
        (
            "/jvp", #"{"x_t":[[1,2]],"h_prev":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"tangents":{"W_x":[1]}}"#, 422,
            #"tangents.W_x must be a list of rows, not a list of numbers."#
        ),
        (
            "/hvp", #"{"x_t":[[1,2]],"h_prev":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"tangents":{}}"#, 422,
            #"dh is missing."#
        ),
        (
            "/hvp",
            #"{"x_t":[[1,2]],"h_prev":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[[1]],"tangents":{},"outputs":["h_t"]}"#, 422,
            #"outputs[0] must be one of dx_t, dh_prev, dW_x, dW_h, db, not the string "h_t"."#
        ),
        (
            "/jacobian/dense", #"{"x_t":[[1,2]],"h_prev":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"with_respect_to":["dh"]}"#, 422,
            #"with_respect_to[0] must be one of x_t, h_prev, W_x, W_h, b, not the string "dh"."#
        ),
        (
            "/jacobian/dense", #"{"x_t":[[1,2]],"h_prev":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"with_respect_to":"W_x"}"#, 422,
            #"with_respect_to must be a list of strings, not the string "W_x"."#
        ),
        (
            "/backward/sequence",
            #"{"x":[[[1,2],[3,4]]],"h_0":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[[[0],[1]]],"h_prev":[[1]]}"#, 422,
            #""h_prev" is not a member of this request."#
        ),
        (
            "/backward/sequence",
            #"{"x":[[[1,2],[3,4]]],"h_0":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[[[0],[1]]],"h_<t-1>":[[1]]}"#, 422,
            #""h_<t-1>" is not a member of this request."#
        ),
        (
            "/backward/sequence", #"{"x":[[1,2]],"h_0":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[[[0],[1]]]}"#, 422,
            #"x must be nested three deep, sample by sample and step by step, not 2 deep."#
        ),
        (
            "/backward/sequence", #"{"x":[[[1,2],[3,4]]],"h_0":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[[[0]]]}"#, 422,
            #"dh is 1×1×1, but x is 1×2×2 and b has 1 entry, so it must be 1×2×1."#
        ),
        (
            "/backward/sequence",
            #"{"x":[[[1,2],[3,4]]],"h_0":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[[[0],[1]]],"lengths":[3]}"#, 422,
            #"lengths[0] must be a whole number from 0 to 2, not 3."#
        ),
        (
            "/backward/sequence",
            #"{"x":[[[1,2],[3,4]]],"h_0":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[[[0],[1]]],"lengths":[1,1]}"#, 422,
            #"lengths has 2 entries, but x is 1×2×2, so it must have 1."#
        ),
        (
            "/backward/sequence",
            #"{"x":[[[1,2],[3,4]]],"h_0":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[[[0],[1]]],"lengths":[-1]}"#, 422,
            #"lengths[0] must be a whole number from 0 to 2, not -1."#
        ),
        (
            "/backward/sequence",
            #"{"x":[[[1,2],[3,4]]],"h_0":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[[[0],[1]]],"bptt_steps":0}"#, 422,
            #"bptt_steps must be a whole number from 1 to 9223372036854775807, not 0."#
        ),
        (
            "/backward/sequence",
            #"{"x":[[[1,2],[3,4]]],"h_0":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[[[0],[1]]],"bptt_steps":1.5}"#, 422,
            #"bptt_steps must be a whole number from 1 to 9223372036854775807, not 1.5."#
        ),
        (
            "/backward/sequence",
            #"{"x":[[[1,2],[3,4]]],"h_0":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[[[0],[1]]],"layout":"batch_first"}"#, 422,
            #"layout must be one of batch-first, time-first, not the string "batch_first"."#
        ),
        (
            "/vjp", #"{"x_t":[[1,2]],"h_prev":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0]}"#, 422,
            #"dh is missing."#
        ),
    ])
    func `a request without meaning is told why`(path: String, body: String, status: Int, detail: String) throws {
        let problem = try #require(throws: Problem.self) { try Route.reply(to: Array(body.utf8), at: path) }
        #expect(problem.status.code == status)
        #expect(problem.detail == detail)
    }
}
