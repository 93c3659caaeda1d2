import HTTP1
import Synchronization

/// What names one request in the reply, in the log and in the systems around.
enum RequestID {
    /// The client's own `X-Request-Id`, or a new one where it sent none that a log could hold as it is.
    static func id(for head: RequestHead?) -> String {
        guard let given = head?.fields["x-request-id"], given.utf8.count <= 128, !given.isEmpty, given.utf8.allSatisfy(isPlain) else {
            return process + "-" + String(next.wrappingAdd(1, ordering: .relaxed).newValue, radix: 36)
        }
        return given
    }

    /// The trace that the request belongs to: the `traceparent` field, where it is well-formed (W3C Trace Context §3.2).
    static func trace(for head: RequestHead) -> String? {
        guard let field = head.fields["traceparent"], field.utf8.count == 55 else { return nil }
        let parts = field.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [2, 32, 16, 2], parts.allSatisfy({ $0.utf8.allSatisfy(isLowercaseHexadecimal) }),
            parts[0] != "ff", parts[1...2].allSatisfy({ $0.contains { $0 != "0" } })
        else { return nil }
        return field
    }

    /// Differs from one start of the service to the next.
    private static let process = {
        let text = String(UInt32.random(in: 0...UInt32.max), radix: 16)
        return String(repeating: "0", count: 8 - text.utf8.count) + text
    }()

    private static let next = Atomic<UInt64>(0)

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "-._:/+=@".utf8.contains(byte)
        }
    }

    private static func isLowercaseHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}
