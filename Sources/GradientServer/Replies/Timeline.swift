import Transport

/// Where the time of one request went, for its `Server-Timing` field (W3C Server Timing): consecutive stages, in milliseconds.
struct Timeline: Sendable {
    private var last: MonotonicTime
    private(set) var fieldValue = ""

    init(from start: MonotonicTime) {
        last = start
    }

    /// Ends the stage that began where the one before ended.
    mutating func end(_ stage: String) {
        let now = MonotonicTime.now
        let microseconds = Int(now.seconds(since: last) * 1e6)
        last = now
        if !fieldValue.isEmpty { fieldValue += ", " }
        let fraction = String(microseconds % 1000 + 1000).dropFirst()
        fieldValue += "\(stage);dur=\(microseconds / 1000).\(fraction)"
    }
}
