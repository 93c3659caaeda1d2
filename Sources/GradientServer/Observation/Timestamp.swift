import Glibc

/// A moment as a log tells it: RFC 3339, UTC, to the millisecond.
struct Timestamp: CustomStringConvertible {
    private let time: timespec

    static var now: Timestamp {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(time: time)
    }

    var description: String {
        var seconds = time.tv_sec
        var parts = unsafe tm()
        unsafe gmtime_r(&seconds, &parts)
        let (year, month, day) = unsafe (parts.tm_year + 1900, padded(parts.tm_mon + 1), padded(parts.tm_mday))
        let (hour, minute, second) = unsafe (padded(parts.tm_hour), padded(parts.tm_min), padded(parts.tm_sec))
        return "\(year)-\(month)-\(day)T\(hour):\(minute):\(second).\(String(time.tv_nsec / 1_000_000 + 1000).dropFirst())Z"
    }

    private func padded(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
