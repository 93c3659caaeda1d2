import Testing

@testable import TensorText

@Suite struct `Reading numbers` {
    /// The bits are from exact rational arithmetic (Python's `fractions`), the texts from the papers and bug reports of David Gay, Rick
    /// Regan, Vern Paxson and Daniel Lemire.
    @Test(arguments: [
        ("0", 0x0000_0000_0000_0000 as UInt64), ("-0", 0x8000_0000_0000_0000), ("-0.0e5", 0x8000_0000_0000_0000), ("0e9999999999999999", 0),
        ("1", 0x3FF0_0000_0000_0000), ("-2.5", 0xC004_0000_0000_0000), ("0.1", 0x3FB9_9999_9999_999A), ("1E+2", 0x4059_0000_0000_0000),
        ("1.5e-5", 0x3EEF_7510_4D55_1D69), ("8.10109172351e-10", 0x3E0B_D5CB_AEF0_FD0C), ("62.5364939768271845828", 0x404F_44AB_D5AA_7CA4),
        // Around 2^53, from where on not every whole number is a value.
        ("9007199254740991", 0x433F_FFFF_FFFF_FFFF), ("9007199254740992", 0x4340_0000_0000_0000),
        ("9007199254740993", 0x4340_0000_0000_0000), ("9007199254740995", 0x4340_0000_0000_0002),
        ("9007199254740993.00000000000000000000000000000001", 0x4340_0000_0000_0001),
        ("4503599627370496.5", 0x4330_0000_0000_0000), ("4503599627370497.5", 0x4330_0000_0000_0002),
        // Half-way between 1 and the value after it, a little below and a little above.
        ("1.00000000000000011102230246251565404236316680908203125", 0x3FF0_0000_0000_0000),
        ("1.0000000000000001110223024625156540423631668090820312499", 0x3FF0_0000_0000_0000),
        ("1.0000000000000001110223024625156540423631668090820312501", 0x3FF0_0000_0000_0001),
        ("0.500000000000000166533453693773481063544750213623046875", 0x3FE0_0000_0000_0002),
        ("30078505129381147446200", 0x4499_7A3C_7271_B021), ("1777820000000000000001", 0x4458_180D_5BAD_2E3E),
        ("1090544144181609348671888949248", 0x462B_8779_F247_4DFA), ("3.518437208883201171875e13", 0x42C0_0000_0000_0002),
        ("100000000000000016777215", 0x44B5_2D02_C7E1_4AF7), ("100000000000000016777216", 0x44B5_2D02_C7E1_4AF8),
        ("1e23", 0x44B5_2D02_C7E1_4AF6), ("8.5e22", 0x44B1_FFDB_F6B2_B2EB), ("1.2345678901234567e22", 0x4484_EA15_B273_B38A),
        ("6.9294956446009195e15", 0x4338_9E56_EE5E_7A58), ("7.2057594037927933e16", 0x4370_0000_0000_0000),
        // The largest subnormal number and the smallest normal one, between which readers have hung.
        ("2.2250738585072011e-308", 0x000F_FFFF_FFFF_FFFF), ("2.2250738585072012e-308", 0x0010_0000_0000_0000),
        ("2.2250738585072020e-308", 0x0010_0000_0000_0001), ("6.631236846766476e-316", 0x0000_0000_0800_0000),
        ("3.2378839133029012895883524125015321748630094e-319", 0x0000_0000_0000_FFFF),
        // Either side of half the smallest number.
        ("5e-324", 1), ("2.4703282292062328e-324", 1), ("2.4703282292062327e-324", 0), ("1e-400", 0), ("-1e-9999999999999999", 1 << 63),
        ("1.7976931348623157e308", 0x7FEF_FFFF_FFFF_FFFF), ("1.7976931348623158079372897140530e308", 0x7FEF_FFFF_FFFF_FFFF),
        ("8.98846567431158e307", 0x7FE0_0000_0000_0000),
    ])
    func `a number is read to the bits of the nearest value`(text: String, bits: UInt64) throws {
        #expect(try readAlone(text, as: Double.self).bitPattern == bits)
        #expect(try read([text], as: Double.self)[0].bitPattern == bits)
    }

    @Test func `half-way between two values the even one is read, and any excess decides for its side`() throws {
        var random = SeededGenerator(state: 1)
        let edges: [UInt64] = [
            0, 1, 2, (1 << 52) - 1, 1 << 52, (1 << 52) + 1, Double(1).bitPattern, Double.greatestFiniteMagnitude.bitPattern - 1,
        ]
        let patterns = edges + (0..<60).map { _ in UInt64.random(in: 0..<edges[7], using: &random) }
        for bits in patterns {
            let middle = Midpoint(above: Double(bitPattern: bits))
            let values = try read([middle.below, middle.exact, middle.above], as: Double.self).map(\.bitPattern)
            #expect(values == [bits, bits + bits % 2, bits + 1], "\(middle.exact)")
        }
    }

