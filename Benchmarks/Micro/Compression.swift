import Gzip
import TensorText

func benchmarkCompression(_ report: Report, count: Int) {
    report.section("gzip of float64 JSON, for each byte; GB/s of plain text")
    let text = document(normalNumbers(count), columns: min(columns, count))
    let compressed = Array(ContentCoding.gzip.compress(text).joined())
    print("  ratio \(Double(Int(Double(text.count) / Double(compressed.count) * 1000)) / 1000)")
    report.line("compress", items: text.count, amount: text.count, unit: "GB/s") { _ = ContentCoding.gzip.compress(text) }
    report.line("compress, zlib by entropy alone", items: text.count, amount: text.count, unit: "GB/s") {
        _ = ContentCoding.gzip.compressWithZlib(text.span)
    }
    report.line("inflate", items: text.count, amount: text.count, unit: "GB/s") {
        precondition((try? ContentCoding.gzip.inflate(compressed.span, limit: text.count))?.count == text.count)
    }
}
