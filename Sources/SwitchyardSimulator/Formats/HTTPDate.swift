import SwitchyardCore

/// Moments as headers spell them.
enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `Sun, 06 Nov 1994 08:49:37 GMT`: the first whole second that is not before `moment`.
    static func text(of moment: Timestamp) -> String {
        let (whole, part) = moment.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let seconds = part > 0 ? whole + 1 : whole
        // Year, month, day and time, at the same places in every year of four digits.
        let text = Array(Timestamp(microseconds: seconds * 1_000_000).iso8601.utf8)
        func piece(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }
        // The first of 1970 was a Thursday.
        let day = Int(seconds / 86_400) % 7
        let month = (Int(piece(5..<7)) ?? 1) - 1
        return "\(days[day]), \(piece(8..<10)) \(months[month]) \(piece(0..<4)) \(piece(11..<19)) GMT"
    }
}
