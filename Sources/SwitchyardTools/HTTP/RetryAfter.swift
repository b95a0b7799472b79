import SwitchyardCore

/// The header `Retry-After`.
enum RetryAfter {
    /// How long `text` asks to wait: a number of seconds or the date of a moment, seen from `now`; nil for anything
    /// else. A moment that has passed is no wait. Longer than a year is a year.
    static func parse(_ text: String, now: Timestamp) -> Duration? {
        let year = Duration.seconds(365 * 86_400)
        let text = text.drop { $0 == " " }
        if let seconds = Int64(text), seconds >= 0 { return min(.seconds(min(seconds, 1 << 40)), year) }
        guard let moment = date(text) else { return nil }
        return min(max(.zero, moment.since(now)), year)
    }

    /// The moment of a date such as `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that may still be sent.
    static func date(_ text: some StringProtocol) -> Timestamp? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", parts[1].count == 2, parts[3].count == 4, parts[4].count == 8,
            let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp(iso8601: "\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }
}
