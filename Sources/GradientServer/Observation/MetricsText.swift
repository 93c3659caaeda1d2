/// The text format of Prometheus, version 0.0.4.
struct MetricsText {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ counts: Metrics.Counts, paths: [String]) {
        let routes = zip(paths, counts.routes).filter { !$0.1.statuses.isEmpty }
        begin("cotangent_requests_total", "counter", "Requests answered, by route and status.")
        for (path, route) in routes {
            for (status, count) in route.statuses.sorted(by: { $0.key < $1.key }) {
                line("cotangent_requests_total", [("route", path), ("status", "\(status)")], "\(count)")
            }
        }
        begin("cotangent_request_duration_seconds", "histogram", "From the first byte of a request to the last of its reply.")
        for (path, route) in routes { add(route.duration, "cotangent_request_duration_seconds", [("route", path)]) }
        begin("cotangent_stage_duration_seconds", "histogram", "Of that, what each stage took.")
        for (path, route) in routes {
            for stage in route.stages {
                add(stage.duration, "cotangent_stage_duration_seconds", [("route", path), ("stage", stage.name)])
            }
        }
        begin("cotangent_overload_refusals_total", "counter", "Requests and connections answered 503, by what there was too much of.")
        add(counts.overloads, "cotangent_overload_refusals_total", "reason")
        begin("cotangent_request_body_bytes_total", "counter", "Bytes of bodies received, as sent.")
        line("cotangent_request_body_bytes_total", [], "\(counts.requestBytes)")
        begin("cotangent_reply_body_bytes_total", "counter", "Bytes of bodies sent, as sent.")
        line("cotangent_reply_body_bytes_total", [], "\(counts.replyBytes)")
        begin("cotangent_tls_handshakes_total", "counter", "TLS handshakes, by their result.")
        add(counts.handshakes, "cotangent_tls_handshakes_total", "result")
    }

    mutating func addGauge(_ gauge: Metrics.Gauge) {
        begin(gauge.name, "gauge", gauge.help)
        line(gauge.name, [], "\(gauge.value())")
    }

    private mutating func add(_ counts: [String: Int], _ name: String, _ label: String) {
        for (value, count) in counts.sorted(by: { $0.key < $1.key }) { line(name, [(label, value)], "\(count)") }
    }

    private mutating func add(_ histogram: Histogram, _ name: String, _ labels: [(String, String)]) {
        var count = 0
        for (bound, countHere) in zip(Histogram.bounds.map { "\($0)" } + ["+Inf"], histogram.counts) {
            count += countHere
            line(name + "_bucket", labels + [("le", bound)], "\(count)")
        }
        line(name + "_sum", labels, "\(histogram.sum)")
        line(name + "_count", labels, "\(count)")
    }

    private mutating func begin(_ name: String, _ type: String, _ help: String) {
        bytes += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n".utf8
    }

    /// The labels' values are names of the program's own, which need no escape.
    private mutating func line(_ name: String, _ labels: [(String, String)], _ value: String) {
        let list = labels.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ",")
        bytes += "\(name)\(list.isEmpty ? "" : "{\(list)}") \(value)\n".utf8
    }
}
