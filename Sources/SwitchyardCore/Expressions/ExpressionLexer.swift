/// Cuts the text of an expression into tokens.
struct ExpressionLexer {
    let text: SourceText
    let end: Int
    private(set) var position: Int
    /// Whether a `.` came last, so that `.5b` and `.not` are names.
    private var isAfterDot = false

    /// Reads the scalars `range` of `text`.
    init(_ text: SourceText, range: Range<Int>) {
        self.text = text
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next token, or `.end` again and again.
    mutating func next() throws(ExpressionError) -> ExpressionToken {
        while position < end, SourceText.isSpace(text.scalars[position]) { position += 1 }
        let start = position
        let kind = try kind()
        isAfterDot = kind == .symbol(.dot)
        return ExpressionToken(kind: kind, range: start..<position)
    }

    private mutating func kind() throws(ExpressionError) -> ExpressionToken.Kind {
        guard position < end else { return .end }
        let scalar = text.scalars[position]
        if isAfterDot {
            let nameEnd = min(SourceText.nameEnd(in: text.scalars, from: position), end)
            if nameEnd > position { return name(upTo: nameEnd) }
        }
        if SourceText.isDigit(scalar) { return .value(try number()) }
        if scalar == "'" || scalar == "\"" { return .value(.string(try string(quote: scalar))) }
        if SourceText.startsName(scalar) {
            var nameEnd = position
            while nameEnd < end, SourceText.continuesName(text.scalars[nameEnd]) { nameEnd += 1 }
            return name(upTo: nameEnd)
        }
        // The two-character symbols stand first in their list.
        for symbol in ExpressionToken.Symbol.allCases {
            let spelling = Array(symbol.rawValue.unicodeScalars)
            if text.scalars[position..<end].starts(with: spelling) {
                position += spelling.count
                return .symbol(symbol)
            }
        }
        throw unexpected(scalar)
    }

    private func error(_ message: String, hint: String? = nil, at index: Int? = nil) -> ExpressionError {
        ExpressionError(message, hint: hint, offset: text.character(at: index ?? position))
    }

    private func unexpected(_ scalar: Unicode.Scalar) -> ExpressionError {
        switch scalar {
        case "=": error("`=` is not an operator", hint: "compare with `==`")
        case "!": error("`!` is not an operator", hint: "write `not`")
        case "&": error("`&` is not an operator", hint: "write `and`")
        case "$": error("`$` has no meaning inside an expression", hint: "name the value alone, such as `inputs.host`")
        case "?": error("`?` is not an operator", hint: "write `a if condition else b`")
        default: error("unexpected character `\(scalar)`")
        }
    }

    private mutating func name(upTo nameEnd: Int) -> ExpressionToken.Kind {
        defer { position = nameEnd }
        return .name(text.text(position..<nameEnd))
    }

    private mutating func number() throws(ExpressionError) -> Value {
        let start = position
        skipDigits()
        var isInteger = true
        if position + 1 < end, text.scalars[position] == ".", SourceText.isDigit(text.scalars[position + 1]) {
            isInteger = false
            position += 1
            skipDigits()
        }
        if position < end, text.scalars[position] == "e" || text.scalars[position] == "E" {
            var exponent = position + 1
            if exponent < end, text.scalars[exponent] == "+" || text.scalars[exponent] == "-" { exponent += 1 }
            if exponent < end, SourceText.isDigit(text.scalars[exponent]) {
                isInteger = false
                position = exponent
                skipDigits()
            }
        }
        if position < end, SourceText.continuesName(text.scalars[position]) {
            throw error("a name does not start with a digit", at: start)
        }
        let digits = text.text(start..<position)
        if isInteger {
            if let int = Int(digits) { return .int(int) }
            // The least integer has no positive counterpart: the parser refuses it where no minus stands before it.
            if UInt(digits) == Int.min.magnitude { return .int(.min) }
            throw Self.tooLarge(digits, offset: text.character(at: start))
        }
        guard let double = Double(digits), double.isFinite else { throw error("the number is too large", at: start) }
        return .double(double)
    }

    static func tooLarge(_ digits: String, offset: Int) -> ExpressionError {
        ExpressionError("the integer does not fit 64 bits", hint: "write `\(digits).0`", offset: offset)
    }

    private mutating func skipDigits() {
        while position < end, SourceText.isDigit(text.scalars[position]) { position += 1 }
    }

    private mutating func string(quote: Unicode.Scalar) throws(ExpressionError) -> String {
        let start = position
        position += 1
        var string = String.UnicodeScalarView()
        while position < end {
            let scalar = text.scalars[position]
            position += 1
            if scalar == quote { return String(string) }
            string.append(scalar == "\\" ? try escape(start: start) : scalar)
        }
        throw error("the string has no closing quote", at: start)
    }

    private mutating func escape(start: Int) throws(ExpressionError) -> Unicode.Scalar {
        guard position < end else { throw error("the string has no closing quote", at: start) }
        let scalar = text.scalars[position]
        position += 1
        switch scalar {
        case "n": return "\n"
        case "t": return "\t"
        case "r": return "\r"
        case "\\", "'", "\"", "/": return scalar
        case "u":
            let digits = text.text(position..<min(position + 4, end))
            guard digits.utf8.count == 4, digits.utf8.allSatisfy({ Self.isHexadecimal($0) }),
                let scalar = UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init)
            else {
                throw error("`\\u` takes four hexadecimal digits of a character", at: position - 2)
            }
            position += 4
            return scalar
        default:
            throw error("unknown escape `\\\(scalar)`", hint: "a backslash itself is written `\\\\`", at: position - 2)
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
