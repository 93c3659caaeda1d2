import TensorText
import Testing

/// The member "a" of `{"a":text}`.
func value(_ text: String, limits: JSONLimits = JSONLimits()) throws -> JSONValue {
    try #require(try JSONDocument(Array("{\"a\":\(text)}".utf8), limits: limits)["a"])
}

/// The error that reading a document, and the tensor "a" in it if that goes well, ends with.
func error(of document: String) throws -> JSONError {
    try error(of: Array(document.utf8))
}

func error(of document: [UInt8]) throws -> JSONError {
    try #require(throws: JSONError.self) {
        let value = try #require(try JSONDocument(document)["a"])
        _ = try value.tensor(of: Double.self)
    }
}

/// Reads the texts as one array, so that all but those near its ends go the fast way.
func read<Element: DecimalReadable>(_ texts: [String], as type: Element.Type) throws -> [Element] {
    let padding = [String](repeating: "0.25", count: 16)
    let array = try value("[" + (padding + texts + padding).joined(separator: ",") + "]")
    return Array(try array.tensor(of: type).elements[16...].prefix(texts.count))
}

/// Reads one text with nothing around it, which goes the slow way.
func readAlone<Element: DecimalReadable>(_ text: String, as type: Element.Type) throws -> Element {
    try #require(try value(text).tensor(of: type).elements.first)
}

/// SplitMix64: the same numbers on every run.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
