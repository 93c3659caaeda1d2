import Testing

@testable import TensorText

/// What reading a document as a tensor comes to: its shape and the bits of its entries, or the error.
private enum Outcome: Equatable {
    case tensor(shape: [Int], bits: [UInt64])
    case error(JSONError)

    /// Indexes and reads `document`, a value alone.
    init<Element: VectorReadable>(_ document: [UInt8], as _: Element.Type, by form: TextForm) {
        do throws(JSONError) {
            let text = JSONText(bytes: document)
            let extent = try text.extent(at: text.skipWhiteSpace(from: 0), maximumDepth: 8, by: form)
            let value = JSONValue(text: text, extent: extent, limits: JSONLimits(), path: "a")
            let tensor = try TensorReader<Element>.read(value, limits: TensorLimits(), by: form)
            // Every Float is a Double.
            self = .tensor(shape: tensor.shape, bits: tensor.elements.map { Double($0).bitPattern })
        } catch {
            self = .error(error)
        }
    }
}

/// - Parameter isSound: whether the document must be read without an error.
private func expectReferenceOutcome(_ document: [UInt8], isSound: Bool = false, sourceLocation: SourceLocation = #_sourceLocation) {
    let doubles = TextForm.available.map { Outcome(document, as: Double.self, by: $0) }
    let floats = TextForm.available.map { Outcome(document, as: Float.self, by: $0) }
    if doubles.contains(where: { $0 != doubles[0] }) || floats.contains(where: { $0 != floats[0] }) {
        let excerpt = String(decoding: document, as: UTF8.self)
        Issue.record("\(doubles) or \(floats) of \(excerpt)", sourceLocation: sourceLocation)
    }
    if isSound, case .error(let error) = floats[0] { Issue.record(error, sourceLocation: sourceLocation) }
}

/// Makes documents: arrays of one to three levels, in one style of spelling and of white space each.
private struct DocumentMaker {
    var random: SeededGenerator

    mutating func number(_ style: Int) -> String {
        let bits = random.next()
        let sign = bits % 2 == 0 ? "-" : ""
        func digits(_ count: Int) -> String {
            (0..<count).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
        }
        func whole(_ count: Int) -> String { count == 1 ? digits(1) : String(Int.random(in: 1...9, using: &random)) + digits(count - 1) }
        let count = Int(bits >> 8 % 17) + 1
        let float = Float(bitPattern: UInt32(truncatingIfNeeded: bits >> 20))
        let text: String =
            switch style {
            case 0: (Double(Int64(bitPattern: bits)) * 0x1p-62).description
            case 1: float.isFinite ? Double(float).description : ["\"NaN\"", "\"Infinity\"", "\"-Infinity\""][count % 3]
            case 2: sign + String(bits >> (bits % 64))
            case 3: sign + whole(count) + "." + digits(Int.random(in: 1...22, using: &random))
            case 4: sign + whole(count % 3 + 1) + "." + digits(count) + ["e", "E+0", "e-", "e-1"][count % 4] + digits(1)
            case 5: sign + whole(Int.random(in: 1...30, using: &random)) + (count % 4 == 0 ? "e\(count % 8)" : "")
            case 6: sign + "0." + String(repeating: "0", count: count) + digits(count)
            case 7: Double(Int64(bitPattern: bits) >> 40).description
            // The middle between two doubles, and between two floats.
            case 8: "\(1 << 53 | bits >> 11 | 1).0e\(count - 9)"
            default: "\(1 << 24 | bits >> 40 | 1)"
            }
        return text
    }

