import Glibc

/// A moment on a clock that only goes forward.
package struct MonotonicTime: Comparable, Sendable {
    private let nanoseconds: UInt64

    package static let zero = MonotonicTime(nanoseconds: 0)
    package static let distantFuture = MonotonicTime(nanoseconds: .max)

    package static var now: MonotonicTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicTime(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }

    package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The moment `seconds` later; the distant future stays where it is.
    package static func + (moment: MonotonicTime, seconds: Double) -> MonotonicTime {
        let (sum, overflow) = moment.nanoseconds.addingReportingOverflow(UInt64(max(0, min(seconds, 1e9)) * 1e9))
        return overflow ? .distantFuture : MonotonicTime(nanoseconds: sum)
    }

    /// Seconds from `earlier` to this moment, at least 0.
    package func seconds(since earlier: MonotonicTime) -> Double {
        self < earlier ? 0 : Double(nanoseconds - earlier.nanoseconds) / 1e9
    }
}
