import Logging
import Transport

/// What the service knows of itself: counts for `/metrics`, a log, and whether it wants new work.
final class Monitor: Sendable {
    let metrics: Metrics
    let log: Logger
    private let readiness = Lock(true)

    init(log: Logger, routes: Int) {
        self.log = log
        metrics = Metrics(routes: routes)
    }

    /// False once the service is about to stop.
    var isReady: Bool { readiness.withLock { $0 } }

    func endReadiness() {
        readiness.withLock { $0 = false }
    }

    /// The reply has left for the client. The line is made only where the log wants it.
    func record(_ exchange: Exchange) {
        let seconds = MonotonicTime.now.seconds(since: exchange.arrival)
        metrics.record(exchange, seconds: seconds)
        if log.logLevel <= .info { log.info(exchange.line, metadata: exchange.metadata(seconds: seconds)) }
    }
}
