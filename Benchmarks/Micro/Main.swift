/// Times each part of a request alone, beside what the machine could do at best. `--smoke` runs each once, to see that it still runs; names of
/// parts run these only.
@main
enum Main {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst()
        let report = Report(isSmoke: arguments.contains("--smoke"))
        let size = report.isSmoke ? 1_000 : 524_288
        let parts: [(name: String, run: () -> Void)] = [
            ("reading", { benchmarkReading(report, count: size) }),
            ("writing", { benchmarkWriting(report, count: size) }),
            ("kernels", { benchmarkKernels(report) }),
            ("gzip", { benchmarkCompression(report, count: size) }),
            ("http", { benchmarkProtocol(report) }),
        ]
        let wanted = arguments.filter { !$0.hasPrefix("--") }
        for part in parts where wanted.isEmpty || wanted.contains(part.name) { part.run() }
    }
}
