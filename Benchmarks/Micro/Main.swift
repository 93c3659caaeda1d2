/// Times each part of a request alone, beside what the machine could do at best: all parts, or those named (`reading`, `writing`, `kernels`,
/// `compression`, `protocol`). `--smoke` runs each once, to see that it still runs; `--small` takes documents that fit the caches, for which
/// a busy machine leaves time in one piece. `--prove N [KIND...]` instead compares N numbers of each kind with the reference.
@main
enum Main {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        if let flag = arguments.firstIndex(of: "--prove") {
            let count = arguments[flag...].dropFirst().first.flatMap { Int($0) } ?? 1_000_000
            return proveText(count: count, kinds: Array(arguments[flag...].dropFirst(2)))
        }
        let report = Report(isSmoke: arguments.contains("--smoke"))
        let size = report.isSmoke ? 1_024 : arguments.contains("--small") ? 16_384 : 524_288
        let parts: [(name: String, benchmark: () -> Void)] = [
            ("reading", { benchmarkReading(report, count: size) }), ("writing", { benchmarkWriting(report, count: size) }),
            ("kernels", { benchmarkKernels(report) }), ("compression", { benchmarkCompression(report, count: size) }),
            ("protocol", { benchmarkProtocol(report) }),
        ]
        let wanted = arguments.filter { !$0.hasPrefix("--") }
        for part in parts where wanted.isEmpty || wanted.contains(part.name) { part.benchmark() }
    }
}
