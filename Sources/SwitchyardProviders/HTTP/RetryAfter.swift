import NIOHTTP1
import SwitchyardCore

/// How long a provider asks to wait, in its headers.
enum RetryAfter {
    /// `retry-after-ms`, or `retry-after` as seconds, also with a fraction, or as the date of a moment. A moment that has
    /// passed is no wait; longer than a year is a year; anything else is nil.
    static func wait(in headers: HTTPHeaders, now: Timestamp) -> Duration? {
        if let text = headers.first(name: "retry-after-ms"), let wait = number(text) { return wait / 1000 }
        guard let text = headers.first(name: "retry-after") else { return nil }
        if let wait = number(text) { return wait }
        guard let moment = date(text) else { return nil }
        return min(max(.zero, moment.since(now)), year)
    }

    private static let year = Duration.seconds(365 * 86_400)

    private static func number(_ text: String) -> Duration? {
        guard let number = Double(text.filter { $0 != " " }), number >= 0, number.isFinite else { return nil }
        return .microseconds(Int64(min(number, 365 * 86_400 * 1000) * 1e6))
    }

    /// The moment of a date such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func date(_ text: String) -> Timestamp? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", parts[1].utf8.count == 2, parts[3].utf8.count == 4,
            parts[4].utf8.count == 8, let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        return Timestamp(iso8601: "\(parts[3])-\(month < 9 ? "0" : "")\(month + 1)-\(parts[1])T\(parts[4])Z")
    }
}
