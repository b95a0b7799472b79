import SwitchyardCore

/// A recursive-descent parser of ``JSONPath`` over UTF-8 bytes.
struct JSONPathParser {
    /// How deep filters and parentheses may nest: the parser and the evaluator are recursive.
    private static let maximumDepth = 32

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    mutating func query() throws(JSONPath.ParseError) -> JSONPath.Query {
        guard take("$") else { throw error("a query starts with `$`") }
        let segments = try segments()
        guard position == bytes.count else { throw error("`.` or `[` is expected") }
        return JSONPath.Query(isAbsolute: true, segments: segments)
    }

    // MARK: Segments

    private mutating func segments() throws(JSONPath.ParseError) -> [JSONPath.Segment] {
        var segments: [JSONPath.Segment] = []
        while true {
            let mark = position
            skipSpace()
            if take("..") {
                let selectors =
                    if take("[") { try bracketed() } else { [try shorthand()] }
                segments.append(JSONPath.Segment(isDescendant: true, selectors: selectors))
            } else if take(".") {
                segments.append(JSONPath.Segment(isDescendant: false, selectors: [try shorthand()]))
            } else if take("[") {
                segments.append(JSONPath.Segment(isDescendant: false, selectors: try bracketed()))
            } else {
                position = mark
                return segments
            }
        }
    }

    /// What stands after a dot: `*` or a name.
    private mutating func shorthand() throws(JSONPath.ParseError) -> JSONPath.Selector {
        if take("*") { return .wildcard }
        let start = position
        while let byte = current, isNameByte(byte), position > start || !isDigit(byte) { position += 1 }
        guard position > start else { throw error("a name or `*` is expected; other names are written `['…']`") }
        return .name(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func bracketed() throws(JSONPath.ParseError) -> [JSONPath.Selector] {
        var selectors: [JSONPath.Selector] = []
        while true {
            skipSpace()
            selectors.append(try selector())
            skipSpace()
            if take("]") { return selectors }
            guard take(",") else { throw error("`,` or `]` is expected") }
        }
    }

    private mutating func selector() throws(JSONPath.ParseError) -> JSONPath.Selector {
        switch current {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .name(try string())
        case UInt8(ascii: "*"):
            position += 1
            return .wildcard
        case UInt8(ascii: "?"):
            position += 1
            return .filter(try test())
        default: return try indexOrSlice()
        }
    }

    private mutating func indexOrSlice() throws(JSONPath.ParseError) -> JSONPath.Selector {
        let start = try integer()
        skipSpace()
        guard take(":") else {
            guard let start else { throw error("a name in quotes, a number, `*` or `?` is expected") }
            return .index(start)
        }
        skipSpace()
        let end = try integer()
        skipSpace()
        var step = 1
        if take(":") {
            skipSpace()
            step = try integer() ?? 1
        }
        return .slice(start: start, end: end, step: step)
    }

    // MARK: Filters

    private mutating func test() throws(JSONPath.ParseError) -> JSONPath.Test {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else { throw error("nested deeper than \(Self.maximumDepth) levels") }
        var left = try conjunction()
        while takeAfterSpace("||") { left = .or(left, try conjunction()) }
        return left
    }

    private mutating func conjunction() throws(JSONPath.ParseError) -> JSONPath.Test {
        var left = try basic()
        while takeAfterSpace("&&") { left = .and(left, try basic()) }
        return left
    }

    private mutating func basic() throws(JSONPath.ParseError) -> JSONPath.Test {
        skipSpace()
        var isNegated = false
        if current == UInt8(ascii: "!") {
            position += 1
            isNegated = true
            skipSpace()
        }
        let result: JSONPath.Test
        if take("(") {
            result = try test()
            guard takeAfterSpace(")") else { throw error("`)` is expected") }
        } else {
            result = try comparisonOrExistence(isNegated)
        }
        return isNegated ? .not(result) : result
    }

    private mutating func comparisonOrExistence(_ isNegated: Bool) throws(JSONPath.ParseError) -> JSONPath.Test {
        let start = position
        let left = try operand()
        skipSpace()
        guard let comparison = JSONPath.Comparison.allCases.first(where: { take($0.rawValue) }) else {
            guard case .query(let query) = left else { throw error("a comparison is expected", at: start) }
            return .exists(query)
        }
        guard !isNegated else { throw error("`!` before a comparison needs parentheses", at: start) }
        try requireSingular(left, at: start)
        skipSpace()
        let second = position
        let right = try operand()
        try requireSingular(right, at: second)
        return .compare(left, comparison, right)
    }

    private func requireSingular(_ operand: JSONPath.Operand, at offset: Int) throws(JSONPath.ParseError) {
        guard case .query(let query) = operand, !query.isSingular else { return }
        throw error("only a path that selects one value can be compared", at: offset)
    }

    private mutating func operand() throws(JSONPath.ParseError) -> JSONPath.Operand {
        if take("@") { return .query(JSONPath.Query(isAbsolute: false, segments: try segments())) }
        if take("$") { return .query(JSONPath.Query(isAbsolute: true, segments: try segments())) }
        switch current {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .literal(.string(try string()))
        case let byte? where isDigit(byte) || byte == UInt8(ascii: "-"): return .literal(try number())
        default:
            let start = position
            while let byte = current, isNameByte(byte) { position += 1 }
            switch String(decoding: bytes[start..<position], as: UTF8.self) {
            case "true": return .literal(true)
            case "false": return .literal(false)
            case "null": return .literal(.null)
            default: throw error("`@`, `$`, a string, a number, true, false or null is expected", at: start)
            }
        }
    }

    // MARK: Tokens

    /// A string in either kind of quotes with JSON's escapes.
    private mutating func string() throws(JSONPath.ParseError) -> String {
        let start = position
        guard let quote = current else { throw error("a string is expected") }
        position += 1
        var json: [UInt8] = [UInt8(ascii: "\"")]
        while let byte = current, byte != quote {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): json += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\\"):
                guard let escaped = current else { throw error("the string does not end", at: start) }
                position += 1
                // `\'` is the one escape that JSON does not know.
                json += escaped == UInt8(ascii: "'") ? [escaped] : [byte, escaped]
            default: json.append(byte)
            }
        }
        guard current == quote else { throw error("the string does not end", at: start) }
        position += 1
        json.append(UInt8(ascii: "\""))
        guard let text = (try? JSON.parse(String(decoding: json, as: UTF8.self)))?.stringValue else {
            throw error("an unknown escape or a control character in a string", at: start)
        }
        return text
    }

