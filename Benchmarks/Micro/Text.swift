import Floors
import Glibc
import Gzip
import TensorText

/// Shapes of numbers that clients send: the cost of one must not depend much on which.
private func samples(_ count: Int) -> [(name: String, values: [Double])] {
    var random = SystemRandomNumberGenerator()
    let normal = (0..<count).map { _ in standardNormal(&random) }
    return [
        ("normal, 17 digits", normal),
        ("four decimals", normal.map { ($0 * 1e4).rounded() / 1e4 }),
        ("integers below 1000", normal.map { ($0 * 300).rounded() }),
        ("1 to 15 digits before the point", normal.enumerated().map { $1 * pow(10, Double($0 % 15)) }),
        ("exponents", normal.enumerated().map { $1 * pow(10, Double($0 % 60 - 45)) }),
    ]
}

/// A standard normal number, by the polar method.
private func standardNormal(_ random: inout SystemRandomNumberGenerator) -> Double {
    while true {
        let x = Double.random(in: -1...1, using: &random)
        let y = Double.random(in: -1...1, using: &random)
        let s = x * x + y * y
        if s > 0, s < 1 { return x * (-2 * log(s) / s).squareRoot() }
    }
}

private let columns = 1024

private func document<S: WritableScalar>(_ values: [S], columns: Int = columns) -> [UInt8] {
    var json = JSONWriter(capacity: JSONWriter.capacity(forNumbers: values.count))
    json.beginObject()
    json.name("x")
    json.matrix(rows: values.count / columns, columns: columns, values.span)
    json.endObject()
    return json.takeText()
}

private func read<S: DecimalReadable>(_ bytes: [UInt8], as type: S.Type) {
    do throws(JSONError) {
        let tensor = try JSONDocument(bytes)["x"]?.tensor(of: S.self)
        precondition((tensor?.elements.count ?? 0) > 0)
    } catch {
        preconditionFailure("\(error)")
    }
}

func benchmarkReading(_ report: Report, count: Int) {
    report.section("Reading JSON, for each number, index and numbers together; GB/s of text")
    for (name, values) in samples(count) {
        let whole = values
        let width = min(columns, whole.count)
        let bytes = document(whole, columns: width)
        if name.hasPrefix("normal") {
            report.line("floor: the sum of the bytes", items: whole.count, amount: bytes.count, unit: "GB/s") {
                unsafe bytes.withUnsafeBufferPointer { _ = unsafe floors_sum($0.baseAddress, Int64($0.count)) }
            }
        }
        report.line("float64, \(name)", items: whole.count, amount: bytes.count, unit: "GB/s") { read(bytes, as: Double.self) }
        let narrow = whole.map(Float.init)
        let narrowBytes = document(narrow, columns: width)
        report.line("float32, \(name)", items: whole.count, amount: narrowBytes.count, unit: "GB/s") { read(narrowBytes, as: Float.self) }
        if name.hasPrefix("normal") {
            for width in [1, 4] {
                let bytes = document(whole, columns: width)
                report.line("float64, \(name), rows of \(width)", items: whole.count, amount: bytes.count, unit: "GB/s") {
                    read(bytes, as: Double.self)
                }
            }
        }
    }
}

func benchmarkWriting(_ report: Report, count: Int) {
    report.section("Writing JSON, for each number; GB/s of text")
    for (name, values) in samples(count) {
        let width = min(columns, values.count)
        let size = document(values, columns: width).count
        if name.hasPrefix("normal") {
            var target = [UInt8](repeating: 0, count: size)
            report.line("floor: memset", items: values.count, amount: size, unit: "GB/s") {
                unsafe target.withUnsafeMutableBytes { bytes in _ = unsafe bytes.baseAddress.map { unsafe memset($0, 1, bytes.count) } }
            }
        }
        report.line("float64, \(name)", items: values.count, amount: size, unit: "GB/s") { _ = document(values, columns: width) }
        let narrow = values.map(Float.init)
        let narrowSize = document(narrow, columns: width).count
        report.line("float32, \(name)", items: values.count, amount: narrowSize, unit: "GB/s") { _ = document(narrow, columns: width) }
    }
}

func benchmarkCompression(_ report: Report, count: Int) {
    report.section("gzip of float64 JSON, for each byte; GB/s of plain text")
    let text = document(samples(count)[0].values, columns: min(columns, count))
    let compressed = ContentCoding.gzip.compress(text.span)
    print("  ratio \(Double(Int(Double(text.count) / Double(compressed.count) * 1000)) / 1000)")
    report.line("compress", items: text.count, amount: text.count, unit: "GB/s") { _ = ContentCoding.gzip.compress(text.span) }
    report.line("compress, zlib by entropy alone", items: text.count, amount: text.count, unit: "GB/s") {
        _ = ContentCoding.gzip.compressWithZlib(text.span)
    }
    report.line("inflate", items: text.count, amount: text.count, unit: "GB/s") {
        precondition((try? ContentCoding.gzip.inflate(compressed.span, limit: text.count))?.count == text.count)
    }
}
