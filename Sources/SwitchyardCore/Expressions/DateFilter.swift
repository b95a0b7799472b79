/// The filter that writes dates.
enum DateFilter {
    static func date(_ value: Value, _ arguments: [Value]) throws(ValueError) -> Value {
        let input = FilterInput("date", value)
        let format = try input.string(argument: arguments[0])
        return .string(try text(of: try time(input), format: format))
    }

    /// The seconds of the years 0001 to 9999.
    private static let years: Range<Int64> = -62_135_596_800..<253_402_300_800

    private static func time(_ input: FilterInput) throws(ValueError) -> Timestamp {
        switch input.value {
        case .int, .double:
            let seconds = input.value.doubleValue ?? 0
            guard Double(years.lowerBound)..<Double(years.upperBound) ~= seconds else {
                throw ValueError("`date` takes seconds since 1970, and \(input.value.rendered) is too far away")
            }
            return Timestamp(microseconds: Int64((seconds * 1e6).rounded()))
        case .string(let text):
            guard let time = DateText.parse(text) else {
                throw ValueError("`\(text.prefix(40))` is not a date in ISO 8601, such as 2026-11-21T07:34:00Z")
            }
            // A zone can push the first and the last hours of the calendar out of it.
            guard years.lowerBound * 1_000_000..<years.upperBound * 1_000_000 ~= time.microseconds else {
                throw ValueError("`date` writes the years 0001 to 9999, and `\(text)` is in none of them")
            }
            return time
        case .null, .bool, .array, .object:
            throw input.error(expecting: "an ISO 8601 string or seconds since 1970")
        }
    }

    private static func text(of time: Timestamp, format: String) throws(ValueError) -> String {
        let (date, clock) = time.calendar
        var text = ""
        var isDirective = false
        for scalar in format.unicodeScalars {
            guard isDirective else {
                isDirective = scalar == "%"
                if !isDirective { text.unicodeScalars.append(scalar) }
                continue
            }
            isDirective = false
            switch scalar {
            case "Y": text += pad(date.year, 4)
            case "m": text += pad(date.month)
            case "d": text += pad(date.day)
            case "H": text += pad(clock.hour)
            case "M": text += pad(clock.minute)
            case "S": text += pad(clock.second)
            case "j": text += pad(dayOfYear(date), 3)
            case "F": text += "\(pad(date.year, 4))-\(pad(date.month))-\(pad(date.day))"
            case "T": text += "\(pad(clock.hour)):\(pad(clock.minute)):\(pad(clock.second))"
            case "z": text += "+0000"
            case "%": text += "%"
            default:
                throw ValueError("`date` knows %Y %m %d %H %M %S %j %F %T %z %%, not %\(scalar)")
            }
            try ExpressionLimits.check(textBytes: text.utf8.count)
        }
        guard !isDirective else { throw ValueError("the format of `date` ends in %") }
        return text
    }

    private static func pad(_ number: Int, _ width: Int = 2) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func dayOfYear(_ date: (year: Int, month: Int, day: Int)) -> Int {
        let isLeap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0)
        let before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334][date.month - 1]
        return before + (isLeap && date.month > 2 ? 1 : 0) + date.day
    }
}

/// Dates as other programs write them.
enum DateText {
    /// The moment that `text` spells in ISO 8601: a date, `T` or a space and a time to the minute or finer, and `Z` or an
    /// offset. UTC where no zone is said; nil for anything else, such as 30 February.
    static func parse(_ text: String) -> Timestamp? {
        var rest = Array(text.utf8)[...]
        func digits(_ count: Int) -> Int? {
            guard rest.count >= count, rest.prefix(count).allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count).reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
        func take(_ characters: String) -> Bool {
            guard let byte = rest.first, characters.utf8.contains(byte) else { return false }
            rest = rest.dropFirst()
            return true
        }
        guard let year = digits(4), take("-"), let month = digits(2), take("-"), let day = digits(2) else { return nil }
        var (hour, minute, second, offset) = (0, 0, 0, 0)
        var decimals = ""
        if !rest.isEmpty {
            guard take("Tt "), let hours = digits(2), take(":"), let minutes = digits(2) else { return nil }
            (hour, minute) = (hours, minutes)
            if take(":") {
                guard let seconds = digits(2) else { return nil }
                second = seconds
                if take(".,") {
                    let fraction = rest.prefix { (0x30...0x39).contains($0) }
                    guard !fraction.isEmpty else { return nil }
                    decimals = String(decoding: fraction, as: UTF8.self)
                    rest = rest.dropFirst(fraction.count)
                }
            }
            guard let zone = zone(&rest) else { return nil }
            offset = zone
        }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let yearText = String(decoding: Array(text.utf8).prefix(4), as: UTF8.self)
        let canonical =
            "\(yearText)-\(two(month))-\(two(day))T\(two(hour)):\(two(minute)):\(two(second))"
            + (decimals.isEmpty ? "" : ".\(decimals)") + "Z"
        // The day survives the way to a moment and back only if its month has it.
        guard let time = Timestamp(iso8601: canonical), second < 60, time.calendar.date == (year, month, day) else {
            return nil
        }
        return time.advanced(by: .seconds(-offset))
    }

    /// Takes the zone: seconds east of Greenwich, 0 where none is said; nil if something else follows.
    private static func zone(_ rest: inout ArraySlice<UInt8>) -> Int? {
        let text = String(decoding: rest, as: UTF8.self)
        if text.isEmpty || text == "Z" || text == "z" { return 0 }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard text.hasPrefix("+") || text.hasPrefix("-"), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            digits.count == 4 || digits.count == 2, text.dropFirst().utf8.count <= 5,
            let hours = Int(digits.prefix(2)), let minutes = Int("0" + digits.dropFirst(2)), hours < 24, minutes < 60
        else { return nil }
        return (text.hasPrefix("-") ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
