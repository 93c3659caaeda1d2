import Dispatch
import Transport

/// How one request is carried out: over how many threads, and where its time goes.
struct Execution: Sendable {
    /// Threads that the request may use: more than one only while others are idle. Results do not depend on it.
    let threads: Int

    /// The stages that have ended, as the value of a `Server-Timing` field (W3C Server Timing), in milliseconds.
    private(set) var serverTiming = ""

    private var last: MonotonicTime

    init(threads: Int, from start: MonotonicTime) {
        self.threads = threads
        last = start
    }

    /// Ends the stage that began where the one before ended.
    mutating func end(_ stage: String) {
        let now = MonotonicTime.now
        let microseconds = Int(now.seconds(since: last) * 1e6)
        last = now
        if !serverTiming.isEmpty { serverTiming += ", " }
        let fraction = String(microseconds % 1000 + 1000).dropFirst()
        serverTiming += "\(stage);dur=\(microseconds / 1000).\(fraction)"
    }

    /// The results of `body` for 0, 1, ... `count` - 1, computed side by side.
    static func concurrently<Result: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
        let results = Lock([Result?](repeating: nil, count: count))
        DispatchQueue.concurrentPerform(iterations: count) { index in
            let result = body(index)
            results.withLock { $0[index] = result }
        }
        return results.withLock { $0.compactMap { $0 } }
    }
}