    @Test func `half-way cases of Float are decided in Float`() throws {
        var random = SeededGenerator(state: 2)
        let edges: [UInt32] = [0, 1, 2, (1 << 23) - 1, 1 << 23, Float(1).bitPattern, Float.greatestFiniteMagnitude.bitPattern - 1]
        let patterns = edges + (0..<100).map { _ in UInt32.random(in: 0..<edges[6], using: &random) }
        for bits in patterns {
            let middle = Midpoint(above: Float(bitPattern: bits))
            let values = try read([middle.below, middle.exact, middle.above], as: Float.self).map(\.bitPattern)
            #expect(values == [bits, bits + bits % 2, bits + 1], "\(middle.exact)")
        }
    }

    @Test func `a number is not rounded to Double on its way to Float`() throws {
        // A little below the middle between 1 + 2^-23 and 1 + 2^-22, which is where the nearest Double lies.
        let text = "1.000000178813934326171874999999999999"
        #expect(Float(try readAlone(text, as: Double.self)) == 1 + 0x1p-22)
        #expect(try readAlone(text, as: Float.self) == 1 + 0x1p-23)
        #expect(try read([text], as: Float.self) == [1 + 0x1p-23])
    }

    @Test func `random bit patterns survive being written and read`() throws {
        var random = SeededGenerator(state: 3)
        let doubles = (0..<10_000).map { _ in Double(bitPattern: random.next()) }.filter(\.isFinite)
        #expect(try read(doubles.map(\.description), as: Double.self).map(\.bitPattern) == doubles.map(\.bitPattern))
        let floats = (0..<10_000).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: random.next())) }.filter(\.isFinite)
        #expect(try read(floats.map(\.description), as: Float.self).map(\.bitPattern) == floats.map(\.bitPattern))
    }

    @Test func `random texts are read as the standard library reads them`() throws {
        var random = SeededGenerator(state: 4)
        var texts: [String] = []
        while texts.count < 10_000 {
            let text = randomNumber(using: &random)
            if let value = Float(text), value.isFinite { texts.append(text) }
        }
        #expect(try read(texts, as: Double.self).map(\.bitPattern) == texts.compactMap { Double($0)?.bitPattern })
        #expect(try read(texts, as: Float.self).map(\.bitPattern) == texts.compactMap { Float($0)?.bitPattern })
    }

    @Test(arguments: [
        "1" + String(repeating: "0", count: 300), "0." + String(repeating: "0", count: 320) + "1",
        String(repeating: "1234567890", count: 30),
        "0." + String(repeating: "1234567890", count: 80), String(repeating: "7", count: 800) + "e-790",
        "1." + String(repeating: "0", count: 799) + "1",
        "0." + String(repeating: "0", count: 5000) + "1e5001", "1" + String(repeating: "0", count: 5000) + "e-5000",
        "12345678901234567890", "18446744073709551615", "18446744073709551616", "18446744073709551615.99", "99999999999999999999e5",
    ])
    func `numbers of many digits are read as the standard library reads them`(text: String) throws {
        let expected = try #require(Double(text)).bitPattern
        #expect(try readAlone(text, as: Double.self).bitPattern == expected)
        #expect(try read([text], as: Double.self)[0].bitPattern == expected)
    }

    @Test(arguments: [
        "+1", "01", "-01", "00", "00.5", ".5", "-.5", "1.", "1.e5", "-", "--1", "1e", "1e+", "1e-", "1.5e", "1.5e+,", "0x10", "1_000",
        "1-5", "1.2.3",
        "1e5.5", "1e5e5", "NaN", "nan", "Infinity", "-Infinity", "inf", "1 2", "１", "1f", "1d", "12345678901234567890123.", "1234567890.e",
    ])
    func `what RFC 8259 does not call a number is refused`(text: String) throws {
        #expect(try error(of: "{\"a\":\(text)}").kind == .syntax)
        #expect(try error(of: "{\"a\":[\(text)]}").kind == .syntax)
        let zeros = String(repeating: "0,", count: 30)
        #expect(try error(of: "{\"a\":[\(zeros)\(text),\(zeros)0]}").kind == .syntax)
    }

    @Test(arguments: [
        "1e309", "-1e309", "1e999", "1e99999999999999999999999", "1.7976931348623159e308", "1797693134862315808e290",
        "1" + String(repeating: "0", count: 309),
    ])
    func `a number beyond the largest value is out of range, with its place`(text: String) throws {
        let zeros = String(repeating: "0,", count: 30)
        let failure = try error(of: "{\"a\":[\(zeros)\(text),\(zeros)0]}")
        #expect(failure.kind == .outOfRange && failure.isSyntax)
        #expect(failure.field == "a[30]" && failure.position.byte == 66)
        #expect(try error(of: "{\"a\":\(text)}").kind == .outOfRange)
    }

    /// The fast way looks at words of eight bytes, and behind the number as far as the longest could reach.
    @Test(arguments: 1...18) func `any count of digits on both sides of the point is read, near the end of the text too`(before: Int) throws
    {
        let digits = "987654321012345678909"
        for behind in 0...20 {
            let text = "-\(digits.prefix(before))\(behind > 0 ? "." : "")\(digits.suffix(behind))"
            let expected = try #require(Double(text))
            for space in [0, 12, 20, 30, 33, 34, 35, 36, 60] {
                let document = "{\"a\":[\(String(repeating: " ", count: 20))\(text)\(String(repeating: " ", count: space))]}"
                let value = try #require(try JSONDocument(Array(document.utf8))["a"])
                #expect(try value.tensor(of: Double.self, by: .scalar).elements == [expected])
            }
        }
    }

    @Test func `what Float cannot hold is out of range for Float only`() throws {
        // The largest Float is 3.40282346638528859811704183484516925440e38; half a step above it is …56779733661637539395458142568448e38.
        let below = "3.4028235677973366163753939545814256844799e38"
        let above = "3.40282356779733661637539395458142568448e38"
        #expect(try readAlone(below, as: Float.self) == .greatestFiniteMagnitude)
        #expect(try readAlone(above, as: Double.self) == 3.4028235677973366e38)
        for text in [above, "[\(above)]", "1e39", "-1e300"] {
            let failure = #expect(throws: JSONError.self) { try value(text).tensor(of: Float.self) }
            #expect(failure?.kind == .outOfRange)
        }
        #expect(try readAlone("1e-60", as: Float.self) == 0)
    }

    /// Numbers of every length at every distance from both ends of the text: where the fast way begins and ends.
    @Test func `numbers near the ends of the text are read like all others`() throws {
        let digits = "1234567890123456789012345"
        for length in 1...25 {
            let fraction = "0." + digits.prefix(length)
            for text in [fraction, String(digits.prefix(length)), "-\(fraction)e-7", "-1234567.\(digits.prefix(length))"] {
                for (before, after) in [(0, 0), (4, 0), (9, 0), (0, 4), (0, 9), (9, 18), (8, 19), (7, 20)] {
                    let list = [String](repeating: "2", count: before) + [text] + [String](repeating: "3", count: after)
                    let tensor = try value("[\(list.joined(separator: ","))]").tensor(of: Double.self)
                    #expect(tensor.elements == list.compactMap { Double($0) })
                }
            }
        }
    }

    private func randomNumber(using random: inout SeededGenerator) -> String {
        let count = Int.random(in: 1...25, using: &random)
        var digits = (0..<count).map { _ in String(Int.random(in: 0...9, using: &random)) }
        if digits[0] == "0", digits.count > 1 { digits[0] = "3" }
        if count > 1, Bool.random(using: &random) { digits.insert(".", at: Int.random(in: 1..<count, using: &random)) }
        if digits.last == "." { digits.append("0") }
        let exponent = Bool.random(using: &random) ? "e\(Int.random(in: -60...20, using: &random))" : ""
        return (Bool.random(using: &random) ? "-" : "") + digits.joined() + exponent
    }
}

