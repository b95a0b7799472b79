import SwitchyardCore

/// What plain scalars mean by the core schema of YAML 1.2 (section 10.3.2).
///
/// `yes`, `no`, `on`, `off`, `1_000`, `0b1` and `12:30` meant something else in YAML 1.1; here they are text.
enum CoreSchema {
    static func value(of text: String) -> Value {
        guard let first = text.utf8.first else { return .null }
        switch first {
        case UInt8(ascii: "~"), UInt8(ascii: "n"), UInt8(ascii: "N"):
            return ["~", "null", "Null", "NULL"].contains(text) ? .null : .string(text)
        case UInt8(ascii: "t"), UInt8(ascii: "T"):
            return ["true", "True", "TRUE"].contains(text) ? true : .string(text)
        case UInt8(ascii: "f"), UInt8(ascii: "F"):
            return ["false", "False", "FALSE"].contains(text) ? false : .string(text)
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return number(text) ?? .string(text)
        default:
            return .string(text)
        }
    }

    private static func number(_ text: String) -> Value? {
        if text.hasPrefix("0o") { return radix(text, 8) }
        if text.hasPrefix("0x") { return radix(text, 16) }
        var rest = Array(text.utf8)[...]
        var sign = 1.0
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
            sign = rest.first == UInt8(ascii: "-") ? -1 : 1
            rest.removeFirst()
        }
        let word = String(decoding: rest, as: UTF8.self)
        if [".inf", ".Inf", ".INF"].contains(word) { return .double(sign * .infinity) }
        if [".nan", ".NaN", ".NAN"].contains(text) { return .double(.nan) }
        let whole = digits(&rest)
        if rest.isEmpty { return whole > 0 ? integer(text) : nil }
        var fraction = 0
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = digits(&rest)
        }
        guard whole + fraction > 0 else { return nil }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
            guard digits(&rest) > 0 else { return nil }
        }
        // Swift reads no number that ends in a point.
        let text = text.replacing(".e", with: ".0e").replacing(".E", with: ".0e")
        return rest.isEmpty ? Double(text.hasSuffix(".") ? text + "0" : text).map(Value.double) : nil
    }

    private static func digits(_ rest: inout ArraySlice<UInt8>) -> Int {
        let count = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
        rest.removeFirst(count)
        return count
    }

    /// Integers beyond 64 bits become floating point, as in JSON.
    private static func integer(_ text: String) -> Value? {
        Int(text).map(Value.int) ?? Double(text).map(Value.double)
    }

    private static func radix(_ text: String, _ radix: Int) -> Value? {
        let digits = text.dropFirst(2)
        guard let first = digits.first, first != "-", first != "+" else { return nil }
        return Int(digits, radix: radix).map(Value.int)
    }
}
