/// Times each part of a request alone, beside what the machine could do at best: all parts, or those named (`reading`, `writing`, `kernels`,
/// `compression`, `protocol`). `--smoke` runs each once, to see that it still runs; `--prove N` compares N numbers each way with the reference.
@main
enum Main {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        if let flag = arguments.firstIndex(of: "--prove") {
            return proveText(count: arguments.indices.contains(flag + 1) ? Int(arguments[flag + 1]) ?? 0 : 0)
        }
        let report = Report(isSmoke: arguments.contains("--smoke"))
        let size = report.isSmoke ? 1_024 : 524_288
        let parts: [(name: String, benchmark: () -> Void)] = [
            ("reading", { benchmarkReading(report, count: size) }), ("writing", { benchmarkWriting(report, count: size) }),
            ("kernels", { benchmarkKernels(report) }), ("compression", { benchmarkCompression(report, count: size) }),
            ("protocol", { benchmarkProtocol(report) }),
        ]
        let wanted = arguments.filter { !$0.hasPrefix("--") }
        for part in parts where wanted.isEmpty || wanted.contains(part.name) { part.benchmark() }
    }
}
