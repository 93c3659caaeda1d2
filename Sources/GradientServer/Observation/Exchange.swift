import HTTP1
import Logging
import RecurrentCell
import Transport

/// A request and its reply, as the log and the metrics tell of them.
struct Exchange {
    let id: String
    /// nil where the request was never understood.
    let head: RequestHead?
    let route: Route?
    let arrival: MonotonicTime
    var requestBytes = 0

    let status: HTTPStatus
    let replyBytes: Int
    /// Where a computation has come to its end.
    let execution: Execution?
    let overload: Overload?

    /// The line that an access log has of it.
    var line: Logger.Message { "\(head?.method ?? "-") \(String((head?.path ?? "-").prefix(200))) \(status.code)" }

    func metadata(seconds: Double) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "id": .string(id), "status": .stringConvertible(status.code), "in": .stringConvertible(requestBytes),
            "out": .stringConvertible(replyBytes), "ms": .stringConvertible(Milliseconds(seconds)),
        ]
        if let head {
            metadata["method"] = .string(head.method)
            metadata["path"] = .string(String(head.path.prefix(200)))
            metadata["trace"] = RequestID.trace(for: head).map { .string($0) }
        }
        for stage in execution?.stages ?? [] { metadata["\(stage.name)_ms"] = .stringConvertible(Milliseconds(stage.seconds)) }
        if let extents = execution?.extents {
            metadata["N"] = .stringConvertible(extents.samples)
            metadata["D"] = .stringConvertible(extents.inputs)
            metadata["H"] = .stringConvertible(extents.units)
        }
        return metadata
    }
}

/// A time to three decimals: microseconds.
struct Milliseconds: CustomStringConvertible, Sendable {
    private let microseconds: Int

    init(_ seconds: Double) {
        microseconds = Int(seconds * 1e6)
    }

    var value: Double { Double(microseconds) / 1000 }

    var description: String { "\(microseconds / 1000).\(String(microseconds % 1000 + 1000).dropFirst())" }
}
