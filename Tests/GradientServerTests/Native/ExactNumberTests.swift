import GradientServer
import Testing

/// What is sent comes back bit for bit where nothing is computed with it: with f the identity, do_t is dh.
@Suite struct ExactNumberTests {
    /// The reply to numbers as `dh`, each as it stands on the wire.
    private func roundTrip(_ numbers: [String], dtype: String) throws -> [String] {
        let zeros = Array(repeating: "[0]", count: numbers.count).joined(separator: ",")
        let body =
            #"{"x_t":[\#(zeros)],"h_prev":[\#(zeros)],"W_x":[[0]],"W_h":[[0]],"b":[0],"dh":[\#(numbers.map { "[\($0)]" }.joined(separator: ","))],"#
            + #""activation":"identity","dtype":"\#(dtype)","outputs":["do_t"]}"#
        let reply = String(decoding: try Route.reply(to: Array(body.utf8), at: "/backward"), as: UTF8.self)
        return reply.dropFirst(#"{"do_t":[["#.count).dropLast("]]}".count).split(separator: "],[").map(String.init)
    }

    @Test func `every float64 comes back with its bits, in the shortest form`() throws {
        var generator = SplitMix64(state: 1)
        var values = (0..<5000).map { _ in Double(bitPattern: generator.next()) }.filter(\.isFinite)
        values += [
            0, -0.0, 1, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, -.ulpOfOne, 0.1, 9007199254740992, 1e23,
        ]
        let replies = try roundTrip(values.map { "\($0)" }, dtype: "float64")
        #expect(replies.compactMap { Double($0)?.bitPattern } == values.map(\.bitPattern))
        for (reply, value) in zip(replies, values) { #expect(digits(reply) == digits("\(value)")) }
    }

    @Test func `every float32 comes back with its bits, in the shortest form`() throws {
        var generator = SplitMix64(state: 2)
        var values = (0..<5000).map { _ in Float(bitPattern: UInt32(truncatingIfNeeded: generator.next())) }.filter(\.isFinite)
        values += [0, -0.0, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 0.1, 16777216]
        let replies = try roundTrip(values.map { "\($0)" }, dtype: "float32")
        #expect(replies.compactMap { Float($0)?.bitPattern } == values.map(\.bitPattern))
        for (reply, value) in zip(replies, values) { #expect(digits(reply) == digits("\(value)")) }
    }

    @Test(arguments: [
        // Halfway between two neighbours, and just beside.
        "9007199254740993", "9007199254740993.0000000000000000000000000000000000000000000000000001",
        "9007199254740992.9999999999999999999999999999999999999999999999999999", "9007199254740995",
        // Below, at and above half of the least magnitude.
        "2.4703282292062327208e-324", "2.4703282292062327209e-324", "4.9406564584124654e-324", "1e-400", "-1e-400",
        // The least normal and its neighbour, long known to trap readers.
        "2.2250738585072011e-308", "2.2250738585072014e-308", "1.7976931348623157e308",
        "0.500000000000000166533453693773481063544750213623046875", "123456789012345678901234567890e-20", "1E+2", "-0", "0e999999999",
    ])
    func `a number of any spelling is read to the nearest float64`(text: String) throws {
        let reply = try #require(try roundTrip([text], dtype: "float64").first)
        #expect(Double(reply)?.bitPattern == Double(text)?.bitPattern)
    }

    @Test func `digits beyond any use still count`() throws {
        // 1 + 2⁻⁵³ is halfway between 1 and its neighbour; a last digit 800 places on decides.
        let half = "1.00000000000000011102230246251565404236316680908203125"
        let zeros = String(repeating: "0", count: 800)
        #expect(try roundTrip([half, half + zeros, half + zeros + "1"], dtype: "float64") == ["1.0", "1.0", "1.0000000000000002"])
    }

    /// The significant digits of a number's text.
    private func digits(_ text: String) -> Substring {
        let significand = text.prefix { $0 != "e" && $0 != "E" }.filter(\.isNumber)
        let leading = significand.drop { $0 == "0" }
        return leading.prefix(leading.count - leading.reversed().prefix { $0 == "0" }.count)
    }
}

/// Random bits, the same at each run.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }
}
