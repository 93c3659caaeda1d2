import HTTP1
import Synchronization

/// What names one request in the reply, in the log and in the systems around.
enum RequestID: Sendable {
    /// The client's own.
    case given(String)
    /// Ours, by number: written out only where it is needed.
    case made(UInt64)

    /// The client's `X-Request-Id`, or a new one where it sent none that a log could hold as it is.
    init(for head: RequestHead?) {
        if let given = head?.fields["x-request-id"], !given.isEmpty, given.utf8.count <= 128, given.utf8.allSatisfy(Self.isPlain) {
            self = .given(given)
        } else {
            self = .made(Self.next.wrappingAdd(1, ordering: .relaxed).newValue)
        }
    }

    /// `7f3a9c21-00000000a4`: the first half differs from one start of the service to the next.
    var bytes: [UInt8] {
        switch self {
        case .given(let text): return Array(text.utf8)
        case .made(let number):
            var bytes: [UInt8] = []
            bytes.append(addingCapacity: 19) { output in
                Self.append(Self.process, digits: 8, to: &output)
                output.append(UInt8(ascii: "-"))
                Self.append(number, digits: 10, to: &output)
            }
            return bytes
        }
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

    private static let process = UInt64.random(in: 0...UInt64.max)

    /// Appends the last digits of a number in hexadecimal.
    private static func append(_ number: UInt64, digits: Int, to output: inout OutputSpan<UInt8>) {
        for place in (0..<digits).reversed() {
            let digit = UInt8(truncatingIfNeeded: number >> UInt64(4 * place)) & 0xF
            output.append(digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
        }
    }

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