    /// A whole number; nil if none stands here.
    private mutating func integer() throws(JSONPath.ParseError) -> Int? {
        let start = position
        if current == UInt8(ascii: "-") { position += 1 }
        while let byte = current, isDigit(byte) { position += 1 }
        guard position > start else { return nil }
        guard let number = Int(String(decoding: bytes[start..<position], as: UTF8.self)),
            // What JSON numbers can hold exactly everywhere, as the RFC limits it; its negation cannot overflow.
            abs(number) < 1 << 53
        else { throw error("a whole number is expected", at: start) }
        return number
    }

    private mutating func number() throws(JSONPath.ParseError) -> Value {
        let start = position
        while let byte = current, isDigit(byte) || "+-.eE".utf8.contains(byte) { position += 1 }
        guard let number = try? JSON.parse(String(decoding: bytes[start..<position], as: UTF8.self)) else {
            throw error("a number is expected", at: start)
        }
        return number
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func take(_ text: String) -> Bool {
        guard bytes[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }

    private mutating func takeAfterSpace(_ text: String) -> Bool {
        skipSpace()
        return take(text)
    }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private func isNameByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
            || (byte | 0x20) >= UInt8(ascii: "a") && (byte | 0x20) <= UInt8(ascii: "z")
    }

    private func error(_ message: String, at offset: Int? = nil) -> JSONPath.ParseError {
        JSONPath.ParseError(message: message, offset: offset ?? position)
    }
}
