package import SwitchyardCore

/// Money as people read it.
package enum MoneyText {
    /// `$0.0031`, `$12.40`: four decimals below a dollar, two above; an amount that would read as nothing is `<$0.0001`.
    package static func of(_ amount: MicroDollars) -> String {
        let value = amount.amount
        if value == 0 { return "$0" }
        let sign = value < 0 ? "-" : ""
        let size = value.magnitude
        if size < 100 { return "\(sign)<$0.0001" }
        let (unit, digits): (UInt64, Int) = size < 1_000_000 ? (100, 4) : (10_000, 2)
        let rounded = (size + unit / 2) / unit
        let scale: UInt64 = digits == 4 ? 10_000 : 100
        let rest = String(rounded % scale)
        return
            "\(sign)$\(CountText.grouped(Int(rounded / scale))).\(String(repeating: "0", count: digits - rest.count))\(rest)"
    }

    /// An amount that is only expected, to two digits that count: `$0.22`.
    static func rough(_ amount: MicroDollars) -> String { SelectionExplanation.dollars(amount) }

    /// An amount in a column under `$`, at most six wide below a million: `.0040`, `12.40`.
    static func column(_ amount: MicroDollars) -> String {
        let digits = of(amount).filter { $0 != "$" }
        if amount.amount >= 1_000_000_000 { return String(digits.prefix { $0 != "." }) }
        // Nobody misses the 0 before the point.
        return digits.hasPrefix("0.") || digits.hasPrefix("<0.")
            ? digits.replacing("0.", with: ".", maxReplacements: 1)
            : digits
    }

    /// A limit, which nobody rounds: `$0.50`, `$0.0525`.
    static func exact(_ amount: MicroDollars) -> String { "$" + digits(amount) }

    /// The same as a person types it: `0.50`, `1200.00`.
    static func digits(_ amount: MicroDollars) -> String {
        let sign = amount.amount < 0 ? "-" : ""
        let size = amount.amount.magnitude
        var rest = String(String(size % 1_000_000 + 1_000_000).dropFirst())
        while rest.count > 2, rest.hasSuffix("0") { rest.removeLast() }
        return "\(sign)\(size / 1_000_000).\(rest)"
    }
}

extension ModelUse {
    /// What was spent, and what is not known of it: `$0.0131`, `~$0.0131`, `$0.0131 + 2 unpriced`, `unknown`; with
    /// `simulated` behind it where nothing was paid, and `partly simulated` where less.
    package var costWords: String {
        let isEstimated = estimatedCost > .zero
        let missing = isEstimated ? 0 : unpriced
        var text = missing > 0 && cost == .zero ? "unknown" : (isEstimated ? "~" : "") + MoneyText.of(spentCost)
        if missing > 0, cost > .zero { text += " + \(missing) unpriced" }
        guard simulated > 0 else { return text }
        return text + (simulated == calls ? " simulated" : " partly simulated")
    }
}

/// Amounts as people type them.
enum AmountInput {
    /// The money that `0.75`, `$0.75`, `.5` or `$1,200` names, to the micro-dollar; nil for anything else.
    static func dollars(_ text: String) -> MicroDollars? {
        var digits = text.filter { $0 != " " && $0 != "," }
        if digits.hasPrefix("$") { digits.removeFirst() }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.contains(where: { !$0.isEmpty }), parts.allSatisfy(isNumber),
            parts[0].count <= 12
        else { return nil }
        let fraction = parts.count == 2 ? String(parts[1]) : ""
        guard fraction.count <= 6, let whole = parts[0].isEmpty ? 0 : Int64(parts[0]),
            let rest = Int64(fraction + String(repeating: "0", count: 6 - fraction.count))
        else { return nil }
        return MicroDollars(whole * 1_000_000 + rest)
    }

    /// The count that `200000`, `200,000`, `200k` or `2M` names, with or without `tokens` after it; nil for anything
    /// else.
    static func tokens(_ text: String) -> Int? {
        var digits = text.lowercased().filter { $0 != " " && $0 != "," }
        if digits.hasSuffix("tokens") { digits.removeLast(6) }
        var unit = 1
        if digits.hasSuffix("k") { unit = 1000 }
        if digits.hasSuffix("m") { unit = 1_000_000 }
        if unit > 1 { digits.removeLast() }
        guard !digits.isEmpty, digits.count <= 12, isNumber(digits[...]), let number = Int(digits) else { return nil }
        return number * unit
    }

    private static func isNumber(_ text: Substring) -> Bool {
        text.allSatisfy { $0.isASCII && $0.isNumber }
    }
}
