// JSON that has no meaning to POST /backward: 422, and what was expected.

extension BadRequest {
    private static let number = #"a number or one of the strings "NaN", "Infinity", "-Infinity""#
    private static let activation = "one of tanh, identity, relu, sigmoid, softplus, elu, silu, gelu, softsign, sin"
    private static let extents = "x_t is 1×2 and b has 1 entry"

    /// Other than an object.
    static let objects: [BadRequest] = [
        .notAnObject("[]", but: "an array"),
        .notAnObject("3", but: "3"),
        .notAnObject(#""x""#, but: #"the string "x""#),
        .notAnObject("null", but: "null"),
        .meaningless(#"{"x_t":[1e400]}"#, "h_prev, W_x, W_h, b and dh are missing.", field: "h_prev"),
        .meaningless("{}", "x_t, h_prev, W_x, W_h, b and dh are missing.", field: "x_t"),
    ]

    /// Values of another kind than their place demands.
    static let types: [BadRequest] = [
        .mismatch(put("x_t", #"[["1",2]]"#), "x_t[0][0]", number, not: #"the string "1""#, at: 9),
        .mismatch(put("x_t", #"[["nan",2]]"#), "x_t[0][0]", number, not: #"the string "nan""#, at: 9),
        .mismatch(put("x_t", #"[["inf",2]]"#), "x_t[0][0]", number, not: #"the string "inf""#, at: 9),
        .mismatch(put("x_t", "[[null,2]]"), "x_t[0][0]", number, not: "null", at: 9),
        .mismatch(put("x_t", "[[true,2]]"), "x_t[0][0]", number, not: "true", at: 9),
        .mismatch(put("x_t", "[[{},2]]"), "x_t[0][0]", number, not: "an object", at: 9),
        .mismatch(put("x_t", "[[[1],2]]"), "x_t[0][0]", "a number", not: "an array", at: 9),
        .mismatch(put("x_t", "[[1,[2]]]"), "x_t[0][1]", "a number", not: "an array", at: 11),
        .mismatch(put("x_t", "[1,[2]]"), "x_t[1]", "a number", not: "an array", at: 10),
        .mismatch(put("x_t", "[[1],2]"), "x_t[1]", "an array", not: "2", at: 12),
        .mismatch(put("x_t", "[[[1,2]]]"), "x_t[0][0]", "a number", not: "an array", at: 9),
        .mismatch(put("x_t", "5"), "x_t", "a list of numbers or of rows", not: "5", at: 7),
        .mismatch(put("x_t", #""a""#), "x_t", "a list of numbers or of rows", not: #"the string "a""#, at: 7),
        .mismatch(put("x_t", "null"), "x_t", "a list of numbers or of rows", not: "null", at: 7),
        .mismatch(put("x_t", #"{"a":1}"#), "x_t", "a list of numbers or of rows", not: "an object", at: 7),
        .ragged(put("x_t", "[[1,2],[3]]"), "x_t[1]", has: 1, others: 2, at: 16),
        .ragged(put("x_t", "[[1,2],[3,4,5]]"), "x_t[1]", has: 3, others: 2, at: 20),
        .ragged(put("x_t", "[[],[1]]"), "x_t[1]", has: 1, others: 0, at: 13),
        .ragged(put("x_t", "[[1,2],[]]"), "x_t[1]", has: 0, others: 2, at: 15),
        .mismatch(put("x_t", "[null]"), "x_t[0]", number, not: "null", at: 8),
        .mismatch(put("x_t", #"["1"]"#), "x_t[0]", number, not: #"the string "1""#, at: 8),
        .mismatch(put("b", "[[0]]"), "b[0]", "a number", not: "an array", at: 71),
        .mismatch(put("b", "0"), "b", "a list of numbers", not: "0", at: 70),
        .mismatch(put("b", #"["x"]"#), "b[0]", number, not: #"the string "x""#, at: 71),
        .mismatch(put("b", #""0""#), "b", "a list of numbers", not: #"the string "0""#, at: 70),
        .mismatch(put("b", "{}"), "b", "a list of numbers", not: "an object", at: 70),
        .meaningless(
            put("W_x", "[1,2]"), "W_x must be a list of rows, not a list of numbers.", field: "W_x", expected: "a list of rows",
            got: "a list of numbers"),
        .mismatch(put("W_x", #"[[1],["2"]]"#), "W_x[1][0]", number, not: #"the string "2""#, at: 44),
        .mismatch(put("W_x", "[[[1]],[[2]]]"), "W_x[0][0]", "a number", not: "an array", at: 40),
        .mismatch(put("W_x", "1"), "W_x", "a list of rows", not: "1", at: 38),
        .meaningless(
            put("W_h", "[2]"), "W_h must be a list of rows, not a list of numbers.", field: "W_h", expected: "a list of rows",
            got: "a list of numbers"),
        .mismatch(put("dh", #"[["-inf"]]"#), "dh[0][0]", number, not: #"the string "-inf""#, at: 81),
        .meaningless(
            put("x_t", String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)),
            "Values are nested more than 31 deep.", expected: "at most 31 levels", at: 38),
        .meaningless(
            put("x_t", String(repeating: "[", count: 100_000)), "Values are nested more than 31 deep.", expected: "at most 31 levels",
            at: 38),
        .meaningless(
            String(repeating: #"{"a":"#, count: 100_000), "Values are nested more than 31 deep.", expected: "at most 31 levels", at: 160),
    ]

    /// Members, and the words among their values.
    static let members: [BadRequest] = [
        .meaningless(without("x_t"), "x_t is missing.", field: "x_t"),
        .meaningless(without("h_prev"), "h_prev is missing.", field: "h_prev"),
        .meaningless(without("W_x"), "W_x is missing.", field: "W_x"),
        .meaningless(without("W_h"), "W_h is missing.", field: "W_h"),
        .meaningless(without("b"), "b is missing.", field: "b"),
        .meaningless(without("dh"), "dh is missing.", field: "dh"),
        .meaningless(without("W_x", "dh"), "W_x and dh are missing.", field: "W_x"),
        .unknown(plus(#""actvation":"tanh""#), "actvation", nearest: "activation"),
        .unknown(plus(#""Wx":[[1]]"#), "Wx", nearest: "W_x"),
        .unknown(plus(#""zzz":1"#), "zzz"),
        .unknown(plus(#""":1"#), ""),
        .unknown(plus(#""DH":[[1]]"#), "DH", nearest: "dh"),
        .malformed(plus(#""b":[0]"#), #"The member "b" is given twice."#, field: "b", at: 85),
        .malformed(plus(#""\u0062":[0]"#), #"The member "b" is given twice."#, field: "b", at: 85),
        .malformed(plus(#""h_<t-1>":[[1]]"#), "h_prev is given twice: by that name and as h_<t-1>.", field: "h_<t-1>"),
        .mismatch(plus(#""activation":"tahn""#), "activation", activation, not: #"the string "tahn""#, at: 98),
        .mismatch(plus(#""activation":3"#), "activation", "a string", not: "3", at: 98),
        .mismatch(plus(#""activation":["tanh"]"#), "activation", "a string", not: "an array", at: 98),
        .mismatch(plus(#""activation":null"#), "activation", "a string", not: "null", at: 98),
        .mismatch(plus(#""activation":"Tanh""#), "activation", activation, not: #"the string "Tanh""#, at: 98),
        .mismatch(plus(#""convention":"col""#), "convention", "one of row, column", not: #"the string "col""#, at: 98),
        .mismatch(plus(#""convention":true"#), "convention", "a string", not: "true", at: 98),
        .mismatch(plus(#""dtype":"float16""#), "dtype", "one of float64, float32", not: #"the string "float16""#, at: 93),
        .mismatch(plus(#""dtype":64"#), "dtype", "a string", not: "64", at: 93),
        .mismatch(plus(#""outputs":"dW_h""#), "outputs", "a list of strings", not: #"the string "dW_h""#, at: 95),
        .mismatch(
            plus(#""outputs":["dW"]"#), "outputs[0]", "one of dx_t, dh_prev, dW_x, dW_h, db, h_t, do_t", not: #"the string "dW""#, at: 96),
        .mismatch(plus(#""outputs":[1]"#), "outputs[0]", "a string", not: "1", at: 96),
        .mismatch(plus(#""outputs":["dW_h","dW_h"]"#), "outputs[1]", "a name not yet in the list", not: #"the string "dW_h""#, at: 103),
        .mismatch(plus(#""outputs":null"#), "outputs", "a list of strings", not: "null", at: 95),
        .meaningless(
            plus(#""outputs":["db","db","db","db","db","db","db","db"]"#), "outputs has more than 7 entries.", field: "outputs",
            expected: "at most 7 entries", at: 95),
        .meaningless(
            plus(#""h_t":[[0.5]],"activation":"sin""#),
            "h_t can't stand in for the forward pass of sin, which takes one value at several o_t; leave h_t out.", field: "h_t"),
        .mismatch(plus(#""h_t":null"#), "h_t", "a list of numbers or of rows", not: "null", at: 91),
    ]

    /// Shapes that do not fit each other.
    static let shapes: [BadRequest] = [
        .misfit(put("W_x", "[[1,2],[3,4]]"), "W_x", "2×2", since: extents, mustBe: "2×1"),
        .misfit(put("W_x", "[[1]]"), "W_x", "1×1", since: extents, mustBe: "2×1"),
        .misfit(put("W_x", "[[1],[2],[3]]"), "W_x", "3×1", since: extents, mustBe: "2×1"),
        .misfit(put("W_x", "[]"), "W_x", "0×1", since: extents, mustBe: "2×1"),
        .misfit(put("W_x", "[[],[]]"), "W_x", "2×0", since: extents, mustBe: "2×1"),
        .misfit(put("W_h", "[[1,2]]"), "W_h", "1×2", since: "b has 1 entry", mustBe: "1×1"),
        .misfit(put("W_h", "[[1,2],[3,4]]"), "W_h", "2×2", since: "b has 1 entry", mustBe: "1×1"),
        .misfit(put("W_h", "[]"), "W_h", "0×1", since: "b has 1 entry", mustBe: "1×1"),
        .misfit(put("h_prev", "[[1,2]]"), "h_prev", "1×2", since: extents, mustBe: "1×1"),
        .misfit(put("h_prev", "[[1],[2]]"), "h_prev", "2×1", since: extents, mustBe: "1×1"),
        .misfit(put("h_prev", "[1,2]"), "h_prev", "1×2", since: extents, mustBe: "1×1"),
        .misfit(put("h_prev", "[]"), "h_prev", "0×1", since: extents, mustBe: "1×1"),
        .misfit(put("dh", "[[1,2]]"), "dh", "1×2", since: extents, mustBe: "1×1"),
        .misfit(put("dh", "[[1],[1]]"), "dh", "2×1", since: extents, mustBe: "1×1"),
        .misfit(put("dh", "[]"), "dh", "0×1", since: extents, mustBe: "1×1"),
        .meaningless(put("b", "[0,1]"), "b has 2 entries, but W_h is 1×1, so it must have 1.", field: "b", expected: "1", got: "2"),
        .meaningless(put("b", "[]"), "b has 0 entries, but W_h is 1×1, so it must have 1.", field: "b", expected: "1", got: "0"),
        .misfit(put("x_t", "[1,2,3]"), "W_x", "2×1", since: "x_t is 1×3 and b has 1 entry", mustBe: "3×1"),
        .misfit(put("x_t", "[[1,2],[3,4]]"), "x_t", "2×2", since: "h_prev is 1×1 and W_x is 2×1", mustBe: "1×2"),
        .misfit(put("x_t", "[]"), "x_t", "0×2", since: "h_prev is 1×1 and W_x is 2×1", mustBe: "1×2"),
        .misfit(plus(#""h_t":[[1,2]]"#), "h_t", "1×2", since: extents, mustBe: "1×1"),
        .misfit(plus(#""h_t":[1,2]"#), "h_t", "1×2", since: extents, mustBe: "1×1"),
        .misfit(
            #"{"x_t":[[1],[2]],"h_prev":[[0.5]],"W_x":[[0.5],[-0.25]],"W_h":[[2]],"b":[0],"dh":[[1]],"convention":"column"}"#, "W_x", "2×1",
            since: "b has 1 entry and x_t is 2×1", mustBe: "1×2"),
        .misfit(plus(#""convention":"column""#), "x_t", "1×2", since: "W_x is 2×1 and h_prev is 1×1", mustBe: "1×1"),
        .misfit(
            #"{"x_t":[1,2],"h_prev":[0.5],"W_x":[[0.5,1]],"W_h":[[2]],"b":[0],"dh":[1,2],"convention":"column"}"#, "dh", "2×1",
            since: "b has 1 entry and x_t is 2×1", mustBe: "1×1"),
        .misfit(
            #"{"x_t":[],"h_prev":[],"W_x":[[0.5],[1]],"W_h":[[2]],"b":[0],"dh":[1]}"#, "dh", "1×1", since: "x_t is 0×2 and b has 1 entry",
            mustBe: "0×1"),
    ]
}
