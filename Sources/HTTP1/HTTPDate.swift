/// A moment as the Date field writes it, `Sun, 06 Nov 1994 08:49:37 GMT` (IMF-fixdate, RFC 9110 section 5.6.7).
///
/// It changes once a second, so whoever writes many replies keeps one for that long.
package struct HTTPDate: Sendable {
    /// The 29 characters.
    package let bytes: [UInt8]

    /// The date of `unixTime`, in seconds since 1970-01-01 00:00:00 UTC, from year 1 to year 9999; times beyond become the nearest
    /// of these, because the year has four digits.
    package init(unixTime: Int) {
        let time = min(max(unixTime, -62_135_596_800), 253_402_300_799)
        let (days, second) = time.flooredDivision(by: 86400)
        let (year, month, day) = civilDate(daysSinceEpoch: days)
        // 1970-01-01 was a Thursday.
        let weekday = (days + 4).flooredDivision(by: 7).remainder

        func digits(_ number: Int, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: count - text.utf8.count) + text
        }
        let clock = "\(digits(second / 3600, 2)):\(digits(second / 60 % 60, 2)):\(digits(second % 60, 2))"
        bytes = Array("\(Self.weekdays[weekday]), \(digits(day, 2)) \(Self.months[month - 1]) \(digits(year, 4)) \(clock) GMT".utf8)
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}

extension HTTPDate: CustomStringConvertible {
    /// The characters as a string.
    package var description: String { String(decoding: bytes, as: UTF8.self) }
}

/// The Gregorian date `days` after 1970-01-01.
///
/// Years are counted from 1 March, so that the leap day is the last of its year and months begin at multiples of 153/5 days; a
/// cycle of 400 such years has 146097 days.
private func civilDate(daysSinceEpoch days: Int) -> (year: Int, month: Int, day: Int) {
    let (cycle, dayOfCycle) = (days + 719_468).flooredDivision(by: 146_097)  // from 0000-03-01
    let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
    let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    return (cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
}

extension Int {
    /// The quotient rounded down, and the remainder, which is not negative; `divisor` is positive.
    fileprivate func flooredDivision(by divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
