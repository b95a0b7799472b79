import SwitchyardCore

/// Times as screens show them, beyond what ``DurationText`` has.
enum TimeText {
    /// A time after the run's start, to the millisecond: `01:29.588`, `1:02:03.456`. Times before it count as 0.
    static func offset(_ duration: Duration) -> String {
        let milliseconds = max(0, duration.wholeMicroseconds / 1000)
        return DurationText.clock(duration) + "." + padded(Int(milliseconds % 1000), 3)
    }

    /// A date and time of day, UTC: `2026-11-21 09:12`.
    static func date(_ time: Timestamp) -> String {
        let (date, clock) = time.calendar
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2)) "
            + "\(padded(clock.hour, 2)):\(padded(clock.minute, 2))"
    }

    /// A moment to the second, UTC: `2026-11-21 09:12:30`.
    static func moment(_ time: Timestamp) -> String {
        "\(date(time)):\(padded(time.calendar.1.second, 2))"
    }

    /// How long ago something was, in one unit: `just now`, `3 min ago`, `2 days ago`.
    static func ago(_ time: Timestamp, now: Timestamp) -> String {
        let seconds = now.since(time).wholeMicroseconds / 1_000_000
        switch seconds {
        case ..<60: return "just now"
        case ..<3600: return "\(seconds / 60) min ago"
        case ..<86_400: return "\(seconds / 3600) h ago"
        case ..<172_800: return "1 day ago"
        default: return "\(seconds / 86_400) days ago"
        }
    }

    /// A mark on a time axis: `250ms`, `20s`, `1:30`, `2h`.
    static func mark(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMicroseconds / 1000
        let seconds = milliseconds / 1000
        if milliseconds == 0 { return "0s" }
        if milliseconds % 1000 != 0 { return "\(milliseconds)ms" }
        if seconds % 3600 == 0 { return "\(seconds / 3600)h" }
        if seconds < 60 { return "\(seconds)s" }
        if seconds % 60 == 0, seconds < 3600 { return "\(seconds / 60)m" }
        return DurationText.clock(duration)
    }

    /// The time that `text` names as people write it in `:goto`: `63`, `01:03`, `1:02:03`, `01:03.640`, `1m30s`.
    static func parse(_ text: String) -> Duration? {
        if let duration = DurationText.parse(text) { return duration }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count) else { return nil }
        var total = 0.0
        for part in parts {
            guard part.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), let number = Double(part) else {
                return nil
            }
            total = total * 60 + number
        }
        return total < 1e9 ? .microseconds(Int64(total * 1e6)) : nil
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// Counts as people read them.
package enum CountText {
    /// `1 step`, `14 steps`; in thousands `1,204 steps`.
    package static func of(_ count: Int, _ noun: String) -> String {
        "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
    }

    /// `12,345`.
    static func grouped(_ count: Int) -> String {
        var digits = Array(String(abs(count)))
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return (count < 0 ? "-" : "") + String(digits)
    }

    /// `812`, `2.1k`, `31k`, `1.2M`.
    static func short(_ count: Int) -> String {
        guard count >= 1000 else { return String(count) }
        let (unit, name) = count >= 999_500 ? (1_000_000, "M") : (1000, "k")
        let tenths = (count * 10 + unit / 2) / unit
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10)\(name)" : "\((count + unit / 2) / unit)\(name)"
    }

    /// `812 B`, `1.2 KiB`, `3.4 MiB`.
    static func bytes(_ count: Int) -> String {
        guard count >= 1024 else { return "\(count) B" }
        var size = Double(count) / 1024
        for unit in ["KiB", "MiB", "GiB"] {
            if size < 1024 || unit == "GiB" { return "\((size * 10).rounded() / 10) \(unit)" }
            size /= 1024
        }
        return "\(count) B"
    }
}
