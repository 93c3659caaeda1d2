import HTTP1
import Logging
import RecurrentCell
import Transport

/// A reply on its way, with what the log and the metrics will tell of it and its request.
struct Exchange {
    let id: RequestID
    let arrival: MonotonicTime
    let requestBytes: Int
    let status: HTTPStatus
    let replyBytes: Int
    /// Where a computation has come to its end.
    let execution: Execution?
    let overload: Overload?

    init(_ response: Response, id: RequestID, arrival: MonotonicTime, requestBytes: Int, replyBytes: Int) {
        self.id = id
        self.arrival = arrival
        self.requestBytes = requestBytes
        status = response.head.status
        self.replyBytes = replyBytes
        execution = response.execution
        overload = response.overload
    }

    /// - Parameter head: nil where the request was never understood.
    func metadata(_ head: RequestHead?, seconds: Double) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "id": .string(String(decoding: id.bytes, as: UTF8.self)), "status": .stringConvertible(status.code),
            "in": .stringConvertible(requestBytes), "out": .stringConvertible(replyBytes),
            "ms": .stringConvertible(Milliseconds(seconds)),
        ]
        if let head {
            metadata["method"] = .string(head.method)
            metadata["path"] = .string(String(head.path.prefix(200)))
            metadata["trace"] = RequestID.trace(for: head).map { .string($0) }
        }
        execution?.forEachStage { stage, seconds in metadata["\(stage.name)_ms"] = .stringConvertible(Milliseconds(seconds)) }
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

    var description: String {
        var text: [UInt8] = []
        text.append(addingCapacity: Self.longest) { write(to: &$0) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Bytes of the longest text.
    static let longest = 24

    /// Appends the text, for which there must be room.
    func write(to text: inout OutputSpan<UInt8>) {
        let (whole, fraction) = microseconds.quotientAndRemainder(dividingBy: 1000)
        text.append(decimal: whole)
        text.append(fraction < 10 ? ".00" : fraction < 100 ? ".0" : ".")
        text.append(decimal: fraction)
    }
}
