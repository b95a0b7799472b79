/// Durations as pipelines write them and screens show them.
package enum DurationText {
    /// The duration that `text` spells: a number and one of `ms`, `s`, `m`, `h`, `d`, such as `250ms`, `1.5s` or `2h`;
    /// several may follow each other, as in `1m30s`. Nil for anything else, a negative one included.
    package static func parse(_ text: String) -> Duration? {
        var rest = text[...]
        var total = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            guard let number = Double(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            guard let seconds = seconds(of: String(unit)) else { return nil }
            rest = rest.dropFirst(unit.count)
            total += number * seconds
        }
        guard total.isFinite, total < 1e9 else { return nil }
        return .microseconds(Int64((total * 1e6).rounded()))
    }

    private static func seconds(of unit: String) -> Double? {
        switch unit {
        case "ms": 0.001
        case "s": 1
        case "m": 60
        case "h": 3600
        case "d": 86_400
        default: nil
        }
    }

    /// The duration in the shortest form that ``parse(_:)`` reads back: `250ms`, `90s` as `1m30s`.
    package static func text(_ duration: Duration) -> String {
        var milliseconds = duration.wholeMicroseconds / 1000
        guard milliseconds > 0 else { return "0s" }
        var text = ""
        for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)] {
            let count = milliseconds / Int64(size)
            if count > 0 { text += "\(count)\(unit)" }
            milliseconds %= Int64(size)
        }
        return text
    }

    /// How long something took, as a person reads it: `84ms`, `6.6s`, `01:42`, `2:03:09`.
    package static func elapsed(_ duration: Duration) -> String {
        let milliseconds = max(0, duration.wholeMicroseconds / 1000)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        switch milliseconds {
        case ..<1000: return "\(milliseconds)ms"
        case ..<100_000:
            let tenths = milliseconds / 100
            return "\(tenths / 10).\(tenths % 10)s"
        default:
            let seconds = milliseconds / 1000
            let clock = "\(two(seconds / 60 % 60)):\(two(seconds % 60))"
            return seconds < 3600 ? clock : "\(seconds / 3600):\(clock)"
        }
    }

    /// A running clock: `01:42`, `2:03:09`.
    package static func clock(_ duration: Duration) -> String {
        let seconds = max(0, duration.wholeMicroseconds / 1_000_000)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let clock = "\(two(seconds / 60 % 60)):\(two(seconds % 60))"
        return seconds < 3600 ? clock : "\(seconds / 3600):\(clock)"
    }
}
