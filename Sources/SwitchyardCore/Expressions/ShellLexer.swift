/// Reads a script with the quoting rules of POSIX shells and says how each hole is expanded as one word.
///
/// It knows quotes, substitutions, comments and here-documents, and of commands what ``ShellCommand`` needs. Where it
/// cannot be sure, or shells differ, a hole is an error rather than a guess.
struct ShellLexer {
    /// What the lexer is inside of.
    enum Frame {
        /// Commands, at the top or in `$(…)` and `<(…)`, with the parentheses that are still open.
        case commands([Parenthesis])
        case single
        case double
        /// `$'…'`.
        case ansi
        /// `${…}`.
        case parameter(ShellParameter, isInDouble: Bool)
        /// `$((…))`, `((…))` and `$[…]`; how many of `close` are missing.
        case arithmetic(depth: Int, close: Unicode.Scalar)
        case backtick
        /// The body of a here-document whose delimiter is not quoted.
        case hereDocument
    }

    enum Parenthesis {
        /// `(…)`, and the `()` of a function.
        case group
        /// `name=(…)`.
        case array
        /// In `[[ ]]`.
        case test
        /// `@(…)` and its like.
        case pattern
    }

    let text: SourceText
    let scanner: HoleScanner
    let allowsRaw: Bool
    var position = 0
    private(set) var frames: [(frame: Frame, start: Int)]
    /// One for each frame of commands, outermost first.
    var commands = [ShellCommand()]
    var facts: ShellFacts
    var hereDocuments: [ShellHereDocument] = []
    /// What the shell computes, since the last time ``facts`` were told.
    private var computed = String.UnicodeScalarView()
    private var pieces: [ShellTemplate.Piece] = []
    private var textStart = 0
    /// Where the first hole that needs quoting stands, in characters.
    private(set) var firstHoleOffset: Int?
    /// The same of every hole, by the number of its piece.
    private var offsets: [Int: Int] = [:]

    /// - Parameter frame: what the text stands in; for the body of a here-document ``scan()`` is all that it takes.
    init(_ text: SourceText, allowsRaw: Bool, isBash: Bool, in frame: Frame = .commands([])) {
        self.text = text
        scanner = HoleScanner(text)
        self.allowsRaw = allowsRaw
        facts = ShellFacts(isBash: isBash)
        frames = [(frame, 0)]
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
        try commands[commands.count - 1].end(&facts)
        flush(upTo: text.scalars.count)
        guard let firstHoleOffset else { return pieces }
        if frames.count > 1, let last = frames.last {
            throw ExpressionError(
                "what opens here is not closed, so the holes of the script cannot be quoted",
                offset: text.character(at: last.start))
        }
        if let reason = facts.reason(forHoleAt: firstHoleOffset) { throw reason }
        let demands = try facts.demands { hole in offsets[hole] ?? firstHoleOffset }
        for (number, demand) in demands { pieces[number].demand(demand) }
        return pieces
    }

    /// Reads the text as one without holes; whether all is closed at its end.
    mutating func scan() throws(ExpressionError) -> Bool {
        while position < text.scalars.count { try step() }
        return frames.count == 1
    }

    private mutating func flush(upTo end: Int) {
        if end > textStart { pieces.append(.text(text.text(textStart..<end))) }
    }

    /// Remembers that shells may read the script otherwise from the scalar `index` on.
    mutating func doubt(_ message: String, hint: String? = nil, at index: Int) {
        facts.doubt(message, hint: hint, offset: text.character(at: index))
    }

    // MARK: Holes

    mutating func take(_ hole: HoleScanner.Hole) throws(ExpressionError) {
        let offset = text.character(at: hole.outer.lowerBound)
        let expression = try Expression(hole: hole, of: text, allowsRaw: allowsRaw)
        flush(upTo: hole.outer.lowerBound)
        let innermost = commands.count - 1
        if let braces = Self.literalBraces(expression) {
            pieces.append(.text(braces))
            commands[innermost].touchWord()
        } else if expression.isRaw {
            pieces.append(.raw(expression))
            commands[innermost].substitute()
        } else {
            let (lead, trail) = try quoting(at: offset)
            try checkNoDollar(before: hole, offset: offset)
            try commands[innermost].take(hole: pieces.count, at: offset, &facts)
            pieces.append(.argument(ShellTemplate.Argument(expression: expression, lead: lead, trail: trail)))
            firstHoleOffset = firstHoleOffset ?? offset
            offsets[pieces.count - 1] = offset
        }
        position = hole.outer.upperBound
        textStart = position
    }