    mutating func document() -> [UInt8] {
        let styles = Bool.random(using: &random) ? 0...9 : [0...0, 3...4, 7...7][Int.random(in: 0...2, using: &random)]
        let space = ["", "", " ", "\n  ", "\r\n\t", String(repeating: " ", count: 70)][Int.random(in: 0...5, using: &random)]
        let rank = Int.random(in: 1...3, using: &random)
        let columns = [1, 2, 3, 4, 5, 8, 16, 31, 64, 65, 130, 300][Int.random(in: 0...11, using: &random)]
        let rows = rank == 1 ? 1 : Int.random(in: 1...(600 / columns + 2), using: &random)
        let blocks = rank == 3 ? Int.random(in: 1...3, using: &random) : 1
        let comma = [",", space + ",", "," + space, space + "," + space][Int.random(in: 0...3, using: &random)]
        let list = { (items: [String]) in "[" + space + items.joined(separator: comma) + space + "]" }
        var block: [String] = []
        for _ in 0..<blocks {
            let matrix = (0..<rows).map { _ in list((0..<columns).map { _ in number(Int.random(in: styles, using: &random)) }) }
            block.append(rank == 1 ? matrix[0] : list(matrix))
        }
        return Array((rank == 3 ? list(block) : block[0]).utf8)
    }

