import TensorText
import Testing

@Suite struct `Reading tensors` {
    @Test(
        arguments: [
            ("3.5", [], [3.5]), ("[1,2,3]", [3], [1, 2, 3]), ("[[1,2,3],[4,5,6]]", [2, 3], [1, 2, 3, 4, 5, 6]),
            ("[[[1],[2]],[[3],[4]],[[5],[6]]]", [3, 2, 1], [1, 2, 3, 4, 5, 6]), ("[[[[[[[[7]]]]]]]]", [1, 1, 1, 1, 1, 1, 1, 1], [7]),
            ("[]", [0], []), ("[[]]", [1, 0], []), ("[[],[]]", [2, 0], []), ("[[[]],[[]]]", [2, 1, 0], []),
            (" [ [ ] , [ ] ] ", [2, 0], []),
            ("[\n  [1, 2],\r\n\t[ 3 ,4 ]\n]", [2, 2], [1, 2, 3, 4]),
        ] as [(String, [Int], [Double])])
    func `nested arrays become one block with a shape`(text: String, shape: [Int], elements: [Double]) throws {
        #expect(try value(text).tensor(of: Double.self) == Tensor(shape: shape, elements: elements))
        #expect(try value(text).tensor(of: Float.self) == Tensor(shape: shape, elements: elements.map(Float.init)))
    }

    @Test(arguments: [",", ", ", " ,", "\n,\n", ",\r\n\t\t\t\t\t\t\t\t\t\t", " \t\n\r,\r\n\t "])
    func `white space between numbers changes nothing`(separator: String) throws {
        let row = ["0.5", "-1", "2e3", "123456.789", "1e-7", "12345678901", "0.30000000000000004", "-0"]
        let rows = [String](repeating: "[\(row.joined(separator: separator))]", count: 20).joined(separator: separator)
        let tensor = try value("[\(rows)]").tensor(of: Double.self)
        #expect(tensor.shape == [20, 8])
        #expect(tensor.elements == [[Double]](repeating: row.compactMap { Double($0) }, count: 20).flatMap(\.self))
    }

