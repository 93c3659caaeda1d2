import Floors
import TensorText

#if PEERS
    import Peers
#endif

/// Numbers in a row, as in the shapes (N, D, H) that the results speak of.
let columns = 1024

/// `{"x":[[...],...]}`, as our writer spells it.
func document<S: WritableScalar>(_ values: [S], columns: Int = columns) -> [UInt8] {
    var json = JSONWriter(capacity: JSONWriter.capacity(forNumbers: values.count))
    json.beginObject()
    json.name("x")
    json.matrix(rows: values.count / columns, columns: columns, values.span)
    json.endObject()
    return json.takeText()
}

/// The same of numbers in any spelling, `separator` between them and around the rows.
private func document(_ numbers: [String], columns: Int, separator: String = ",") -> [UInt8] {
    let space = separator.dropFirst()
    let rows = stride(from: 0, to: numbers.count, by: columns).map { start in
        "[\(space)\(numbers[start..<start + columns].joined(separator: separator))\(space)]"
    }
    return Array("{\"x\":[\(space)\(rows.joined(separator: separator))\(space)]}".utf8)
}

private func read<S: DecimalReadable>(_ bytes: [UInt8], as type: S.Type, by form: TextForm = .best) {
    do throws(JSONError) {
        let tensor = try JSONDocument(bytes)["x"]?.tensor(of: S.self, by: form)
        precondition((tensor?.elements.count ?? 0) > 0)
    } catch {
        preconditionFailure("\(error)")
    }
}

/// - Parameter count: a power of two, or a multiple of it.
func benchmarkReading(_ report: Report, count: Int) {
    report.section("Reading JSON, for each number, index and numbers together; GB/s of text")
    let columns = min(columns, count)
    let shapes = Shape.all(count)
    let normal = document(shapes[0].values, columns: columns)
    report.line("floor: the sum of the bytes", items: count, amount: normal.count, unit: "GB/s") {
        unsafe normal.withUnsafeBufferPointer { _ = unsafe floors_sum($0.baseAddress, Int64($0.count)) }
    }
    for shape in shapes { compareReading(report, shape.name, document(shape.values, columns: columns), count: count) }

    let text = shapes[0].values.map(\.description)
    var random = SplitMix64(state: 2)
    let spellings: [(String, [UInt8])] = [
        ("17 digits, comma and space", document(text, columns: columns, separator: ", ")),
        ("17 digits, pretty-printed", document(text, columns: columns, separator: ",\n      ")),
        ("4 decimals, pretty-printed", document(shapes[1].values.map(\.description), columns: columns, separator: ",\n      ")),
        ("19 digits", document((0..<count).map { _ in "0.1" + random.digits(18) }, columns: columns)),
        ("25 digits", document((0..<count).map { _ in "0.1" + random.digits(24) }, columns: columns)),
        ("17 digits, rows of 1", document(text, columns: 1)),
        ("17 digits, rows of 4", document(text, columns: 4)),
    ]
    for (name, bytes) in spellings { compareReading(report, name, bytes, count: count) }

    report.section("The same as float32, from the shortest text")
    for shape in shapes.prefix(5) {
        let bytes = document(shape.values.map(Float.init), columns: columns)
        report.line(shape.name, items: count, amount: bytes.count, unit: "GB/s") { read(bytes, as: Float.self) }
    }
}

private func compareReading(_ report: Report, _ name: String, _ bytes: [UInt8], count: Int) {
    report.line(name, items: count, amount: bytes.count, unit: "GB/s") { read(bytes, as: Double.self) }
    for form in TextForm.available.dropLast().reversed() {
        report.line("  by \(form)", items: count, amount: bytes.count, unit: "GB/s") { read(bytes, as: Double.self, by: form) }
    }
    #if PEERS
        unsafe bytes.withUnsafeBufferPointer { text in
            if let start = text.baseAddress { unsafe peers_keep(start, Int64(text.count)) }
        }
        var numbers = [Double](repeating: 0, count: count)
        report.line("  simdjson", items: count, amount: bytes.count, unit: "GB/s") {
            let found = unsafe numbers.withUnsafeMutableBufferPointer { buffer in
                guard let start = buffer.baseAddress else { return Int64(-1) }
                return unsafe peers_read(start)
            }
            precondition(found == count)
        }
    #endif
}
