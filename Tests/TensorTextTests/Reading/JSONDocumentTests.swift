import TensorText
import Testing

@Suite struct `Indexing a document` {
    @Test func `members keep their order, names and kinds`() throws {
        let text = #" { "x" : 1.5 , "y":[1,[2,"]"]],"z":{"x":{}}, "s":"a\"b" ,"t":true,"f":false,"n":null, "":[] } "#
        let document = try JSONDocument(Array(text.utf8))
        #expect(document.names == ["x", "y", "z", "s", "t", "f", "n", ""])
        #expect(document.names.map { document[$0]?.kind } == [.number, .array, .object, .string, .bool, .bool, .null, .array])
        #expect(document["x"]?.path == "x" && document["X"] == nil)
        #expect(try JSONDocument(Array("{}".utf8)).names.isEmpty)
    }

    /// Swift takes each pair for equal strings; RFC 8259 §8.3 compares code units.
    @Test(arguments: [("\u{E9}", "e\u{301}"), ("a\u{301}\u{323}", "a\u{323}\u{301}")])
    func `names that only look the same are two`(first: String, second: String) throws {
        let document = try JSONDocument(Array(#"{"\#(first)":1,"\#(second)":2}"#.utf8))
        #expect(try document[first]?.integer() == 1)
        #expect(try document[second]?.integer() == 2)
    }

    @Test func `escapes in names are decoded`() throws {
        let text = #"{"W\u005Fx":1,"\ud83d\ude00\/\"\\\b\f\n\r\t\u00e9":2,"日本":3}"#
        let document = try JSONDocument(Array(text.utf8))
        #expect(document.names == ["W_x", "😀/\"\\\u{8}\u{C}\n\r\té", "日本"])
        #expect(try document["日本"]?.integer() == 3)
    }

    @Test(arguments: [#"{"a":1,"a":2}"#, #"{"a":1,"b":2,"\u0061":3}"#, #"{"":1,"":1}"#])
    func `a name given twice is refused`(text: String) throws {
        let failure = try error(of: text)
        #expect(failure.kind == .syntax && failure.detail.hasSuffix("is given twice."))
    }

    @Test(arguments: [
        ("", 0, "The document is empty."), (" \n\t ", 4, "The document is empty."),
        ("\u{FEFF}{}", 0, "The document begins with a byte order mark, which JSON must not (RFC 8259 §8.1)."),
        ("{} {}", 3, "Something follows the end of the object; a document holds one value."),
        ("{},", 2, "Something follows the end of the object; a document holds one value."),
        ("{}\u{0}", 2, "Something follows the end of the object; a document holds one value."),
        ("hello", 0, "Found hello where a value was expected."), ("x_t=1", 0, "Found x_t where a value was expected."),
        ("{", 1, "The document ends where a member's name in double quotes or } was expected."),
        ("{\"a\"", 4, "The document ends where : was expected."), ("{\"a\":", 5, "The document ends where a value was expected."),
        ("{\"a\":1", 6, "The document ends where , or } was expected."), ("{\"a\":[1,2", 9, "The document ends inside an array."),
        ("{\"a\":[1,{", 9, "The document ends inside an object."), ("{\"a\":\"b", 7, "The document ends inside a string."),
        ("{\"a", 3, "The document ends inside a string."), ("{\"a\\", 4, "The document ends inside a string."),
        ("{a:1}", 1, "Found a where a member's name in double quotes or } was expected."),
        ("{'a':1}", 1, "Found ' where a member's name in double quotes or } was expected."),
        ("{\"a\":1,}", 7, "Found } where a member's name in double quotes was expected."),
        ("{,}", 1, "Found , where a member's name in double quotes or } was expected."),
        ("{\"a\" 1}", 5, "Found 1 where : was expected."), ("{\"a\":1 \"b\":2}", 7, "Found \" where , or } was expected."),
        ("{\"a\":}", 5, "Found } where a value was expected."), ("{\"a\":1]", 6, "Found ] where , or } was expected."),
        ("{\"a\":[1}", 7, "Found } where ] was expected."), ("{\"a\":[{]}", 7, "Found ] where } was expected."),
        ("{\"a\":tru}", 5, "Found tru where a value was expected."), ("{\"a\":True}", 5, "Found True where a value was expected."),
        ("{\"a\":nullx}", 5, "Found nullx where a value was expected."), ("{\"a\":01}", 5, "A number must not begin with a superfluous 0."),
        ("{\"a\":1.e}", 7, "Found e where a digit after the decimal point was expected."),
        ("{\"a\":1e}", 7, "Found } where a digit in the exponent was expected."),
        ("{\"a\":-}", 6, "Found } where a digit after the minus sign was expected."),
        ("{\"a\":\"\n\"}", 6, "A control character in a string must be written as an escape such as \\n or \\u0000."),
        ("{\"a\":\"\\x\"}", 6, "A backslash in a string must be followed by one of \" \\ / b f n r t u."),
        ("{\"a\":\"\\u12g4\"}", 6, "\\u in a string must be followed by four hexadecimal digits."),
        ("{\"a\":\"\\ud800\"}", 6, "A string holds half of a surrogate pair, which is no character."),
        ("{\"a\":\"\\udc00\\ud800\"}", 6, "A string holds half of a surrogate pair, which is no character."),
        ("{\"a\":\"\\ud800\\u0041\"}", 6, "A string holds half of a surrogate pair, which is no character."),
        ("{\"a\":[1,é]}", 8, "Found the byte 0xC3 where a value was expected."),
        ("{\u{A0}}", 1, "Found the byte 0xC2 where a member's name in double quotes or } was expected."),
        ("{\"a\":1 // one\n}", 7, "Found / where , or } was expected."),
    ])
    func `a malformed document is refused where it goes wrong, in a sentence`(text: String, byte: Int, detail: String) throws {
        let failure = try error(of: text)
        #expect(failure.kind == .syntax && failure.isSyntax)
        #expect((failure.position.byte, failure.detail) == (byte, detail))
        #expect(throws: JSONError.self) { try JSONDocument.checkGrammar(of: Array(text.utf8)) }
    }

    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xE2, 0x82],
            [0xE2, 0x28, 0xA1],
            [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98],
            [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF],
        ] as [[UInt8]])
    func `invalid UTF-8 is refused in names, strings and arrays, where it begins`(sequence: [UInt8]) throws {
        for (before, after) in [("{\"", "\":1}"), ("{\"é\":\"ü12345678", "\"}"), ("{\"a\":[1,\"", "\",2]}"), ("{\"a\":{\"b\":\"", "\"}}")] {
            let failure = try error(of: Array(before.utf8) + sequence + Array(after.utf8))
            #expect((failure.detail, failure.position.byte) == ("The document is not valid UTF-8.", before.utf8.count))
            #expect(throws: failure) { try JSONDocument.checkGrammar(of: Array(before.utf8) + sequence + Array(after.utf8)) }
        }
    }

    @Test(arguments: ["\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{FFFF}", "\u{10000}", "\u{10FFFF}"])
    func `the first and last characters of each length are valid`(character: String) throws {
        let document = try JSONDocument(Array("{\"1234567\(character)\":\"\(character)\"}".utf8))
        #expect(try document["1234567\(character)"]?.string() == character)
    }

    @Test func `deep nesting is refused without going deep`() throws {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let deep = "{\"a\":" + String(repeating: open, count: 100_000) + "1" + String(repeating: close, count: 100_000) + "}"
            let failure = try error(of: deep)
            #expect(failure.kind == .tooLarge && !failure.isSyntax)
            #expect(failure.position.byte == 5 + 31 * open.utf8.count)
        }
        #expect(try error(of: String(repeating: "[", count: 100_000)).kind == .tooLarge)
    }

