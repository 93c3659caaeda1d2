import HTTP1
import Transport

/// What `/metrics` counts.
///
/// A plain struct behind one lock instead of the swift-metrics API: that needs a registry for the whole process, where tests run a service beside
/// the other and each must count for itself, and a lookup by name and labels where this is an index. All of it costs a request some 100 ns.
final class Metrics: Sendable {
    /// Of one route; the last of all is for what is on none.
    struct OfRoute {
        var statuses: [Int: Int] = [:]
        var duration = Histogram()
        /// In the order in which they were first seen.
        var stages: [(name: String, duration: Histogram)] = []

        mutating func add(_ stage: Execution.Stage) {
            if let index = stages.firstIndex(where: { $0.name == stage.name }) {
                stages[index].duration.add(stage.seconds)
            } else {
                stages.append((stage.name, Histogram()))
                add(stage)
            }
        }
    }

    struct Counts {
        var routes: [OfRoute]
        var requestBytes = 0
        var replyBytes = 0
        var computations = 0
        var overloads = Dictionary(uniqueKeysWithValues: Overload.labels.map { ($0, 0) })
        var handshakes = Dictionary(uniqueKeysWithValues: HandshakeResult.allCases.map { ($0.rawValue, 0) })
    }

    enum HandshakeResult: String, CaseIterable { case full, resumed, failed }

    /// A number that is looked up when somebody asks.
    struct Gauge: Sendable {
        let name: String
        let help: String
        let value: @Sendable () -> Int
    }

    private let counts: Lock<Counts>
    private let gauges = Lock<[Gauge]>([])

    init(routes: Int) {
        counts = Lock(Counts(routes: [OfRoute](repeating: OfRoute(), count: routes + 1)))
    }

    func record(_ exchange: Exchange, route: Int?, seconds: Double) {
        counts.withLock { counts in
            let index = route ?? counts.routes.count - 1
            counts.routes[index].statuses[exchange.status.code, default: 0] += 1
            counts.routes[index].duration.add(seconds)
            if let execution = exchange.execution {
                counts.computations += 1
                for stage in execution.stages { counts.routes[index].add(stage) }
            }
            if let overload = exchange.overload { counts.overloads[overload.label, default: 0] += 1 }
            counts.requestBytes += exchange.requestBytes
            counts.replyBytes += exchange.replyBytes
        }
    }

    func count(_ overload: Overload) {
        counts.withLock { $0.overloads[overload.label, default: 0] += 1 }
    }

    func count(_ handshake: HandshakeResult) {
        counts.withLock { $0.handshakes[handshake.rawValue, default: 0] += 1 }
    }

    func addGauge(_ name: String, _ help: String, _ value: @escaping @Sendable () -> Int) {
        gauges.withLock { $0.append(Gauge(name: name, help: help, value: value)) }
    }

    /// How many requests have been computed.
    var computations: Int { counts.withLock { $0.computations } }

    /// As Prometheus reads it.
    ///
    /// - Parameter paths: of the routes, by index.
    func exposition(paths: [String]) -> [UInt8] {
        // Copied out, so that the writing holds nobody up.
        var text = MetricsText()
        text.add(counts.withLock { $0 }, paths: paths + ["other"])
        for gauge in gauges.withLock({ $0 }) { text.addGauge(gauge) }
        return text.bytes
    }
}