    /// The document with a slip or two.
    mutating func damaged(_ document: [UInt8]) -> [UInt8] {
        var document = document
        let bytes = Array(#"0123456789-+.eE,,,[[]]"" x{}\#n\#u{1}é"#.utf8)
        for _ in 0...Int.random(in: 0...1, using: &random) {
            let offset = Int.random(in: document.indices, using: &random)
            let byte = bytes[Int.random(in: bytes.indices, using: &random)]
            switch Int.random(in: 0...3, using: &random) {
            case 0: document.remove(at: offset)
            case 1: document.insert(byte, at: offset)
            default: document[offset] = byte
            }
            if document.isEmpty { document = [byte] }
        }
        return document
    }
}

@Suite(.enabled(if: TextForm.best > .scalar)) struct `Reading by vectors` {
    @Test(arguments: 0..<8) func `agrees with the reference on random documents, also on damaged ones, in value and in error`(seed: UInt64)
    {
        var maker = DocumentMaker(random: SeededGenerator(state: seed))
        for _ in 0..<24 {
            let document = maker.document()
            expectReferenceOutcome(document, isSound: true)
            for _ in 0..<4 { expectReferenceOutcome(maker.damaged(document)) }
        }
    }

    @Test(arguments: [60, 64, 65, 128, 129, 300])
    func `agrees with the reference where most numbers are left to it, more than one run can list`(columns: Int) {
        let long = "0.1234567890123456789012345"
        for step in [1, 2, 3, 64, 65] {
            let row = "[" + (0..<columns).map { $0 % step == 0 ? long : "\($0).5" }.joined(separator: ",") + "]"
            expectReferenceOutcome(Array("[\(row),\(row),\(row)]".utf8), isSound: true)
            expectReferenceOutcome(Array("[\(row),\(row.replacing("2345,", with: "2345x,")),\(row)]".utf8))
        }
    }

    @Test func `agrees with the reference on any single changed byte`() {
        let original = Array("[[0.25,-1e3,17,0.5],[1,2,3,-4.125],[0,\"NaN\",0.1234567890123456,5],[1,2,3,4],[5,6,7,8.5]]".utf8)
        for offset in original.indices {
            for byte in Array(" \n,[]{}\"-+.eE07x\u{0}".utf8) + [0x80, 0xFF] {
                var document = original
                document[offset] = byte
                expectReferenceOutcome(document)
            }
        }
    }

    @Test(arguments: 1...70) func `agrees with the reference on rows of every length, and on one that is shorter or longer`(columns: Int) {
        let row = (0..<columns).map { "\($0)" }
        for wrong in [row, row + ["1"], Array(row.dropLast()), ["[1]"] + row.dropLast()] {
            let rows = [row, row, row, wrong, row, row].map { "[" + $0.joined(separator: ",") + "]" }
            expectReferenceOutcome(Array("[\(rows.joined(separator: ","))]".utf8))
            expectReferenceOutcome(Array("[ \(rows.joined(separator: " ,\n")) ]".utf8))
        }
    }

    @Test func `agrees with the reference on numbers where rows must be empty`() {
        let row = [String](repeating: "1", count: 40).joined(separator: ",")
        for text in ["[[],[\(row)]]", "[[[],[]],[[],[\(row)]]]", "[[[]],[[\(row)],[\(row)]]]"] { expectReferenceOutcome(Array(text.utf8)) }
    }

    /// What follows what is checked 64 bytes at a time: a slip at every place among these, also across two blocks.
    @Test(arguments: [
        ",,", " ", "[", "]", "],", "][", "[,", "],]", "],,[", "]],[[", "],[[", "]],[", "],[", "] , [", ",", ",[", "[]", "{", "\"",
    ])
    func `agrees with the reference on a slip at every place in a block`(slip: String) {
        for gap in 0..<66 {
            let space = String(repeating: " ", count: gap)
            let rows = String(repeating: "1,-2.5],[", count: 10)
            expectReferenceOutcome(Array("[[\(rows)\(space)3\(slip)4],[\(rows)5,6]]".utf8))
        }
    }

    /// What the C library reads; the text is what the writer makes of the numbers, so that many take no time.
    @Test(arguments: [1, 3, 1000]) func `random bit patterns are read as they were written`(columns: Int) throws {
        var random = SeededGenerator(state: 5)
        let count = 168_000
        let doubles = (0..<count).map { _ in Double(bitPattern: random.next()) }.map { $0.isFinite ? $0 : 0 }
        let floats = (0..<count).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: random.next())) }.map { $0.isFinite ? $0 : 0 }
        let (doubleText, floatText) = (try written(doubles, columns), try written(floats, columns))
        for form in TextForm.available.dropFirst() {
            #expect(try doubleText.tensor(of: Double.self, by: form).elements == doubles)
            #expect(try floatText.tensor(of: Float.self, by: form).elements == floats)
        }
    }

    private func written<Number: WritableScalar>(_ numbers: [Number], _ columns: Int) throws -> JSONValue {
        var writer = JSONWriter()
        writer.matrix(rows: numbers.count / columns, columns: columns, numbers.span)
        let text = JSONText(bytes: writer.text)
        return JSONValue(text: text, extent: try text.extent(at: 0, maximumDepth: 8), limits: JSONLimits(), path: "a")
    }

    /// Text in the exponent, the digits or the sign that only just is, or is not, what the vectors read.
    @Test(arguments: [
        "1e0", "1e00", "1e000", "1e0000", "1e1000", "1e-1000", "1e0010", "1E+5", "1e-5", "1e+", "1e-", "1e", "e1", "e", "1e1e1", "1ee1",
        "1e+-1", "1e1.5", "1.e1", "-e1",
        "-1e-1",
        "-", "--1", "-.5", ".5", ".", "1.", "-1.", "1..2", "1.2.3", "00", "-00", "01", "-01", "0.0", "-0", "00.5", "0e5", "0e999", "0e-999",
        "+1",
        "1e309", "-1e309", "1e308", "1e-323", "1e-324", "1e-400", "4.9e-324", "2.2250738585072014e-308", "2.2250738585072011e-308",
        "1.7976931348623157e308", "1.7976931348623159e308", "3.4028235e38", "3.4028236e38", "1.1754942e-38", "1e-46", "9007199254740993",
        "9223372036854775807", "9223372036854775808", "9999999999999999999", "10000000000000000000", "18446744073709551616",
        "0.0000000000000000000000001", "0.00000000000000000000000000001", "0.000000000000000000000000000001", "1234567890.123456789",
        "12345678901234567890123456789", "123456789012345678901234567890", "1234567890123456789012345678901", "\"NaN\"", "\"Infinity\"",
        "\"-Infinity\"", "\"\\u004eaN\"", "\"nan\"", "NaN", "\"", "\"\"", "\",\"", "\" \"", "\"]\"", "true", "null", "1 2", "1\t", "1\u{0}",
        "1/2", "1:2", "/", ":",
        "1\u{E9}", "[1]", "{}", "[]",
    ]) func `agrees with the reference on what is nearly a number`(text: String) {
        for before in [0, 1, 15, 16, 17, 127, 128] {
            let list = [String](repeating: "0.5", count: before) + [text] + [String](repeating: "2", count: 20)
            expectReferenceOutcome(Array("[                               \(list.joined(separator: ","))]".utf8))
        }
    }
}
