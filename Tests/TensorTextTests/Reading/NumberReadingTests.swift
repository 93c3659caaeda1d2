import Foundation
import TensorText
import Testing

@Suite struct `Reading numbers` {
    /// Reads the texts as one array, so that all but those near its ends go the fast way.
    private func read<Element: DecimalReadable>(_ texts: [String], as type: Element.Type) throws -> [Element] {
        let padding = [String](repeating: "0.25", count: 16)
        let array = "[" + (padding + texts + padding).joined(separator: ",") + "]"
        let value = try #require(try JSONDocument(Array("{\"a\":\(array)}".utf8))["a"])
        return Array(try value.tensor(of: type).elements[16...].prefix(texts.count))
    }

    /// Reads one text where nothing stands around it, which goes the slow way.
    private func readAlone<Element: DecimalReadable>(_ text: String, as type: Element.Type) throws -> Element {
        let value = try #require(try JSONDocument(Array("{\"a\":\(text)}".utf8))["a"])
        return try value.tensor(of: type).elements[0]
    }

    /// Hard cases with their answers from exact rational arithmetic (Python's `fractions`).
    @Test(arguments: [
        ("0", 0x0000_0000_0000_0000 as UInt64), ("-0", 0x8000_0000_0000_0000), ("-0.0e5", 0x8000_0000_0000_0000),
        ("0e999999999999999999999", 0),
        ("1", 0x3FF0_0000_0000_0000), ("-2.5", 0xC004_0000_0000_0000),
    ])
    func `a number is read to these bits`(text: String, bits: UInt64) throws {
        #expect(try readAlone(text, as: Double.self).bitPattern == bits)
        #expect(try read([text], as: Double.self)[0].bitPattern == bits)
    }

}
