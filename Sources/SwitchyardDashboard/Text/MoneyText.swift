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
}
