import Foundation
import TensorText
import Testing

private func text(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    write(&writer)
    return String(decoding: writer.text, as: UTF8.self)
}

@Test func `a reply is an object of matrices and vectors without spaces`() {
    let reply = text {
        $0.beginObject()
        $0.name("dx_t")
        $0.matrix(rows: 2, columns: 2, ([1, 2, 3, 4] as [Double]).span)
        $0.name("db")
        $0.vector(([0.5] as [Double]).span)
        $0.endObject()
    }
    #expect(reply == #"{"dx_t":[[1.0,2.0],[3.0,4.0]],"db":[0.5]}"#)
}

@Test(arguments: [
    ([], "7.0"), ([1], "[7.0]"), ([0], "[]"), ([3], "[7.0,7.0,7.0]"), ([2, 2], "[[7.0,7.0],[7.0,7.0]]"), ([3, 1], "[[7.0],[7.0],[7.0]]"),
    ([0, 3], "[]"), ([2, 0], "[[],[]]"), ([0, 0], "[]"), ([2, 1, 2], "[[[7.0,7.0]],[[7.0,7.0]]]"), ([2, 0, 3], "[[],[]]"),
    ([1, 2, 0], "[[[],[]]]"), ([1, 1, 1, 1], "[[[[7.0]]]]"),
])
func `a tensor is nested by its shape`(shape: [Int], expected: String) {
    let tensor = Tensor<Double>(shape: shape, elements: Array(repeating: 7, count: shape.reduce(1, *)))
    #expect(text { $0.tensor(shape: tensor.shape, tensor.elements.span) } == expected)
}

@Test(arguments: [(1, 5000), (5000, 1), (71, 73), (1024, 2), (3, 1024), (1, 1024)])
func `a matrix of many blocks is what a list of lists is in JSON`(rows: Int, columns: Int) throws {
    let elements = (0..<rows * columns).map { sin(Double($0)) * 1e3 }
    let written = text { $0.matrix(rows: rows, columns: columns, elements.span) }
    let read = try JSONDecoder().decode([[Double]].self, from: Data(written.utf8))
    #expect(read == (0..<rows).map { Array(elements[$0 * columns..<($0 + 1) * columns]) })
    #expect(written.utf8.count <= JSONWriter.capacity(forNumbers: elements.count))
    #expect(!written.contains(" "))
}

@Test func `the longest numbers stay within the capacity that is foretold`() {
    let elements = [Double](repeating: -.leastNormalMagnitude, count: 3000)
    var writer = JSONWriter(capacity: JSONWriter.capacity(forNumbers: elements.count))
    writer.rows(elements.span, columns: 1)
    #expect(writer.text.count == 3000 * 27 - 1)
    #expect(writer.text.count <= JSONWriter.capacity(forNumbers: elements.count))
}

@Test func `rows that several writers wrote are the rows that one writes`() {
    let elements = (0..<600).map { Float($0) / 7 }
    let whole = text { $0.matrix(rows: 100, columns: 6, elements.span) }
    let pieces = [0..<60, 60..<60, 60..<594, 594..<600].map { range in
        var writer = JSONWriter()
        writer.rows(elements.span.extracting(range), columns: 6)
        return writer.takeText()
    }
    let joined = text {
        $0.beginArray()
        for piece in pieces { $0.members(written: piece) }
        $0.endArray()
    }
    #expect(joined == whole)
}

@Test func `a text that is taken in pieces is the same text`() {
    var writer = JSONWriter()
    var pieces: [UInt8] = []
    writer.beginArray()
    pieces += writer.takeText()
    for row in 0..<3 {
        writer.rows([Double(row), 0.25].span, columns: 2)
        pieces += writer.takeText()
    }
    writer.endArray()
    pieces += writer.takeText()
    #expect(writer.text.isEmpty)
    #expect(String(decoding: pieces, as: UTF8.self) == "[[0.0,0.25],[1.0,0.25],[2.0,0.25]]")
}

@Test func `values and members are parted by commas, and none stands after the last`() {
    let document = text {
        $0.beginObject()
        $0.name("a")
        $0.beginArray()
        $0.integer(-3)
        $0.bool(true)
        $0.bool(false)
        $0.number(Float(0.1))
        $0.beginObject()
        $0.endObject()
        $0.string("x")
        $0.endArray()
        $0.name("b")
        $0.integer(.min)
        $0.endObject()
    }
    #expect(document == #"{"a":[-3,true,false,0.1,{},"x"],"b":-9223372036854775808}"#)
}

@Test func `a member is a name and its value, of every kind`() {
    let document = text {
        $0.beginObject()
        $0.member("a", "x")
        $0.member("b", true)
        $0.member("c", 1)
        $0.member("d", 1.0)
        $0.member("e", [1, 2])
        $0.member("f") { $0.member("g") { _ in } }
        $0.member("h", [])
        $0.endObject()
    }
    #expect(document == #"{"a":"x","b":true,"c":1,"d":1.0,"e":[1,2],"f":{"g":{}},"h":[]}"#)
}

@Test(arguments: [
    ("", #""""#), ("plain", #""plain""#), (#"a"b\c/d"#, #""a\"b\\c/d""#), ("\u{8}\t\n\u{c}\r", #""\b\t\n\f\r""#),
    ("\0\u{1}\u{f}\u{10}\u{1f}\u{7f}", "\"\\u0000\\u0001\\u000f\\u0010\\u001f\u{7f}\""), ("∂L/∂h 😀", "\"∂L/∂h 😀\""),
])
func `a string is escaped where JSON must`(string: String, expected: String) throws {
    let written = text { $0.string(string) }
    #expect(written == expected)
    #expect(try JSONDecoder().decode(String.self, from: Data(written.utf8)) == string)
}
