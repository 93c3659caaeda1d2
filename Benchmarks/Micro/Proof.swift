import Glibc
import TensorText

/// Compares what vectors and words write and read with what the scalar reference does, byte for byte and bit for bit:
/// `count` numbers of each kind, in blocks. The numbers are repeatable. Ends the process at the first difference.
///
/// - Parameter kinds: names of those to compare; none means all.
func proveText(count: Int, kinds: [String]) {
    let isWanted = { (kind: String) in kinds.isEmpty || kinds.contains(kind) }
    for kind in NumberKind.allCases where isWanted("\(kind)") {
        var random = SplitMix64(state: UInt64(kind.rawValue))
        for start in stride(from: 0, to: count, by: blockSize) {
            let numbers = (0..<min(blockSize, count - start)).map { _ in kind.number(&random) }
            let columns = 1 + Int(random.next() % 300)
            compareWays(numbers, columns: columns)
            compareWays(numbers.map(Float.init), columns: columns)
        }
        print("\(kind): \(count) numbers, as float64 and as float32, are written alike and read back")
        fflush(nil)
    }
    for spelling in Spelling.allCases where isWanted("\(spelling)") {
        proveReading(spelling, count: count, exponents: -380...270, as: Double.self)
        proveReading(spelling, count: count, exponents: -80...10, as: Float.self)
    }
}

/// - Parameter exponents: those that leave every number in range: a document that holds a larger one is refused.
private func proveReading<S: DecimalReadable>(_ spelling: Spelling, count: Int, exponents: ClosedRange<Int>, as type: S.Type) {
    var random = SplitMix64(state: 100 + UInt64(spelling.rawValue))
    for start in stride(from: 0, to: count, by: blockSize) {
        let separator = [",", ", ", ",\n    ", " ,"][start / blockSize % 4]
        var text = Array("{\"x\":[".utf8)
        for index in 0..<min(blockSize, count - start) {
            if index > 0 { text += separator.utf8 }
            spelling.append(&random, exponents: exponents, to: &text)
        }
        compareReading(text + Array("]}".utf8), as: S.self)
    }
    print("\(spelling): \(count) texts are read alike as \(type)")
    fflush(nil)
}

private let blockSize = 1 << 16

/// Kinds of numbers to write.
private enum NumberKind: Int, CaseIterable {
    case bits, unit, scaled, integers, decimals, binaryFractions, subnormal, powersOfTwo

    func number(_ random: inout SplitMix64) -> Double {
        let bits = random.next()
        let (signed, choice) = (Int64(bitPattern: bits), random.next())
        return switch self {
        // Half of the random floats, too: their bits as Doubles are those of a narrower range.
        case .bits: choice % 2 == 0 ? Double(bitPattern: bits) : Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        case .unit: Double(signed) * 0x1p-63
        case .scaled: Double(signed) * tens[Int(choice % 80)]
        case .integers: Double(signed >> Int64(choice % 63))
        case .decimals: Double(signed >> Int64(11 + choice % 52)) / tens[40 + Int(choice >> 32 % 20)]
        case .binaryFractions: Double(signed >> Int64(choice % 60)) / Double(UInt64(1) << (choice >> 32 % 30))
        case .subnormal: Double(bitPattern: bits >> 12 | bits << 63)
        case .powersOfTwo:
            Double(bitPattern: (bits & 0xFFF0_0000_0000_0000) &+ (choice % 3) &- 1)
        }
    }
}

/// 10^-40...10^39, about.
private let tens: [Double] = (0..<80).map { (place: Int) -> Double in
    let power = (0..<abs(place - 40)).reduce(1.0) { (power: Double, _) in power * 10 }
    return place < 40 ? 1 / power : power
}

/// Kinds of texts to read that the writer does not write.
private enum Spelling: Int, CaseIterable {
    case wholeOfAnyLength, pointAnywhere, exponents, halfway, nearlyHalfway

