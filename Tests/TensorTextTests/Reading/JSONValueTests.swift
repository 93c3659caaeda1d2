import TensorText
import Testing

@Suite struct `Reading values` {
    @Test func `strings, lists and objects are read as what they are`() throws {
        #expect(try value(#""a\tb""#).string() == "a\tb")
        #expect(try value(#"["dx_t", "db" ]"#).entries().map { try $0.string() } == ["dx_t", "db"])
        #expect(try value("[ ]").entries().isEmpty)
        #expect(try value(#"[1,[2],{"b":3}]"#).entries().map(\.kind) == [.number, .array, .object])
    }

    @Test(arguments: [
        ("0", 0), ("-0", 0), ("0.000e5", 0), ("12", 12), ("12.0", 12), ("1.2e1", 12), ("120e-1", 12), ("9223372036854775807", Int.max),
        ("5e18", 5_000_000_000_000_000_000),
    ])
    func `a whole number is read in any spelling`(text: String, number: Int) throws {
        #expect(try value(text).integer() == number)
    }

    @Test(arguments: [
        "-1", "1.5", "1e-1", "9223372036854775808", "1e19", "1e999999999999", "12345678901234567890123", "true", "\"1\"", "[1]", "null",
    ])
    func `what is no whole number from 0 on is refused`(text: String) throws {
        let failure = #expect(throws: JSONError.self) { try value(text).integer() }
        #expect(failure?.kind == .type && failure?.expected == "a whole number from 0 to 9223372036854775807")
    }

    @Test func `a whole number keeps to its range`() throws {
        #expect(try value("-3").integer(in: -3...3) == -3)
        let failure = #expect(throws: JSONError.self) { try value("4").integer(in: -3...3) }
        #expect(failure?.detail == "a must be a whole number from -3 to 3, not 4.")
    }

    @Test func `nested values know their path and place`() throws {
        let document = try value(#"{"b":[0,{"c":"x"}]}"#).object()
        let list = try #require(try document["b"]?.entries())
        let inner = try #require(try list[1].object()["c"])
        #expect((inner.path, inner.offset) == ("a.b[1].c", 18))
        let failure = #expect(throws: JSONError.self) { try inner.integer() }
        #expect(failure?.detail == #"a.b[1].c must be a whole number from 0 to 9223372036854775807, not the string "x"."#)
        #expect((failure?.field, failure?.got) == ("a.b[1].c", #"the string "x""#))
        #expect(failure?.expected == "a whole number from 0 to 9223372036854775807")
        #expect(failure?.kind == .type && failure?.position.byte == 18)
    }

    @Test func `the inside of a nested object is checked when it is read`() throws {
        let nested = try value(#"{"b":1,}"#)
        #expect(throws: JSONError.self) { try nested.object() }
        #expect(throws: JSONError.self) { try value("[1,]").entries() }
        #expect(throws: JSONError.self) { try value("[1 2]").entries() }
        #expect(throws: JSONError.self) { try value(#"{"b":1,"b":2}"#).object() }
    }

    @Test func `a document that is not an object says what it is`() throws {
        for (text, got) in [("[1]", "an array"), ("\"x\"", "the string \"x\""), (" 12 ", "12"), ("null", "null")] {
            let failure = #expect(throws: JSONError.self) { try JSONDocument(Array(text.utf8)) }
            #expect(failure?.kind == .type && failure?.field == nil)
            #expect(failure?.detail == "The document must be an object, not \(got).")
        }
    }

    @Test func `a list longer than allowed is refused`() throws {
        #expect(try value("[1,2]").entries(maximumCount: 2).count == 2)
        let failure = #expect(throws: JSONError.self) { try value("[1,2,3]").entries(maximumCount: 2) }
        #expect(failure?.kind == .tooLarge && failure?.detail == "a has more than 2 entries.")
    }

    @Test func `long values are cut short in messages`() throws {
        let failure = #expect(throws: JSONError.self) { try value("\"\(String(repeating: "é", count: 1000))\"").integer() }
        #expect(failure?.got == "the string \"\(String(repeating: "é", count: 40))…\"")
    }
}

@Suite struct `Reading lists of whole numbers` {
    @Test func `a list is read in any spelling`() throws {
        #expect(try value("[3, 1.0 ,2e1]").integers() == [3, 1, 20])
        #expect(try value("[ ]").integers() == [])
        #expect(try value("[1,3,2]").integers(in: 1...3) == [1, 3, 2])
    }

    @Test(arguments: [
        ("[1,-1]", "a[1] must be a whole number from 0 to 9223372036854775807, not -1."),
        (#"["1"]"#, #"a[0] must be a whole number from 0 to 9223372036854775807, not the string "1"."#),
        ("[1,[2]]", "a[1] must be a whole number from 0 to 9223372036854775807, not an array."),
        ("7", "a must be an array, not 7."),
        ("[1,]", "Found ] where a value was expected."),
        ("[1 2]", "Found 2 where , or ] was expected."),
    ])
    func `another thing in the list is named`(text: String, detail: String) throws {
        let failure = #expect(throws: JSONError.self) { try value(text).integers() }
        #expect(failure?.detail == detail)
    }

    @Test func `an entry out of range is named`() throws {
        let failure = #expect(throws: JSONError.self) { try value("[1,2.0,4]").integers(in: 1...3) }
        #expect(failure?.detail == "a[2] must be a whole number from 1 to 3, not 4.")
    }
}
