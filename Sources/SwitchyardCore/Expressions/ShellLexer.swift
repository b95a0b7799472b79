/// Reads a script with the quoting rules of POSIX shells and says how each hole is expanded as one word.
///
/// It knows quotes, substitutions, comments and here-documents, and of commands only what ``ShellCommand`` needs. Where
/// it cannot be sure, a hole is an error rather than a guess.
struct ShellLexer {
    /// What the lexer is inside of.
    enum Frame {
        /// Commands, at the top or in `$(…)` and `<(…)`; the parentheses inside are those still open, true for the ones
        /// of an array.
        case commands(ShellCommand, parentheses: [Bool])
        case single
        case double
        /// `$'…'`.
        case ansi
        /// `${…}`.
        case parameter(isInDouble: Bool, isDefault: Bool)
        /// `$((…))`, `((…))` and `$[…]`; how many of `close` are missing.
        case arithmetic(depth: Int, close: Unicode.Scalar)
        case backtick
    }

    struct HereDocument {
        var delimiter: String
        var stripsTabs: Bool
    }

    let text: SourceText
    private let scanner: HoleScanner
    private let allowsRaw: Bool
    var position = 0
    var frames: [(frame: Frame, start: Int)] = [(.commands(ShellCommand(), parentheses: []), 0)]
    private var hereDocuments: [HereDocument] = []
    private var pieces: [ShellTemplate.Piece] = []
    private var textStart = 0
    /// Where the first hole that needs quoting stands, in characters.
    private(set) var firstHoleOffset: Int?

    init(_ text: SourceText, allowsRaw: Bool) {
        self.text = text
        scanner = HoleScanner(text)
        self.allowsRaw = allowsRaw
    }

    /// The whole script, cut at its holes.
    mutating func read() throws(ExpressionError) -> [ShellTemplate.Piece] {
        while position < text.scalars.count {
            if let hole = try scanner.hole(at: position) {
                try take(hole)
            } else {
                try step()
            }
        }
        try updateCommand { command throws(ExpressionError) in try command.endWord() }
        if firstHoleOffset != nil, frames.count > 1, let last = frames.last {
            throw ExpressionError(
                "what opens here is not closed, so the holes of the script cannot be quoted",
                offset: text.character(at: last.start))
        }
        flush(upTo: text.scalars.count)
        return pieces
    }

    private mutating func flush(upTo end: Int) {
        if end > textStart { pieces.append(.text(text.text(textStart..<end))) }
    }

    // MARK: Holes

    private mutating func take(_ hole: HoleScanner.Hole) throws(ExpressionError) {
        let offset = text.character(at: hole.outer.lowerBound)
        let expression = try Expression(hole: hole, of: text, allowsRaw: allowsRaw)
        let piece: ShellTemplate.Piece
        if let braces = Self.literalBraces(expression) {
            piece = .text(braces)
            if case .commands = frames[frames.count - 1].frame {
                try updateCommand { command throws(ExpressionError) in command.touchWord() }
            }
        } else if expression.isRaw {
            piece = .raw(expression)
            try updateCommand { command throws(ExpressionError) in command.touchWord() }
        } else {
            let (lead, trail) = try quoting(at: offset)
            try checkNoDollar(before: hole, offset: offset)
            try updateCommand { command throws(ExpressionError) in try command.take(holeAt: offset) }
            piece = .argument(expression, lead: lead, trail: trail)
            firstHoleOffset = firstHoleOffset ?? offset
        }
        flush(upTo: hole.outer.lowerBound)
        pieces.append(piece)
        position = hole.outer.upperBound
        textStart = position
    }

    /// The braces that `{{ '{{' }}` stands for: text the author wrote, which means nothing to a shell.
    private static func literalBraces(_ expression: Expression) -> String? {
        guard case .string(let text)? = expression.constantValue, text == "{{" || text == "}}" else { return nil }
        return text
    }

    /// `$` before a hole would join the variable: `$$` is the shell's process, `$"` a translated string.
    private func checkNoDollar(before hole: HoleScanner.Hole, offset: Int) throws(ExpressionError) {
        let index = hole.outer.lowerBound - 1
        // An escaped `$` and one in single quotes never get here as expansions.
        guard index >= 0, text.scalars[index] == "$", unescapedDollar == index else { return }
        throw ExpressionError(
            "a `$` stands directly before the hole", hint: "a literal `$` is written `\\$`", offset: offset)
    }

    private var unescapedDollar = -1

