import Dispatch
import RecurrentCell
import Transport

/// How one request is carried out: over how many threads, and where its time goes.
struct Execution: Sendable {
    /// Threads that the request may use: more than one only while others are idle. Results do not depend on it.
    let threads: Int

    /// N, D and H of the request, once they are known.
    var extents: Extents?

    struct Stage: Sendable {
        let name: String
        let seconds: Double
    }

    /// All that there are, in order.
    static let stageNames = ["read", "decode", "compute", "encode"]

    /// The stages that have ended, in order.
    private(set) var stages: [Stage] = []

    private var last: MonotonicTime

    init(threads: Int, from start: MonotonicTime) {
        self.threads = threads
        last = start
        stages.reserveCapacity(4)
    }

    /// Ends the stage that began where the one before ended.
    mutating func end(_ stage: String) {
        let now = MonotonicTime.now
        stages.append(Stage(name: stage, seconds: now.seconds(since: last)))
        last = now
    }

    /// Ends the stage that an error has cut short: the one after the last that has ended.
    mutating func endCutShort() {
        end(Self.stageNames[min(stages.count, Self.stageNames.count - 1)])
    }

    /// The stages as the value of a `Server-Timing` field (W3C Server Timing), in milliseconds.
    var serverTiming: String {
        var text = ""
        for stage in stages {
            if !text.isEmpty { text += ", " }
            text += stage.name
            text += ";dur="
            text += Milliseconds(stage.seconds).description
        }
        return text
    }

    /// The results of `body` for 0, 1, ... `count` - 1, computed side by side on so many threads; each takes the next index when it is done with
    /// the one before.
    static func concurrently<Result: Sendable>(_ count: Int, threads: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
        let results = Lock([Result?](repeating: nil, count: count))
        let next = Lock(0)
        DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
            while true {
                let index = next.withLock { next in
                    defer { next += 1 }
                    return next
                }
                guard index < count else { return }
                let result = body(index)
                results.withLock { $0[index] = result }
            }
        }
        return results.withLock { $0.compactMap { $0 } }
    }
}