    @Test(arguments: [1, 2, 3, 32, 64])
    func `nesting is allowed up to the bound`(depth: Int) throws {
        let text = { (levels: Int) in
            "{\"a\":" + String(repeating: "[", count: levels - 1) + "1" + String(repeating: "]", count: levels - 1) + "}"
        }
        let limits = JSONLimits(depth: depth)
        #expect(try JSONDocument(Array(text(depth).utf8), limits: limits).names == ["a"])
        let failure = #expect(throws: JSONError.self) { try JSONDocument(Array(text(depth + 1).utf8), limits: limits) }
        #expect(failure?.kind == .tooLarge)
    }

    @Test(arguments: ["[", "{\"a\":"])
    func `the grammar of what is nested too deep is not looked at`(open: String) throws {
        try JSONDocument.checkGrammar(of: Array(String(repeating: open, count: 65).utf8))
        #expect(throws: JSONError.self) { try JSONDocument.checkGrammar(of: Array(String(repeating: open, count: 64).utf8)) }
    }

    @Test func `more members than allowed are refused`() throws {
        let text = { (count: Int) in Array(("{" + (0..<count).map { "\"\($0)\":0" }.joined(separator: ",") + "}").utf8) }
        #expect(try JSONDocument(text(256)).names.count == 256)
        let failure = #expect(throws: JSONError.self) { try JSONDocument(text(257)) }
        #expect(failure?.kind == .tooLarge && failure?.detail == "The object has more than 256 members.")
    }

    @Test func `a position counts bytes, lines and characters`() throws {
        let failure = try error(of: "{\n  \"é日😀\": 1,\r\n\"b\":\"ü\", x}")
        #expect((failure.position.byte, failure.position.line, failure.position.column) == (31, 3, 10))
    }

    private static let sample =
        #"{"W_x":[[1.5,-2e3],["NaN",0]],"s":"a\u00e9\n é","b":[1,2.25,3], "o":{"k":[true,null]}, "n":12, "t":false}"#

    @Test func `no beginning of a document is a document`() throws {
        let bytes = Array(Self.sample.utf8)
        try readAll(bytes)
        for count in 0..<bytes.count {
            let failure = #expect(throws: JSONError.self) { try readAll(Array(bytes[..<count])) }
            #expect(failure?.kind == .syntax, "\(count) bytes")
            #expect(throws: JSONError.self) { try JSONDocument.checkGrammar(of: Array(bytes[..<count])) }
        }
    }

    @Test func `any single changed byte is read or refused`() throws {
        let original = Array(Self.sample.utf8)
        for offset in original.indices {
            for byte in UInt8.min...UInt8.max {
                var bytes = original
                bytes[offset] = byte
                // Whatever comes of it, it is no crash, an error lies within the document, and the grammar is what decides.
                let isWellFormed = (try? JSONDocument.checkGrammar(of: bytes)) != nil
                do {
                    try readAll(bytes)
                    #expect(isWellFormed, "\(offset) \(byte)")
                } catch {
                    #expect((0...bytes.count).contains(error.position.byte))
                    #expect(error.kind != .syntax || error.detail.hasSuffix("given twice.") || !isWellFormed, "\(offset) \(byte)")
                }
            }
        }
    }

    private func readAll(_ bytes: [UInt8]) throws(JSONError) {
        let document = try JSONDocument(bytes)
        for name in document.names {
            guard let value = document[name] else { continue }
            switch value.kind {
            case .number,
                .array where name != "o":
                _ = try value.tensor(of: Double.self)
            case .array: _ = try value.entries()
            case .string: _ = try value.string()
            case .object: for inner in try value.object().names { _ = try value.object()[inner]?.entries() }
            case .bool, .null: break
            }
        }
    }
}