    private func quoting(at offset: Int) throws(ExpressionError) -> (lead: String, trail: String) {
        func refused(_ place: String, _ hint: String) -> ExpressionError {
            ExpressionError("a hole \(place) cannot be quoted", hint: hint, offset: offset)
        }
        let variable = "pass it through `env:`, or assign it to a variable first: `value={{ … }}`"
        let innermost = frames.lastIndex { if case .commands = $0.frame { true } else { false } } ?? 0
        for (index, entry) in frames.enumerated() {
            switch entry.frame {
            case .backtick: throw refused("inside backticks", "use `$(…)`; or \(variable)")
            case .arithmetic: throw refused("inside arithmetic", "compute inside the hole; or \(variable)")
            case .ansi: throw refused("inside `$'…'`", "close the quote before the hole; or \(variable)")
            case .parameter(let isInDouble, let isDefault) where index > innermost:
                guard isDefault, !isInDouble || index == frames.count - 1 else {
                    throw refused("inside `${…}`", variable)
                }
            case .commands, .single, .double, .parameter: break
            }
        }
        switch frames[frames.count - 1].frame {
        case .commands, .parameter(isInDouble: false, isDefault: _): return ("\"", "\"")
        case .double, .parameter: return ("", "")
        case .single: return ("'\"", "\"'")
        case .ansi, .arithmetic, .backtick: preconditionFailure("a hole was accepted where none can be")
        }
    }

    // MARK: Frames

    /// Changes the innermost command.
    mutating func updateCommand(
        _ change: (inout ShellCommand) throws(ExpressionError) -> Void
    ) throws(ExpressionError) {
        for index in frames.indices.reversed() {
            if case .commands(var command, let parentheses) = frames[index].frame {
                try change(&command)
                frames[index].frame = .commands(command, parentheses: parentheses)
                return
            }
        }
    }

    mutating func push(_ frame: Frame, length: Int) throws(ExpressionError) {
        guard frames.count < ExpressionParser.maximumDepth else {
            throw ExpressionError(
                "quotes and substitutions nest deeper than \(ExpressionParser.maximumDepth) levels",
                offset: text.character(at: position))
        }
        try updateCommand { command throws(ExpressionError) in command.touchWord() }
        frames.append((frame, position))
        position += length
    }

    mutating func pop() {
        frames.removeLast()
        position += 1
    }

    func has(_ word: StaticString) -> Bool { text.has(word, at: position) }

    /// Takes the scalar at `position`, which starts no hole.
    private mutating func step() throws(ExpressionError) {
        let scalar = text.scalars[position]
        switch frames[frames.count - 1].frame {
        case .commands(let command, let parentheses): try stepCommands(scalar, command, parentheses)
        case .single:
            if scalar == "'" { pop() } else { try takeQuoted(scalar) }
        case .ansi:
            if scalar == "\\" { try skipEscape() } else if scalar == "'" { pop() } else { try takeQuoted(scalar) }
        case .double:
            if scalar == "\"" {
                pop()
            } else if try !stepExpansion(scalar, isInDouble: true) {
                try takeQuoted(scalar)
            }
        case .parameter(let isInDouble, let isDefault):
            if scalar == "}" {
                pop()
            } else if scalar == "'", !(isInDouble && isDefault) {
                try push(.single, length: 1)
            } else if scalar == "\"" {
                try push(.double, length: 1)
            } else if try !stepExpansion(scalar, isInDouble: isInDouble) {
                position += 1
            }
        case .arithmetic(let depth, let close):
            try stepArithmetic(scalar, depth: depth, close: close)
        case .backtick:
            if scalar == "\\" { try skipEscape() } else if scalar == "`" { pop() } else { position += 1 }
        }
    }

    private mutating func takeQuoted(_ scalar: Unicode.Scalar) throws(ExpressionError) {
        try updateCommand { command throws(ExpressionError) in command.append(scalar, isQuoted: true) }
        position += 1
    }

    private mutating func stepArithmetic(
        _ scalar: Unicode.Scalar, depth: Int, close: Unicode.Scalar
    ) throws(ExpressionError) {
        let open: Unicode.Scalar = close == ")" ? "(" : "["
        let last = frames.count - 1
        if scalar == open {
            frames[last].frame = .arithmetic(depth: depth + 1, close: close)
            position += 1
        } else if scalar == close {
            if depth == 1 {
                pop()
            } else {
                frames[last].frame = .arithmetic(depth: depth - 1, close: close)
                position += 1
            }
        } else if scalar == "'" {
            try push(.single, length: 1)
        } else if scalar == "\"" {
            try push(.double, length: 1)
        } else if try !stepExpansion(scalar, isInDouble: false) {
            position += 1
        }
    }

