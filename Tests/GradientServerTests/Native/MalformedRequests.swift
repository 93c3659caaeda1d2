// What is not JSON, or not one object in UTF-8: 400, and where.

extension BadRequest {
    private static let noBareWords = #"JSON has no bare NaN or Infinity: write "NaN", "Infinity" or "-Infinity", with quotes."#
    private static let oneValue = "Something follows the end of the object; a document holds one value."
    private static let largest = "1.7976931348623157e+308"

    /// The document as a whole, and its members.
    static let documents: [BadRequest] = [
        .malformed("", "The document is empty.", expected: "an object", at: 0),
        .malformed(" \n", "The document is empty.", expected: "an object", at: 2, line: 2, column: 1),
        .malformed("\u{FEFF}" + valid, "The document begins with a byte order mark, which JSON must not (RFC 8259 §8.1).", at: 0),
        .ends("{", where: "a member's name in double quotes or }"),
        .ends(String(valid.dropLast()), where: ", or }"),
        .malformed(String(valid.prefix(30)), "The document ends inside an array.", at: 30),
        .malformed(valid + "x", oneValue, expected: "the end", at: 85),
        .malformed(valid + valid, oneValue, expected: "the end", at: 85),
        .malformed(valid + " {}", oneValue, expected: "the end", at: 86),
        .unexpected("{,}", ",", where: "a member's name in double quotes or }", at: 1),
        .unexpected(#"{"x_t"}"#, "}", where: ":", at: 6),
        .unexpected(#"{"x_t":}"#, "}", where: "a value", at: 7),
        .unexpected(#"{"x_t":1,}"#, "}", where: "a member's name in double quotes", at: 9),
        .unexpected("{'x_t':1}", "'", where: "a member's name in double quotes or }", at: 1),
        .unexpected("{x_t:1}", "x_t", where: "a member's name in double quotes or }", at: 1),
        .unexpected(#"{"x_t":tru}"#, "tru", where: "a value", at: 7),
        .unexpected(#"{"x_t":True}"#, "True", where: "a value", at: 7),
        .unexpected(#"{"x_t":nul"#, "nul", where: "a value", at: 7),
        .unexpected(#"{"x_t":[[1,2]];"b":[0]}"#, ";", where: ", or }", at: 14),
        .unexpected(#"{"x_t":[[1,2]] "b":[0]}"#, #"""#, where: ", or }", at: 15),
        .unexpected("// a comment", "/", where: "a value", at: 0),
        .unexpected("{/**/}", "/", where: "a member's name in double quotes or }", at: 1),
        .unexpected("x_t=1&b=2", "x_t", where: "a value", at: 0),
        .unexpected("<html>", "<", where: "a value", at: 0),
    ]

    /// Numbers and the lists around them.
    static let numbers: [BadRequest] = [
        .unexpected(put("x_t", "[[1,2],]"), "]", where: "a value", at: 14),
        .unexpected(put("x_t", "[[1,,2]]"), ",", where: "a value", at: 11),
        .unexpected(put("x_t", "[[1,2,]]"), "]", where: "a value", at: 13),
        .unexpected(put("x_t", "[[1 2]]"), "2", where: ", or ]", at: 11),
        .malformed(put("x_t", "[[NaN,2]]"), noBareWords, expected: "a value", at: 9),
        .malformed(put("x_t", "[[nan,2]]"), noBareWords, expected: "a value", at: 9),
        .malformed(put("x_t", "[[Infinity,2]]"), noBareWords, expected: "a value", at: 9),
        .malformed(put("x_t", "[[-Infinity,2]]"), noBareWords, expected: "a value", at: 9),
        .malformed(put("x_t", "[[inf,2]]"), noBareWords, expected: "a value", at: 9),
        .tooLarge(put("x_t", "[[1e999,2]]"), "x_t[0][0]", "1e999", limit: largest, at: 9),
        .tooLarge(put("x_t", "[[-1e309,2]]"), "x_t[0][0]", "-1e309", limit: largest, at: 9),
        .tooLarge(
            put("x_t", "[[\(String(repeating: "9", count: 400)),2]]"), "x_t[0][0]", String(repeating: "9", count: 40) + "…", limit: largest,
            at: 9),
        .malformed(put("x_t", "[[01,2]]"), "A number must not begin with a superfluous 0.", at: 9),
        .malformed(put("x_t", "[[-01,2]]"), "A number must not begin with a superfluous 0.", at: 9),
        .malformed(put("x_t", "[[00,2]]"), "A number must not begin with a superfluous 0.", at: 9),
        .malformed(put("x_t", "[[+1,2]]"), "A number must not begin with +.", at: 9),
        .malformed(put("x_t", "[[.5,2]]"), "A number must have a digit before its decimal point.", at: 9),
        .unexpected(put("x_t", "[[1.,2]]"), ",", where: "a digit after the decimal point", at: 11),
        .unexpected(put("x_t", "[[1.e5,2]]"), "e5", where: "a digit after the decimal point", at: 11),
        .unexpected(put("x_t", "[[1e,2]]"), ",", where: "a digit in the exponent", at: 11),
        .unexpected(put("x_t", "[[1e+,2]]"), ",", where: "a digit in the exponent", at: 12),
        .unexpected(put("x_t", "[[0x10,2]]"), "x10", where: ", or ]", at: 10),
        .unexpected(put("x_t", "[[-,2]]"), ",", where: "a digit after the minus sign", at: 10),
        .unexpected(put("x_t", "[[--1,2]]"), "-1", where: "a digit after the minus sign", at: 10),
        .unexpected(put("x_t", "[[1_000,2]]"), "_000", where: ", or ]", at: 10),
        .unexpected(put("x_t", "[[1.5f,2]]"), "f", where: ", or ]", at: 12),
        .unexpected(put("x_t", "[[1,2]"), "}", where: "]", at: 83),
        .unexpected(put("x_t", "[[1,2]]]"), "]", where: ", or }", at: 14),
        .unexpected(put("x_t", "[[1,2}]"), "}", where: "]", at: 12),
        .unexpected(put("x_t", "[(1,2)]"), "(", where: "a value", at: 8),
        .tooLarge(plus(#""dtype":"float32""#, to: put("x_t", "[[1e39,2]]")), "x_t[0][0]", "1e39", limit: "3.4028235e+38", at: 9),
    ]

    /// What stands where nobody reads it, as something else is wrong that JSON allows.
    static let unread: [BadRequest] = [
        .unexpected(#"{"x_t":[1, oops]}"#, "oops", where: "a value", at: 11),
        .unexpected("{\n  \"x_t\": [[1, 2]],\n  \"b\": [0,,]\n}", ",", where: "a value", at: 31, line: 3, column: 11),
        .malformed(plus(#""foo":[01]"#), "A number must not begin with a superfluous 0.", at: 92),
        .unexpected(plus(#""foo":{"a":[{}],"b":{"c" 1}}"#), "1", where: ":", at: 110),
        .unexpected(plus(#""foo":{"a":1,}"#), "}", where: "a member's name in double quotes", at: 98),
        .unexpected(plus(#""foo":{"a":1 "b":2}"#), #"""#, where: ", or }", at: 98),
        .unexpected(put("b", "[[0],[1 2]]"), "2", where: ", or ]", at: 78),
        .unexpected("[1,]", "]", where: "a value", at: 3),
        .unexpected("[1] 2", "2", where: "the end", at: 4),
    ]

    /// Strings and bytes.
    static let strings: [BadRequest] = [
        .malformed([UInt8](#"{"x_t":[[1,2]],"h"#.utf8) + [0xFF] + Array("\":1}".utf8), "The document is not valid UTF-8.", at: 17),
        .malformed(Array("{\"b\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8), "The document is not valid UTF-8.", at: 6),
        .malformed(Array("{\"b\":\"".utf8) + [0xED, 0xA0, 0x80] + Array("\"}".utf8), "The document is not valid UTF-8.", at: 6),
        .unexpected(Array("{\"b\":[".utf8) + [0xFF] + Array("]}".utf8), "the byte 0xFF", where: "a value", at: 6),
        .malformed(#"{"x_t":"\ud800"}"#, "A string holds half of a surrogate pair, which is no character.", at: 8),
        .malformed(#"{"x_t":"\x"}"#, #"A backslash in a string must be followed by one of " \ / b f n r t u."#, at: 8),
        .malformed(#"{"x_t":"\u12g4"}"#, #"\u in a string must be followed by four hexadecimal digits."#, at: 8),
        .malformed("{\"x_t\":\"a\nb\"}", #"A control character in a string must be written as an escape such as \n or \u0000."#, at: 9),
        .malformed(#"{"x_t":"abc"#, "The document ends inside a string.", at: 11),
        .unexpected("{\"x_t\":[[1,2]]\0}", "the byte 0x00", where: ", or }", at: 14),
        .unexpected("\0", "the byte 0x00", where: "a value", at: 0),
        .unexpected(#"{"é":[[1,2]],"b":[0,}"#, "}", where: "]", at: 21, line: 1, column: 21),
    ]
}
