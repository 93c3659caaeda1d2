import Testing

@testable import TensorText

/// What the writer makes of one number.
private func text<Scalar: WritableScalar>(_ number: Scalar) -> String {
    var writer = JSONWriter()
    writer.number(number)
    return String(decoding: writer.text, as: UTF8.self)
}

/// Digits without leading and trailing zeros, and the power of ten of the first: what a decimal text says, whatever its layout.
private struct Digits: Equatable {
    var isNegative: Bool
    var digits: String
    var exponent: Int

    init(_ text: some StringProtocol) {
        isNegative = text.hasPrefix("-")
        let parts = text.drop(while: { $0 == "-" }).split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let all = mantissa.joined()
        let significant = all.drop(while: { $0 == "0" })
        exponent = (parts.count > 1 ? Int(parts[1]) ?? .min : 0) + mantissa[0].count - 1 - (all.count - significant.count)
        digits = String(significant)
        while digits.last == "0" { digits.removeLast() }
    }
}

/// Writes the numbers in one run by the reference, which the vector writer is compared with, and expects of each the digits of Swift's own `description`, which is shortest and nearest too, and the
/// same bits when it is read back.
private func expectDescriptionDigits<Scalar: WritableScalar & LosslessStringConvertible & CustomStringConvertible>(_ numbers: [Scalar]) {
    var written: [UInt8] = []
    written.append(addingCapacity: JSONWriter.capacity(forNumbers: numbers.count)) {
        NumberText.appendRun(numbers.span, columns: numbers.count + 1, startingAt: 0, to: &$0)
    }
    let texts = String(decoding: written, as: UTF8.self).split(separator: ",")
    #expect(texts.count == numbers.count)
    for (number, text) in zip(numbers, texts) {
        let sameBits = Scalar(String(text)).map { $0 == number && $0.sign == number.sign } ?? false
        guard sameBits, number == 0 || Digits(text) == Digits(number.description) else {
            Issue.record("\(number) is written \(text)")
            return
        }
    }
}

private let randomBits = {
    var generator = SplitMix64(state: 2024)
    return (0..<20_000).map { _ in generator.next() }
}()

@Test func `random doubles of all magnitudes have the digits of their description`() {
    expectDescriptionDigits(randomBits.map(Double.init(bitPattern:)).filter(\.isFinite))
}

@Test func `random doubles between minus one and one have the digits of their description`() {
    expectDescriptionDigits(randomBits.map { Double(Int64(bitPattern: $0)) / 0x1p63 })
}

@Test func `powers of two and their neighbours have the digits of their description`() {
    let powers = (-1074...1023).map { Double(sign: .plus, exponent: $0, significand: 1) }
    expectDescriptionDigits(powers.flatMap { [$0, $0.nextDown, $0.nextUp, -$0] }.filter(\.isFinite))
}

@Test func `subnormal doubles have the digits of their description`() {
    expectDescriptionDigits((0..<52).flatMap { bit in randomBits.prefix(40).map { Double(bitPattern: $0 & (1 << bit | (1 << bit - 1))) } })
}

@Test func `short decimals come back as they were`() {
    expectDescriptionDigits(randomBits.enumerated().map { Double(Int($1 % 1_000_000)) / [1, 10, 100, 1e3, 1e5, 1e9, 1e22][$0 % 7] })
}