    /// The braces that `{{ '{{' }}` stands for: text the author wrote, which means nothing to a shell.
    static func literalBraces(_ expression: Expression) -> String? {
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
            case .arithmetic:
                throw refused("inside arithmetic", "compute inside the hole: `value={{ inputs.number + 1 }}`")
            case .ansi: throw refused("inside `$'…'`", "close the quote before the hole; or \(variable)")
            case .parameter(let parameter, let isInDouble) where index > innermost:
                guard parameter.takesWord, !isInDouble || index == frames.count - 1 else {
                    throw refused("inside `${…}`", variable)
                }
                if parameter.assigns, !isInDouble {
                    throw refused("inside `${…=…}`, which is split into words,", "quote it: `\"${name:={{ … }}}\"`")
                }
            case .commands, .single, .double, .parameter, .hereDocument: break
            }
        }
        switch frames[frames.count - 1].frame {
        case .commands, .parameter(_, isInDouble: false): return ("\"", "\"")
        case .double, .parameter: return ("", "")
        case .single: return ("'\"", "\"'")
        case .ansi, .arithmetic, .backtick, .hereDocument: preconditionFailure("a hole was accepted where none can be")
        }
    }

    // MARK: Frames

    mutating func push(_ frame: Frame, length: Int) throws(ExpressionError) {
        guard frames.count < ExpressionParser.maximumDepth else {
            throw ExpressionError(
                "quotes and substitutions nest deeper than \(ExpressionParser.maximumDepth) levels",
                offset: text.character(at: position))
        }
        switch frame {
        case .single, .double, .ansi: commands[commands.count - 1].touchWord()
        case .commands, .parameter, .arithmetic, .backtick, .hereDocument: commands[commands.count - 1].substitute()
        }
        if case .commands = frame { commands.append(ShellCommand()) }
        flushComputed()
        frames.append((frame, position))
        position += length
    }

    mutating func pop() throws(ExpressionError) {
        flushComputed()
        let (frame, start) = frames.removeLast()
        position += 1
        switch frame {
        case .commands:
            var last = commands.removeLast()
            try last.end(&facts)
            checkHereDocuments(closedAt: position - 1)
        case .parameter:
            if isInWord { commands[commands.count - 1].append(expansion: text.text(start..<position)) }
        case .single, .double, .ansi, .arithmetic, .backtick, .hereDocument: break
        }
    }

    mutating func setParentheses(_ parentheses: [Parenthesis]) {
        frames[frames.count - 1].frame = .commands(parentheses)
    }

    var isBash: Bool { facts.isBash }

    func has(_ word: StaticString) -> Bool { text.has(word, at: position) }

    /// Takes the scalar at `position`, which starts no hole.
    mutating func step() throws(ExpressionError) {
        let start = position
        let isComputed = computingFrame != nil
        let scalar = text.scalars[position]
        if scalar == "\n" { checkHereDocuments(brokenAt: position) }
        switch frames[frames.count - 1].frame {
        case .commands(let parentheses): try stepCommands(scalar, parentheses)
        case .single:
            if scalar == "'" { try pop() } else { takeQuoted(scalar) }
        case .ansi: try stepANSI(scalar)
        case .double:
            if scalar == "\"" {
                try pop()
            } else if try !stepExpansion(scalar, isInDouble: true) {
                takeQuoted(scalar)
            }
        case .parameter(let parameter, let isInDouble):
            if scalar == "}" {
                try pop()
            } else if scalar == "'", !(isInDouble && parameter.takesWord) {
                try push(.single, length: 1)
            } else if scalar == "\"" {
                try push(.double, length: 1)
            } else if !isInDouble, has("<(") || has(">(") {
                if !isBash { doubt("not every `sh` reads `\(scalar)(…)` inside `${…}` as bash does", at: position) }
                try push(.commands([]), length: 2)
            } else if try !stepExpansion(scalar, isInDouble: isInDouble) {
                if !isInDouble, scalar == "(" || scalar == ")" { checkPattern() }
                position += 1
            }
        case .arithmetic(let depth, let close):
            try stepArithmetic(scalar, depth: depth, close: close)
        case .backtick:
            if scalar == "\\" { try skipEscape() } else if scalar == "`" { try pop() } else { position += 1 }
        case .hereDocument:
            if try !stepExpansion(scalar, isInDouble: true) { position += 1 }
        }
        if isComputed, computingFrame != nil {
            computed.append(contentsOf: text.scalars[start..<min(position, text.scalars.count)])
        }
    }

    private mutating func takeQuoted(_ scalar: Unicode.Scalar) {
        if isInWord { commands[commands.count - 1].append(scalar, isQuoted: true) }
        position += 1
    }

    /// Whether what is read belongs to the word itself, and not to an expansion in it.
    private var isInWord: Bool {
        for entry in frames.reversed() {
            switch entry.frame {
            case .commands: return true
            case .parameter, .arithmetic, .backtick, .hereDocument: return false
            case .single, .double, .ansi: continue
            }
        }
        return false
    }

    private mutating func stepANSI(_ scalar: Unicode.Scalar) throws(ExpressionError) {
        if scalar == "\\" {
            if has("\\'"), !isBash {
                doubt(
                    "not every `sh` reads `$'…\\'…'` as bash does", hint: "use `shell: bash`, or other quotes",
                    at: position)
            }
            try skipEscape()
        } else if scalar == "'" {
            try pop()
        } else {
            takeQuoted(scalar)
        }
    }

    // MARK: Computing

    private mutating func stepArithmetic(
        _ scalar: Unicode.Scalar, depth: Int, close: Unicode.Scalar
    ) throws(ExpressionError) {
        let open: Unicode.Scalar = close == ")" ? "(" : "["
        let last = frames.count - 1
        if scalar == open {
            frames[last].frame = .arithmetic(depth: depth + 1, close: close)
            position += 1
        } else if scalar == close {
            if depth == 1 { return try pop() }
            frames[last].frame = .arithmetic(depth: depth - 1, close: close)
            position += 1
            if depth == 2, close == ")", !has(")") {
                doubt(
                    "what begins with `((` here is no arithmetic, because it does not end with `))`",
                    hint: "write `( (` for a subshell in another", at: frames[last].start)
            }
        } else if scalar == "'" {
            doubt("shells differ in what a `'` inside arithmetic means", at: position)
            try push(.single, length: 1)
        } else if scalar == "\"" {
            try push(.double, length: 1)
        } else if try !stepExpansion(scalar, isInDouble: false) {
            position += 1
        }
    }

    /// The innermost frame whose text the shell computes, unless commands stand in between.
    private var computingFrame: Frame? {
        for entry in frames.reversed() {
            switch entry.frame {
            case .commands, .backtick, .hereDocument: return nil
            case .arithmetic: return entry.frame
            case .parameter(let parameter, _): if parameter.isComputed { return entry.frame }
            case .single, .double, .ansi: continue
            }
        }
        return nil
    }

    private mutating func flushComputed() {
        guard !computed.isEmpty else { return }
        let text = String(computed)
        computed = String.UnicodeScalarView()
        if case .parameter(let parameter, _)? = computingFrame, let array = parameter.array {
            facts.compute(index: text, of: array)
        } else {
            facts.compute(text)
        }
    }

    // MARK: Expansions

    /// Takes what means the same in and out of double quotes: a backslash, `$…`, a backtick. False if it is none.
    mutating func stepExpansion(_ scalar: Unicode.Scalar, isInDouble: Bool) throws(ExpressionError) -> Bool {
        switch scalar {
        case "\\": try skipEscape()
        case "`": try push(.backtick, length: 1)
        case "$":
            if !isInDouble, has("$(") || has("$[") { checkPattern() }
            if has("$((") {
                try push(.arithmetic(depth: 2, close: ")"), length: 3)
            } else if has("$(") {
                try push(.commands([]), length: 2)
            } else if has("${") {
                let parameter = ShellParameter(text, at: position)
                if !parameter.name.isEmpty { commands[commands.count - 1].expand(parameter.name) }
                if parameter.isIndirect { facts.compute([parameter.name]) }
                try push(.parameter(parameter, isInDouble: isInDouble), length: parameter.length)
            } else if has("$["), isBash {
                try push(.arithmetic(depth: 1, close: "]"), length: 2)
            } else if !isInDouble, has("$'") {
                try push(.ansi, length: 2)
            } else if !isInDouble, has("$\"") {
                try push(.double, length: 2)
            } else {
                takeDollar()
                unescapedDollar = position
                // `$$` is one expansion, and leaves no `$` to what follows; but a hole of `${{` begins at its own.
                position += has("$$") && !text.has("${{", at: position + 1) ? 2 : 1
            }
        default: return false
        }
        return true
    }

    /// Takes note of the `$` at `position` and the variable it may expand.
    private mutating func takeDollar() {
        let innermost = commands.count - 1
        let next = text.scalars[(position + 1)...]
        if let sign = next.first, SourceText.isDigit(sign) || sign == "@" || sign == "*" {
            commands[innermost].expand(String(sign))
        } else {
            let name = text.text(next.startIndex..<(next.firstIndex { !ShellWord.continuesName($0) } ?? next.endIndex))
            if !name.isEmpty { commands[innermost].expand(name) }
        }
        if isInWord { commands[innermost].append("$", isQuoted: true) }
    }

    private mutating func skipEscape() throws(ExpressionError) {
        if try scanner.hole(at: position + 1) != nil {
            throw ExpressionError(
                "a backslash stands directly before the hole",
                hint: "a literal backslash is written `\\\\`, a literal `{{` is written `{{ '{{' }}`",
                offset: text.character(at: position))
        }
        switch frames[frames.count - 1].frame {
        case .commands, .double, .ansi:
            if isInWord, position + 1 < text.scalars.count, text.scalars[position + 1] != "\n" {
                commands[commands.count - 1].append(text.scalars[position + 1], isQuoted: true)
            }
        case .single, .parameter, .arithmetic, .backtick, .hereDocument: break
        }
        position += 2
    }
}