    @Test func `the strings NaN, Infinity and -Infinity are numbers`() throws {
        let tensor = try value(#"[["NaN",1],["Infinity","-Infinity"],["\u004eaN",2]]"#).tensor(of: Float.self)
        #expect(tensor.shape == [3, 2])
        #expect(tensor.elements[0].isNaN && tensor.elements[4].isNaN)
        #expect(tensor.elements[1...3] == [1, .infinity, -.infinity])
        #expect(try value(#""Infinity""#).tensor(of: Double.self) == Tensor(shape: [], elements: [.infinity]))
    }

    @Test(arguments: [
        ("[[1,2],[3]]", "a[1]", "a[1] has 1 entry, but those before it have 2.", "2", "1"),
        ("[[1],[2],[3,4,5]]", "a[2]", "a[2] has 3 entries, but those before it have 1.", "1", "3"),
        ("[[1],[]]", "a[1]", "a[1] has 0 entries, but those before it have 1.", "1", "0"),
        ("[[],[1]]", "a[1]", "a[1] has 1 entry, but those before it have 0.", "0", "1"),
        ("[[[1,2],[3,4]],[[5,6]]]", "a[1]", "a[1] has 1 entry, but those before it have 2.", "2", "1"),
        ("[[[1,2],[3,4]],[[5,6],[7]]]", "a[1][1]", "a[1][1] has 1 entry, but those before it have 2.", "2", "1"),
        ("[[1,2],3]", "a[1]", "a[1] must be an array, not 3.", "an array", "3"),
        ("[[],3]", "a[1]", "a[1] must be an array, not 3.", "an array", "3"),
        ("[1,[2]]", "a[1]", "a[1] must be a number, not an array.", "a number", "an array"),
        ("[[1,2],[3,[4]]]", "a[1][1]", "a[1][1] must be a number, not an array.", "a number", "an array"),
        ("[[1],[[2]]]", "a[1][0]", "a[1][0] must be a number, not an array.", "a number", "an array"),
        (
            "[[[[[[[[[9]]]]]]]]]", "a[0][0][0][0][0][0][0][0]", "a[0][0][0][0][0][0][0][0] must be a number, not an array.", "a number",
            "an array"
        ),
    ])
    func `arrays that make no block are told apart by path`(text: String, field: String, detail: String, expected: String, got: String)
        throws
    {
        let failure = try error(of: "{\"a\":\(text)}")
        #expect(failure.kind == .shape && !failure.isSyntax)
        #expect((failure.field, failure.detail) == (field, detail))
        #expect((failure.expected, failure.got) == (expected, got))
    }

    @Test(arguments: [
        (#"[["x"]]"#, "a[0][0]", #"the string "x""#), ("[1,null]", "a[1]", "null"), ("[true]", "a[0]", "true"),
        ("[[1,false]]", "a[0][1]", "false"),
        (#"[1,{"b":2}]"#, "a[1]", "an object"), (#"[[1],"x"]"#, "a[1]", #"the string "x""#), (#"["nan"]"#, "a[0]", #"the string "nan""#),
        (#"{"b":2}"#, "a", "an object"), ("null", "a", "null"), (#""1""#, "a", #"the string "1""#),
    ])
    func `what is no number is refused as such, with its path`(text: String, field: String, got: String) throws {
        let failure = try error(of: "{\"a\":\(text)}")
        #expect(failure.kind == .type && !failure.isSyntax)
        #expect((failure.field, failure.got) == (field, got))
        #expect(failure.detail.hasPrefix("\(field) must be ") && failure.detail.hasSuffix("not \(got)."))
    }

    @Test(arguments: [
        ("[1,]", 8, "Found ] where a value was expected."), ("[,1]", 6, "Found , where a value was expected."),
        ("[1,,2]", 8, "Found , where a value was expected."), ("[1 2]", 8, "Found 2 where , or ] was expected."),
        ("[[1],]", 10, "Found ] where a value was expected."), ("[[1] [2]]", 10, "Found [ where , or ] was expected."),
        ("[[1],,[2]]", 10, "Found , where a value was expected."), ("[1;2]", 7, "Found ; where , or ] was expected."),
        ("[1,2:3]", 9, "Found : where , or ] was expected."), ("[tru]", 6, "Found tru where a value was expected."),
        ("[nulls]", 6, "Found nulls where a value was expected."), ("[01]", 6, "A number must not begin with a superfluous 0."),
        ("[1.]", 8, "Found ] where a digit after the decimal point was expected."), ("[+1]", 6, "A number must not begin with +."),
        ("[.5]", 6, "A number must have a digit before its decimal point."),
        ("[NaN]", 6, "JSON has no bare NaN or Infinity: write \"NaN\", \"Infinity\" or \"-Infinity\", with quotes."),
        ("[-Infinity]", 6, "JSON has no bare NaN or Infinity: write \"NaN\", \"Infinity\" or \"-Infinity\", with quotes."),
        ("[1\u{0}]", 7, "Found the byte 0x00 where , or ] was expected."), ("[1,'2']", 8, "Found ' where a value was expected."),
        ("[1 /* one */]", 8, "Found / where , or ] was expected."),
    ])
    func `a slip of grammar inside an array is refused where it stands`(text: String, byte: Int, detail: String) throws {
        let failure = try error(of: "{\"a\":\(text)}")
        #expect(failure.kind == .syntax)
        #expect((failure.position.byte, failure.detail) == (byte, detail))
        // The same behind and before enough numbers for the fast way.
        let zeros = String(repeating: "0,", count: 30)
        let inside = text.dropFirst().dropLast()
        guard !inside.contains("]"), !text.contains(",]"), !text.contains(".]") else { return }
        #expect(try error(of: "{\"a\":[\(zeros)\(inside),\(zeros)0]}").position.byte == byte + zeros.utf8.count)
    }

    @Test func `reading stops where the value does`() throws {
        let document = try JSONDocument(Array(#"{"a":1,"b":2 ,"c":[3],"d":[[4]],"e":"NaN","f":5}"#.utf8))
        let elements = try document.names.map { try document[$0]?.tensor(of: Double.self).elements.first }
        #expect(elements[0...3] == [1, 2, 3, 4] && elements[5] == 5)
    }

    @Test func `bounds on rank and entries are kept`() throws {
        let limits = TensorLimits(rank: 2, count: 4)
        #expect(try value("[[1,2],[3,4]]").tensor(of: Double.self, limits: limits).elements == [1, 2, 3, 4])
        let tooMany = #expect(throws: JSONError.self) { try value("[1,2,3,4,5]").tensor(of: Double.self, limits: limits) }
        #expect(tooMany?.kind == .tooLarge && tooMany?.detail == "a has more than 4 entries." && tooMany?.got == "5")
        let tooDeep = #expect(throws: JSONError.self) { try value("[[[1]]]").tensor(of: Double.self, limits: limits) }
        #expect(tooDeep?.kind == .shape)
    }

    @Test func `memory is taken for the entries and no more`() throws {
        let tensor = try value("[" + [String](repeating: "0", count: 5000).joined(separator: ",") + "]").tensor(of: Double.self)
        #expect(tensor.elements.count == 5000)
        #expect(tensor.elements.capacity < 5100)
    }

    /// Commas are counted 64 bytes a step.
    @Test func `rows of every length keep their shape`() throws {
        for columns in 1...80 {
            let row = (0..<columns).map { "\($0)" }.joined(separator: ",")
            let tensor = try value("[[\(row)],[\(row)],[\(row)]]").tensor(of: Double.self)
            #expect(tensor.shape == [3, columns])
            #expect(tensor.elements == (0..<3 * columns).map { Double($0 % columns) })
        }
    }
}