    /// Takes what means the same in and out of double quotes: a backslash, `$…`, a backtick. False if it is none.
    mutating func stepExpansion(_ scalar: Unicode.Scalar, isInDouble: Bool) throws(ExpressionError) -> Bool {
        switch scalar {
        case "\\": try skipEscape()
        case "`": try push(.backtick, length: 1)
        case "$":
            if has("$((") {
                try push(.arithmetic(depth: 2, close: ")"), length: 3)
            } else if has("$(") {
                try push(.commands(ShellCommand(), parentheses: []), length: 2)
            } else if has("${") {
                try push(parameter(isInDouble: isInDouble), length: 2)
            } else if has("$[") {
                try push(.arithmetic(depth: 1, close: "]"), length: 2)
            } else if !isInDouble, has("$'") {
                try push(.ansi, length: 2)
            } else if !isInDouble, has("$\"") {
                try push(.double, length: 2)
            } else {
                try updateCommand { command throws(ExpressionError) in command.touchWord() }
                unescapedDollar = position
                // `$$` is one expansion, and leaves no `$` to what follows; but a hole of `${{` begins at its own.
                position += has("$$") && !text.has("${{", at: position + 1) ? 2 : 1
            }
        default: return false
        }
        return true
    }

    /// The frame of the `${` at `position`: `${name:-…}` and its like take any word behind the operator.
    private func parameter(isInDouble: Bool) -> Frame {
        var index = position + 2
        let start = index
        while index < text.scalars.count, SourceText.continuesName(text.scalars[index]) { index += 1 }
        if index == start, index < text.scalars.count, "@*#?-$!".unicodeScalars.contains(text.scalars[index]) {
            index += 1
        }
        if index > start, text.has(":", at: index) { index += 1 }
        let isDefault =
            index > start && index < text.scalars.count && "-=+?".unicodeScalars.contains(text.scalars[index])
        return .parameter(isInDouble: isInDouble, isDefault: isDefault)
    }

    private mutating func skipEscape() throws(ExpressionError) {
        if try scanner.hole(at: position + 1) != nil {
            throw ExpressionError(
                "a backslash stands directly before the hole",
                hint: "a literal backslash is written `\\\\`, a literal `{{` is written `{{ '{{' }}`",
                offset: text.character(at: position))
        }
        if position + 1 < text.scalars.count, text.scalars[position + 1] != "\n" {
            let scalar = text.scalars[position + 1]
            try updateCommand { command throws(ExpressionError) in command.append(scalar, isQuoted: true) }
        }
        position += 2
    }

    // MARK: Here-documents

    mutating func readDelimiter() throws(ExpressionError) {
        let stripsTabs = has("-")
        if stripsTabs { position += 1 }
        while has(" ") || has("\t") { position += 1 }
        var delimiter = String.UnicodeScalarView()
        var quote: Unicode.Scalar?
        while position < text.scalars.count {
            let scalar = text.scalars[position]
            if try scanner.hole(at: position) != nil { throw hereDocument(at: position) }
            if let open = quote {
                if scalar == open { quote = nil } else { delimiter.append(scalar) }
            } else if scalar == "'" || scalar == "\"" {
                quote = scalar
            } else if scalar == "\\" {
                position += 1
                if position < text.scalars.count { delimiter.append(text.scalars[position]) }
            } else if SourceText.isSpace(scalar) || ";&|<>()".unicodeScalars.contains(scalar) {
                break
            } else {
                delimiter.append(scalar)
            }
            position += 1
        }
        try updateCommand { command throws(ExpressionError) in
            command.touchWord()
            try command.endWord()
        }
        hereDocuments.append(HereDocument(delimiter: String(delimiter), stripsTabs: stripsTabs))
    }

    private func hereDocument(at index: Int) -> ExpressionError {
        ExpressionError(
            "a hole inside a here-document cannot be quoted",
            hint: "pass it through `env:`, or assign it to a variable first, `value={{ … }}`, and write `$value`",
            offset: text.character(at: index))
    }

    /// Reads the bodies of the here-documents of the line that just ended.
    mutating func readHereDocuments() throws(ExpressionError) {
        for document in hereDocuments {
            while position < text.scalars.count {
                let end = text.scalars[position...].firstIndex(of: "\n") ?? text.scalars.count
                var line = position..<end
                if document.stripsTabs { line = (line.first { text.scalars[$0] != "\t" } ?? end)..<end }
                if text.text(line) == document.delimiter {
                    position = min(end + 1, text.scalars.count)
                    break
                }
                while position < end {
                    guard let hole = try scanner.hole(at: position) else {
                        position += 1
                        continue
                    }
                    let expression = try Expression(hole: hole, of: text, allowsRaw: allowsRaw)
                    guard Self.literalBraces(expression) != nil || expression.isRaw else {
                        throw hereDocument(at: position)
                    }
                    try take(hole)
                }
                position = min(position + 1, text.scalars.count)
            }
        }
        hereDocuments = []
    }
}
