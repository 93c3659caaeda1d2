import HTTP1
import Logging
import Threads
import Transport

/// What the service knows of itself: counts for `/metrics`, a log, and whether it wants new work.
final class Monitor: Sendable {
    let metrics: Metrics
    let log: Logger
    private let readiness = Lock(true)

    /// - Parameter paths: of the routes, by index.
    init(log: Logger, paths: [String]) {
        self.log = log
        metrics = Metrics(paths: paths)
    }

    /// False once the service is about to stop.
    var isReady: Bool { readiness.withLock { $0 } }

    func endReadiness() {
        readiness.withLock { $0 = false }
    }

    /// The reply has left for the client. The line is made only where the log wants it.
    ///
    /// - Parameters:
    ///   - head: of the request; nil where it was never understood.
    ///   - route: its index; nil where there is none for it.
    func record(_ exchange: Exchange, _ head: RequestHead?, route: Int?) {
        let seconds = MonotonicTime.now.seconds(since: exchange.arrival)
        metrics.record(exchange, route: route, seconds: seconds)
        guard log.logLevel <= .info else { return }
        log.info(
            "\(head?.method ?? "-") \(String((head?.path ?? "-").prefix(200))) \(exchange.status.code)",
            metadata: exchange.metadata(head, seconds: seconds))
    }
}
