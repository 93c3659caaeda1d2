import HTTP1
import RecurrentCell
import Threads
import Transport

/// How one request is carried out: by whom, and where its time goes.
struct Execution: Sendable {
    /// Who works on the request: more than one thread only while others are idle. Results do not depend on it.
    let team: Team

    /// N, D and H of the request, once they are known.
    var extents: Extents?

    /// The parts of a request's time, in the order in which they end.
    enum Stage: Int, CaseIterable, Sendable {
        case read, decode, compute, encode

        var name: String {
            switch self {
            case .read: "read"
            case .decode: "decode"
            case .compute: "compute"
            case .encode: "encode"
            }
        }
    }

    /// What each stage took; nil for those that have not ended.
    private var seconds: [4 of Double?] = [nil, nil, nil, nil]

    private var last: MonotonicTime

    init(team: Team, from start: MonotonicTime) {
        self.team = team
        last = start
    }

    /// Ends the stage that began where the one before ended.
    mutating func end(_ stage: Stage) {
        let now = MonotonicTime.now
        seconds[stage.rawValue] = now.seconds(since: last)
        last = now
    }

    /// Ends the stage that an error has cut short: the first that has not ended.
    mutating func endCutShort() {
        if let stage = Stage.allCases.first(where: { seconds[$0.rawValue] == nil }) { end(stage) }
    }

    /// Calls `body` with each stage that has ended, in order, and what it took.
    func forEachStage(_ body: (Stage, _ seconds: Double) -> Void) {
        for stage in Stage.allCases {
            if let seconds = seconds[stage.rawValue] { body(stage, seconds) }
        }
    }

    /// `, compute;dur=` and a number.
    private static let longestTiming = 16 + Milliseconds.longest

    /// Appends the stages as the value of a `Server-Timing` field (W3C Server Timing), in milliseconds.
    func writeServerTiming(to text: inout [UInt8]) {
        text.append(addingCapacity: Stage.allCases.count * Self.longestTiming) { output in
            for stage in Stage.allCases {
                guard let seconds = seconds[stage.rawValue] else { continue }
                if output.count > 0 { output.append(", ") }
                output.append(stage.name)
                output.append(";dur=")
                Milliseconds(seconds).write(to: &output)
            }
        }
    }
}
