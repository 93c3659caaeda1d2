import Glibc
import HTTP1
import Threads
import Transport

/// The value of the `Date` field, made anew once a second: writing it out costs more than all the rest of a small reply's head.
enum CurrentDate {
    private static let latest = Lock((second: 0, date: HTTPDate(unixTime: 0)))

    static var now: HTTPDate {
        let second = time(nil)
        return latest.withLock { latest in
            if latest.second != second { latest = (second, HTTPDate(unixTime: second)) }
            return latest.date
        }
    }
}
