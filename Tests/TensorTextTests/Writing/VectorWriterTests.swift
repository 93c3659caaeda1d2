import Testing

@testable import TensorText

/// What `write` appends for the numbers, as lines of 'columns' numbers.
private func text<Number>(
    _ numbers: [Number], by write: (Span<Number>, inout OutputSpan<UInt8>) -> Void
) -> [UInt8] {
    var text: [UInt8] = []
    text.append(addingCapacity: JSONWriter.capacity(forNumbers: numbers.count)) { write(numbers.span, &$0) }
    return text
}

/// Writes the numbers in every form that runs here and by the reference, and expects the same bytes.
private func expectReferenceText<Number: WritableScalar>(_ numbers: [Number], columns: Int = 7, startingAt column: Int = 3) {
    let expected = text(numbers) { Number.appendRun($0, columns: columns, startingAt: column, to: &$1, by: .scalar) }
    for form in TextForm.available.dropFirst() {
        let written = text(numbers) { Number.appendRun($0, columns: columns, startingAt: column, to: &$1, by: form) }
        guard written != expected else { continue }
        let position = zip(written, expected).prefix { $0 == $1 }.count
        let excerpt = { (text: [UInt8]) in String(decoding: text[max(0, position - 30)..<min(text.count, position + 30)], as: UTF8.self) }
        Issue.record("by \(form) at \(position): \(excerpt(written)), the reference \(excerpt(expected))")
    }
}

private let randomBits = {
    var generator = SplitMix64(state: 77)
    return (0..<100_000).map { _ in generator.next() }
}()

@Test(.enabled(if: TextForm.best > .scalar), arguments: Array(0...70) + [1000])
func `vectors write as many numbers as there are, whatever the rows`(count: Int) {
    let numbers = randomBits.prefix(count).map { Double(Int64(bitPattern: $0)) / 0x1p62 }
    for columns in [1, 2, 7, 8, 31, 32, 33, 2000] {
        expectReferenceText(numbers, columns: columns, startingAt: columns - 1)
        expectReferenceText(numbers.map(Float.init), columns: columns, startingAt: 0)
    }
}

@Test(.enabled(if: TextForm.best > .scalar), arguments: [0x1p-80, 0x1p-64, 0x1p-60, 0x1p-50, 1, 0x1p20])
func `vectors agree with the reference on random numbers`(scale: Double) {
    let numbers = randomBits.map { Double(Int64(bitPattern: $0)) * scale }
    expectReferenceText(numbers)
    expectReferenceText(numbers.map(Float.init))
}

@Test(.enabled(if: TextForm.best > .scalar))
func `vectors agree with the reference on random bits`() {
    expectReferenceText(randomBits.map(Double.init(bitPattern:)))
    expectReferenceText(randomBits.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) })
}

@Test(.enabled(if: TextForm.best > .scalar))
func `vectors agree with the reference on integers and short decimals`() {
    let scales = [1, 2, 4, 8, 10, 100, 1e3, 1e4, 1e6, 1e9, 1e-9, 1e22]
    let numbers = randomBits.enumerated().map { Double(Int64(bitPattern: $1) >> Int64($1 % 64)) / scales[$0 % scales.count] }
    expectReferenceText(numbers)
    expectReferenceText(numbers.map(Float.init))
    expectReferenceText((-40...40_000).map(Double.init))
}

@Test(.enabled(if: TextForm.best > .scalar))
func `vectors agree with the reference at powers of two and ten, at ties and at the edges`() throws {
    let twos = (-1074...1023).map { Double(sign: .plus, exponent: $0, significand: 1) }
    let tens = try (-323...308).map { try #require(Double("1e\($0)")) }
    let steps = (1...4000).map(Double.init)
    let ties =
        steps.map { 0x1p50 + $0 / 4 } + steps.map { 0x1p48 + $0 / 16 } + steps.map { 0x1p53 + $0 * 2 } + steps.map { 0x1p60 + $0 * 1024 }
    let edges: [Double] = [
        0, .nan, .infinity, .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, 1e16, 9999999999999998, 1e-4,
    ]
    let numbers = (twos + tens).flatMap { [$0, $0.nextDown, $0.nextUp] } + ties + edges
    expectReferenceText(numbers.flatMap { [$0, -$0] })
    expectReferenceText(numbers.flatMap { [Float($0), -Float($0), Float($0).nextUp] })
}

@Test(.enabled(if: TextForm.best > .scalar))
func `vectors agree with the reference on floats of every exponent`() {
    expectReferenceText(
        (0..<512).flatMap { head in randomBits.prefix(300).map { Float(bitPattern: UInt32(head) << 23 | UInt32($0 & 0x7f_ffff)) } })
}
