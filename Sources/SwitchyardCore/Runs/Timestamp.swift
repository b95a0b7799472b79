/// A moment in UTC, in whole microseconds since 1970.
package struct Timestamp: Hashable, Sendable, Comparable {
    package var microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    /// The time from `earlier` to this moment; negative if the clock was set back between them.
    package func since(_ earlier: Timestamp) -> Duration {
        .microseconds(microseconds - earlier.microseconds)
    }

    package func advanced(by duration: Duration) -> Timestamp {
        Timestamp(microseconds: microseconds + duration.wholeMicroseconds)
    }
}

extension Duration {
    /// The duration in microseconds, rounded towards zero.
    package var wholeMicroseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }

    package var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}

extension Timestamp {
    /// The moment as RFC 3339 with microseconds: `2026-11-21T07:34:00.000000Z`.
    package var iso8601: String {
        let (date, clock) = calendar
        func pad(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
        }
        return "\(pad(date.year, 4))-\(pad(date.month, 2))-\(pad(date.day, 2))"
            + "T\(pad(clock.hour, 2)):\(pad(clock.minute, 2)):\(pad(clock.second, 2)).\(pad(clock.microsecond, 6))Z"
    }

    /// The moment that `text` spells in the form of ``iso8601``, with any number of decimals; nil for anything else.
    package init?(iso8601 text: String) {
        guard text.utf8.count >= 20, text.hasSuffix("Z") else { return nil }
        let utf8 = Array(text.utf8)
        for (index, mark) in [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")] where utf8[index] != mark.utf8.first
        {
            return nil
        }
        func number(_ range: Range<Int>) -> Int? { Int(String(decoding: utf8[range], as: UTF8.self)) }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        var micro = 0
        if utf8[19] == UInt8(ascii: ".") {
            let digits = String(decoding: utf8[20..<(utf8.count - 1)].prefix(6), as: UTF8.self)
            guard let decimals = Int(digits + String(repeating: "0", count: 6 - digits.count)) else { return nil }
            micro = decimals
        }
        let days = Self.days(year: year, month: month, day: day)
        // A day the month does not have would silently become one of the next month.
        guard Self.date(daysSince1970: days) == (year, month, day) else { return nil }
        microseconds = Int64(((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000 + Int64(micro)
    }

    /// The UTC date and time of day.
    package var calendar:
        (date: (year: Int, month: Int, day: Int), clock: (hour: Int, minute: Int, second: Int, microsecond: Int))
    {
        let day: Int64 = 86_400_000_000
        let days = (microseconds >= 0 ? microseconds : microseconds - day + 1) / day
        let rest = Int(microseconds - days * day)
        let seconds = rest / 1_000_000
        return (
            Self.date(daysSince1970: Int(days)),
            (seconds / 3600, seconds / 60 % 60, seconds % 60, rest % 1_000_000)
        )
    }

    // Days to dates and back by Howard Hinnant's algorithms (chrono-Compatible Low-Level Date Algorithms, 2021).

    private static func date(daysSince1970: Int) -> (year: Int, month: Int, day: Int) {
        let z = daysSince1970 + 719_468
        let era = (z >= 0 ? z : z - 146_096) / 146_097
        let dayOfEra = z - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func days(year: Int, month: Int, day: Int) -> Int {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