/// The number in the middle between a value and the one above it, in all its digits, and numbers a little to each side.
///
/// The middle is m · 2^e for an odd m; for e < 0 that is (m · 5^-e) · 10^e.
private struct Midpoint {
    let below: String
    let exact: String
    let above: String

    init<Value: BinaryFloatingPoint>(above value: Value) {
        let hidden: UInt64 = value.isNormal ? 1 << UInt64(Value.significandBitCount) : 0
        let steps = UInt64(value.significandBitPattern) | hidden
        let exponent = Int(value.isNormal ? value.ulp.exponent : Value.leastNonzeroMagnitude.exponent) - 1
        var digits = BigDecimal(2 * steps + 1)
        for _ in 0..<abs(exponent) { digits.multiply(by: exponent < 0 ? 5 : 2) }
        let text = digits.description
        let scale = exponent < 0 ? "e\(exponent)" : ""
        exact = text + scale
        above = text + ".0000000000001" + scale
        digits.decrement()
        below = digits.description + ".9999999999999" + scale
    }
}

/// A whole number in limbs of nine digits, the least significant first.
private struct BigDecimal: CustomStringConvertible {
    private var limbs: [UInt64]

    init(_ value: UInt64) { limbs = [value % 1_000_000_000, value / 1_000_000_000 % 1_000_000_000, value / 1_000_000_000_000_000_000] }

    mutating func multiply(by factor: UInt64) {
        var carry: UInt64 = 0
        for i in limbs.indices {
            (carry, limbs[i]) = (limbs[i] * factor + carry).quotientAndRemainder(dividingBy: 1_000_000_000)
        }
        if carry > 0 { limbs.append(carry) }
    }

    /// - Precondition: the lowest limb is not zero.
    mutating func decrement() { limbs[0] -= 1 }

    var description: String {
        let text = limbs.reversed().map { String(String($0 + 1_000_000_000).dropFirst()) }.joined().drop { $0 == "0" }
        return text.isEmpty ? "0" : String(text)
    }
}