    func append(_ random: inout SplitMix64, exponents: ClosedRange<Int>, to text: inout [UInt8]) {
        let (bits, choice) = (random.next(), random.next())
        if choice % 2 == 0 { text.append(UInt8(ascii: "-")) }
        let length = 1 + Int(choice >> 8 % 24)
        switch self {
        case .wholeOfAnyLength: appendDigits(length, bits, to: &text)
        case .pointAnywhere, .exponents:
            appendDigits(1 + Int(choice >> 16) % length, bits, to: &text)
            if choice >> 4 & 7 > 0 {
                text.append(UInt8(ascii: "."))
                for digit in 0..<length { text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: bits >> UInt64(2 * digit)) & 7) }
            }
            if self == .exponents {
                appendExponent(exponents.lowerBound + Int(choice >> 40) % exponents.count, spelling: choice >> 5 & 3, to: &text)
            }
        case .halfway, .nearlyHalfway:
            // The middle between two neighbours of 53 or 24 bits, times a power of two, or of ten that 64 bits can be a multiple of.
            let isNarrow = choice & 4 == 0
            let middle = isNarrow ? 2 * (bits >> 40) | 1 << 24 | 1 : 2 * (bits >> 12) | 1 << 53 | 1
            let whole = middle << (choice >> 8 % (isNarrow ? 39 : 10))
            let nudge: UInt64 = self == .halfway ? 0 : choice & 8 == 0 ? 1 : .max
            text += String(whole &+ nudge).utf8
            if choice & 16 == 0 { appendExponent(min(Int(choice >> 40 % 50) - 27, exponents.upperBound), spelling: 0, to: &text) }
        }
    }

    /// A whole number of so many digits, the first not zero.
    private func appendDigits(_ count: Int, _ bits: UInt64, to text: inout [UInt8]) {
        var rest = bits
        for index in 0..<count {
            text.append(UInt8(ascii: "0") + UInt8(index == 0 && count > 1 ? 1 + rest % 9 : rest % 10))
            rest = rest / 10 &+ bits << UInt64(index)
        }
    }

    private func appendExponent(_ exponent: Int, spelling: UInt64, to text: inout [UInt8]) {
        text.append(UInt8(ascii: spelling & 1 == 0 ? "e" : "E"))
        if exponent >= 0, spelling & 2 != 0 { text.append(UInt8(ascii: "+")) }
        text += String(exponent).utf8
    }
}

private func compareWays<S: WritableScalar & DecimalReadable>(_ numbers: [S], columns: Int) {
    let reference = write(numbers, columns, by: .scalar)
    for form in TextForm.available.dropFirst() {
        let fast = write(numbers, columns, by: form)
        guard fast == reference else {
            let at = zip(fast, reference).prefix { $0 == $1 }.count
            let excerpt = { (text: [UInt8]) in String(decoding: text[max(0, at - 30)..<min(text.count, at + 30)], as: UTF8.self) }
            fatal("written by \(form) as \(excerpt(fast)), by the reference as \(excerpt(reference))")
        }
    }
    // What no row needs: the separator behind the last number.
    let document =
        Array("{\"x\":[".utf8) + reference.filter { $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "]") }.dropLast() + Array("]}".utf8)
    for form in TextForm.available.dropFirst() {
        for (number, back) in zip(numbers, read(document, as: S.self, by: form)) where bits(number) != bits(back) {
            if !(number.isNaN && back.isNaN) { fatal("\(number) is read back by \(form) as \(back)") }
        }
    }
}

private func compareReading<S: DecimalReadable>(_ document: [UInt8], as type: S.Type) {
    let reference = read(document, as: S.self, by: .scalar)
    for form in TextForm.available.dropFirst() {
        let fast = read(document, as: S.self, by: form)
        guard fast.count == reference.count else { fatal("\(fast.count) numbers are read by \(form), by the reference \(reference.count)") }
        for (index, pair) in zip(fast, reference).enumerated() where bits(pair.0) != bits(pair.1) {
            fatal("number \(index) is read by \(form) as \(pair.0), by the reference as \(pair.1)")
        }
    }
}

/// Every Float is a Double; the sign of a zero counts.
private func bits<S: BinaryFloatingPoint>(_ number: S) -> UInt64 { Double(number).bitPattern }

private func write<S: WritableScalar>(_ numbers: [S], _ columns: Int, by form: TextForm) -> [UInt8] {
    var text: [UInt8] = []
    text.append(addingCapacity: JSONWriter.capacity(forNumbers: numbers.count)) { (span: inout OutputSpan<UInt8>) in
        S.appendRun(numbers.span, columns: columns, startingAt: 0, to: &span, by: form)
    }
    return text
}

private func read<S: DecimalReadable>(_ document: [UInt8], as type: S.Type, by form: TextForm) -> [S] {
    do throws(JSONError) {
        return try JSONDocument(document)["x"]?.tensor(of: S.self, by: form).elements ?? []
    } catch {
        fatal("\(error) (by \(form))")
    }
}

private func fatal(_ what: String) -> Never {
    print("DIFFERENT: \(what)")
    exit(1)
}
