/// Times each part of a request alone, beside what the machine could do at best. `--smoke` runs each once, to see that it still runs.
@main
enum Main {
    static func main() {
        let report = Report(isSmoke: CommandLine.arguments.contains("--smoke"))
        let size = report.isSmoke ? 1_000 : 524_288
        benchmarkReading(report, count: size)
        benchmarkWriting(report, count: size)
        benchmarkKernels(report)
        benchmarkCompression(report, count: size)
        benchmarkProtocol(report)
    }
}