@Test func `powers of ten and their neighbours have the digits of their description`() throws {
    let powers = try (-323...308).map { try #require(Double("1e\($0)")) }
    expectDescriptionDigits(powers.flatMap { [$0, $0.nextDown, $0.nextUp] })
}

@Test func `integers up to two to the sixty-fourth have the digits of their description`() {
    expectDescriptionDigits(randomBits.enumerated().map { Double($1 >> UInt64($0 % 64)) } + (0..<2000).map(Double.init))
}

@Test func `numbers next to the middle between two shortest texts have the digits of their description`() {
    // The scaled fractions of the first two are 10⁻¹⁹ under a half digit; eighths and sixteenths of 10¹⁴ are exact ties or beside one.
    let hard = [
        Double(sign: .plus, exponent: -866, significand: 6_685_530_990_800_801),
        Double(sign: .plus, exponent: 164, significand: 5_592_117_679_628_511),
        Double(sign: .plus, exponent: -549, significand: 6_898_586_531_774_200),
    ]
    expectDescriptionDigits(hard + (1...4000).map { 0x1p50 + Double($0) / 4 } + (1...4000).map { 0x1p48 + Double($0) / 16 })
}

@Test func `floats of every exponent have the digits of their description`() {
    let significands = [0, 1, 2, 0x40_0000, 0x7f_fffe, 0x7f_ffff] + randomBits.prefix(40).map { UInt32($0 & 0x7f_ffff) }
    expectDescriptionDigits((0..<255).flatMap { exponent in significands.map { Float(bitPattern: UInt32(exponent) << 23 | $0) } })
}

@Test func `negative and small whole floats have the digits of their description`() {
    expectDescriptionDigits((-2000...2000).map { Float($0) } + (-2000...2000).map { Float($0) / 8 })
}

@Test(arguments: [
    // As CPython 3.11 prints them.
    (1.0, "1.0"), (-1.0, "-1.0"), (0.0, "0.0"), (-0.0, "-0.0"), (0.1, "0.1"), (0.30000000000000004, "0.30000000000000004"),
    (123.456, "123.456"), (100.0, "100.0"), (0.001, "0.001"), (0.0001, "0.0001"), (0.00012345678901234567, "0.00012345678901234567"),
    (0.00001, "1e-05"), (0.000012345, "1.2345e-05"), (9.999999999999999e-05, "9.999999999999999e-05"),
    (123456789012345.6, "123456789012345.6"), (1e15, "1000000000000000.0"), (1234567890123456.8, "1234567890123456.8"),
    (9999999999999998.0, "9999999999999998.0"), (1e16, "1e+16"), (1.5e16, "1.5e+16"), (1e22, "1e+22"), (1e100, "1e+100"),
    (1.2345e-100, "1.2345e-100"), (.leastNonzeroMagnitude, "5e-324"), (.leastNormalMagnitude, "2.2250738585072014e-308"),
    (-1.7976931348623157e308, "-1.7976931348623157e+308"), (1125899906842624.25, "1125899906842624.2"),
    (1125899906842624.75, "1125899906842624.8"), (9007199254740992.0, "9007199254740992.0"), (9007199254740993.0, "9007199254740992.0"),
    (2e-44, "2e-44"), (5e-5, "5e-05"), (Double.pi, "3.141592653589793"),
])
func `doubles are laid out as in Python`(number: Double, expected: String) {
    #expect(text(number) == expected)
}

@Test(
    arguments: [
        // The digits as NumPy 2 prints a float32, the layout as Python has it for a float.
        (Float(1), "1.0"), (-0.0, "-0.0"), (0.1, "0.1"), (16_777_216, "16777216.0"), (3.1415927, "3.1415927"), (0.0001, "0.0001"),
        (0.00001, "1e-05"), (1e15, "1000000000000000.0"), (1e16, "1e+16"), (.leastNormalMagnitude, "1.1754944e-38"),
        (.leastNonzeroMagnitude, "1e-45"),
        (.greatestFiniteMagnitude, "3.4028235e+38"), (1.5e-5, "1.5e-05"), (33_554_432, "33554432.0"), (8.5899346e9, "8589935000.0"),
    ] as [(Float, String)])
func `floats are laid out as doubles, with their own digits`(number: Float, expected: String) {
    #expect(text(number) == expected)
}

@Test func `what is not finite is a string`() {
    #expect(
        [Double.nan, -.nan, .signalingNaN, .infinity, -.infinity].map { text($0) }.joined(separator: " ")
            == #""NaN" "NaN" "NaN" "Infinity" "-Infinity""#)
    #expect([Float.nan, .infinity, -.infinity].map { text($0) }.joined(separator: " ") == #""NaN" "Infinity" "-Infinity""#)
}
