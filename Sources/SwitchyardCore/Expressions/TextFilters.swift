/// The filters that make or read text.
enum TextFilters {
    static func json(_ value: Value, _: [Value]) throws(ValueError) -> Value {
        .string(try value.boundedJSON())
    }

    static func fromJSON(_ value: Value, _: [Value]) throws(ValueError) -> Value {
        let text = try FilterInput("from_json", value).string()
        do throws(JSON.ParseError) {
            return try JSON.parse(text)
        } catch {
            throw ValueError("the text is not JSON: \(error.message) (byte \(error.offset))")
        }
    }

    static func join(_ value: Value, _ arguments: [Value]) throws(ValueError) -> Value {
        let input = FilterInput("join", value)
        let separator = try input.string(argument: arguments[0])
        var text = ""
        for (index, element) in try input.array().enumerated() {
            if index > 0 { text += separator }
            text += try element.boundedRendering()
            try ExpressionLimits.check(textBytes: text.utf8.count)
        }
        return .string(text)
    }

    static func split(_ value: Value, _ arguments: [Value]) throws(ValueError) -> Value {
        let input = FilterInput("split", value)
        let separator = try input.string(argument: arguments[0])
        guard !separator.isEmpty else { throw ValueError("the separator of `split` is empty") }
        return try array(ByteSearch(try input.string()).split(by: separator, atMost: ExpressionLimits.elements + 1))
    }

    static func lower(_ value: Value, _: [Value]) throws(ValueError) -> Value {
        try bounded(FilterInput("lower", value).string().lowercased())
    }

    static func upper(_ value: Value, _: [Value]) throws(ValueError) -> Value {
        try bounded(FilterInput("upper", value).string().uppercased())
    }

    /// A few letters have no single capital, so that text grows.
    private static func bounded(_ text: String) throws(ValueError) -> Value {
        try ExpressionLimits.check(textBytes: text.utf8.count)
        return .string(text)
    }

    static func trim(_ value: Value, _: [Value]) throws(ValueError) -> Value {
        let scalars = try FilterInput("trim", value).string().unicodeScalars
        let start = scalars.firstIndex { !$0.properties.isWhitespace } ?? scalars.endIndex
        let end = scalars[start...].lastIndex { !$0.properties.isWhitespace }.map(scalars.index(after:)) ?? start
        return .string(String(scalars[start..<end]))
    }

    static func replace(_ value: Value, _ arguments: [Value]) throws(ValueError) -> Value {
        let input = FilterInput("replace", value)
        let text = try input.string()
        let old = try input.string(argument: arguments[0])
        let new = try input.string(argument: arguments[1])
        guard !old.isEmpty else { throw ValueError("the text that `replace` looks for is empty") }
        let ranges = ByteSearch(text).ranges(of: old)
        try ExpressionLimits.check(
            textBytes: text.utf8.count + ranges.count * (new.utf8.count - old.utf8.count))
        var bytes: [UInt8] = []
        let source = Array(text.utf8)
        var start = 0
        for range in ranges {
            bytes += source[start..<range.lowerBound]
            bytes += new.utf8
            start = range.upperBound
        }
        bytes += source[start...]
        return .string(String(decoding: bytes, as: UTF8.self))
    }

    static func lines(_ value: Value, _: [Value]) throws(ValueError) -> Value {
        let text = try FilterInput("lines", value).string()
        return try array(ByteSearch(text).lines(atMost: ExpressionLimits.elements + 1))
    }

    private static func array(_ strings: [String]) throws(ValueError) -> Value {
        try ExpressionLimits.check(elements: strings.count)
        return Value(strings)
    }

    static func urlencode(_ value: Value, _: [Value]) throws(ValueError) -> Value {
        try bounded(URLTemplate.encode(try value.boundedRendering()))
    }

    static func hash(_ value: Value, _: [Value]) throws(ValueError) -> Value {
        if case .string(let text) = value { return .string(SHA256.hexDigest(of: text)) }
        return .string(SHA256.hexDigest(of: try value.boundedJSON(.canonical)))
    }

    static func quote(_ value: Value, _: [Value]) throws(ValueError) -> Value {
        // Always quoted: a bare word could be an assignment, a keyword or a pattern where it lands.
        let text = try value.boundedRendering()
        let quoted = try replace(.string(text), ["'", "'\\''"]).rendered
        return .string("'\(quoted)'")
    }
}
