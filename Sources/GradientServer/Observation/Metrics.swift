import CoreMetrics
import HTTP1
import Synchronization
import Threads
import Transport

/// What `/metrics` tells, by the swift-metrics API.
///
/// Counters and timers are made once and found by index. The exporter is the service's own instead of the one that the API keeps for the whole
/// process: tests run a service beside the other, and each must count for itself. All of it costs a request some 120 ns.
final class Metrics: Sendable {
    /// Of one route.
    private final class OfRoute: Sendable {
        let path: String
        let duration: Timer
        /// By stage.
        let stages: [Timer]
        /// Made when they first occur; few, and the usual one comes first.
        let statuses = Lock<[(code: Int, counter: Counter)]>([])

        init(_ path: String, _ exporter: PrometheusExporter) {
            self.path = path
            duration = Timer(label: "cotangent_request_duration_seconds", dimensions: [("route", path)], factory: exporter)
            stages = Execution.Stage.allCases.map { stage in
                let dimensions = [("route", path), ("stage", stage.name)]
                return Timer(label: "cotangent_stage_duration_seconds", dimensions: dimensions, factory: exporter)
            }
        }
    }

    enum HandshakeResult: String, CaseIterable { case full, resumed, failed }

    private let exporter = PrometheusExporter()

    /// The last is for what is on none.
    private let routes: [OfRoute]
    private let requestBytes: Counter
    private let replyBytes: Counter
    private let overloads: [String: Counter]
    private let handshakes: [String: Counter]
    private let computed = Atomic(0)

    /// Numbers that are looked up when somebody asks.
    private let gauges = Lock<[(meter: Meter, value: @Sendable () -> Int)]>([])

    /// - Parameter paths: of the routes, by index.
    init(paths: [String]) {
        exporter.describe("cotangent_requests_total", as: "counter", "Requests answered, by route and status.")
        exporter.describe(
            "cotangent_request_duration_seconds", as: "histogram", "From the first byte of a request to the last of its reply.")
        exporter.describe("cotangent_stage_duration_seconds", as: "histogram", "Of that, what each stage took.")
        exporter.describe(
            "cotangent_overload_refusals_total", as: "counter",
            "Requests and connections answered 503, by what there was too much of.")
        exporter.describe("cotangent_request_body_bytes_total", as: "counter", "Bytes of bodies received, as sent.")
        exporter.describe("cotangent_reply_body_bytes_total", as: "counter", "Bytes of bodies sent, as sent.")
        exporter.describe("cotangent_tls_handshakes_total", as: "counter", "TLS handshakes, by their result.")
        exporter.describe("cotangent_build_info", as: "gauge", "1, with the version of the service.")
        let exporter = exporter
        Meter(label: "cotangent_build_info", dimensions: [("version", Server.version)], factory: exporter).set(1)
        routes = (paths + ["other"]).map { OfRoute($0, exporter) }
        requestBytes = Counter(label: "cotangent_request_body_bytes_total", factory: exporter)
        replyBytes = Counter(label: "cotangent_reply_body_bytes_total", factory: exporter)
        overloads = Self.counters("cotangent_overload_refusals_total", by: "reason", Overload.labels, exporter)
        handshakes = Self.counters("cotangent_tls_handshakes_total", by: "result", HandshakeResult.allCases.map(\.rawValue), exporter)
    }

    func record(_ exchange: Exchange, route: Int?, seconds: Double) {
        let route = routes[route ?? routes.count - 1]
        count(exchange.status.code, on: route)
        route.duration.recordSeconds(seconds)
        if let execution = exchange.execution {
            computed.add(1, ordering: .relaxed)
            execution.forEachStage { stage, seconds in route.stages[stage.rawValue].recordSeconds(seconds) }
        }
        if let overload = exchange.overload { count(overload) }
        if exchange.requestBytes > 0 { requestBytes.increment(by: exchange.requestBytes) }
        if exchange.replyBytes > 0 { replyBytes.increment(by: exchange.replyBytes) }
    }

    func count(_ overload: Overload) {
        overloads[overload.label]?.increment()
    }

    func count(_ handshake: HandshakeResult) {
        handshakes[handshake.rawValue]?.increment()
    }

    func addGauge(_ name: String, _ help: String, _ value: @escaping @Sendable () -> Int) {
        exporter.describe(name, as: "gauge", help)
        let meter = Meter(label: name, factory: exporter)
        gauges.withLock { $0.append((meter, value)) }
    }

    /// How many requests have been computed.
    var computations: Int { computed.load(ordering: .relaxed) }

    /// As Prometheus reads it.
    var exposition: [UInt8] {
        for gauge in gauges.withLock({ $0 }) { gauge.meter.set(gauge.value()) }
        return exporter.exposition
    }

    private func count(_ status: Int, on route: OfRoute) {
        let counter = route.statuses.withLock { statuses in
            if let known = statuses.first(where: { $0.code == status }) { return known.counter }
            let dimensions = [("route", route.path), ("status", "\(status)")]
            let counter = Counter(label: "cotangent_requests_total", dimensions: dimensions, factory: exporter)
            statuses.append((status, counter))
            return counter
        }
        counter.increment()
    }

    private static func counters(_ name: String, by label: String, _ values: [String], _ exporter: PrometheusExporter) -> [String: Counter]
    {
        Dictionary(uniqueKeysWithValues: values.map { ($0, Counter(label: name, dimensions: [(label, $0)], factory: exporter)) })
    }
}
