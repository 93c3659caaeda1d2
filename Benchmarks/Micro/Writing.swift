import Floors
import Glibc
import TensorText

#if PEERS
    import Peers
#endif

func benchmarkWriting(_ report: Report, count: Int) {
    report.section("Writing JSON, for each number; GB/s of text")
    let shapes = Shape.all(count)
    var target = [UInt8](repeating: 0, count: 32 * count)
    let size = document(shapes[0].values, columns: min(columns, count)).count
    report.line("floor: memset", items: count, amount: size, unit: "GB/s") {
        unsafe target.withUnsafeMutableBytes { bytes in _ = unsafe bytes.baseAddress.map { unsafe memset($0, 1, size) } }
    }
    for shape in shapes {
        compareWriting(report, shape.name, shape.values)
        #if PEERS
            report.line("  std::to_chars", items: count, amount: size, unit: "GB/s") {
                unsafe target.withUnsafeMutableBytes { bytes in
                    guard let text = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return }
                    _ = unsafe peers_write_doubles(shape.values, Int64(count), text)
                }
            }
        #endif
    }
    report.section("The same as float32")
    for shape in shapes.prefix(11) { compareWriting(report, shape.name, shape.values.map(Float.init)) }
    compareWriting(report, "random bits", (0..<count).map { Float(bitPattern: UInt32(truncatingIfNeeded: $0 &* 0x9E37_79B1)) })
}

private func compareWriting<S: WritableScalar>(_ report: Report, _ name: String, _ values: [S]) {
    let width = min(columns, values.count)
    let size = document(values, columns: width).count
    report.line(name, items: values.count, amount: size, unit: "GB/s") { _ = document(values, columns: width) }
    for form in TextForm.available.dropLast() {
        report.line("  by \(form)", items: values.count, amount: size, unit: "GB/s") {
            var text: [UInt8] = []
            text.append(addingCapacity: JSONWriter.capacity(forNumbers: values.count)) { (span: inout OutputSpan<UInt8>) in
                S.appendRun(values.span, columns: width, startingAt: 0, to: &span, by: form)
            }
            precondition(!text.isEmpty)
        }
    }
}
