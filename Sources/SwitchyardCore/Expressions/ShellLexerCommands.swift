/// What stands outside of quotes: words, comments, operators, parentheses and redirections.
extension ShellLexer {
    /// The command under way.
    private var command: ShellCommand { commands[commands.count - 1] }

    /// Takes the scalar at `position`, which stands among commands.
    mutating func stepCommands(_ scalar: Unicode.Scalar, _ parentheses: [Parenthesis]) throws(ExpressionError) {
        let innermost = commands.count - 1
        let isInPattern = parentheses.last == .pattern
        switch scalar {
        case "'": try push(.single, length: 1)
        case "\"": try push(.double, length: 1)
        case "(": try openParenthesis(parentheses)
        case ")": try closeParenthesis(parentheses)
        case " " where !isInPattern, "\t" where !isInPattern:
            try commands[innermost].endWord(&facts)
            position += 1
        case "#" where !command.word.isUnderWay: position = endOfLine
        case "\n" where !isInPattern:
            if parentheses.last == .array {
                try commands[innermost].endWord(&facts)
            } else {
                try endCommand()
            }
            position += 1
            try readHereDocuments()
        case "<" where !isInPattern, ">" where !isInPattern: try stepRedirection()
        case ";" where !isInPattern, "&" where !isInPattern, "|" where !isInPattern: try stepOperator(scalar)
        default:
            if isInPattern, has("<(") || has(">(") { checkPattern() }
            if scalar == "\\", parentheses.last == .array, frames.count > 1, !has("\\\n") {
                doubt(
                    "bash misreads a backslash in an array inside of a substitution",
                    hint: "write quotes in its place", at: position)
            }
            if try !stepExpansion(scalar, isInDouble: false) {
                commands[innermost].append(scalar)
                position += 1
            }
        }
    }

    private var endOfLine: Int { text.scalars[position...].firstIndex(of: "\n") ?? text.scalars.count }

    /// Ends the command, unless it is a `[[ ]]`. Whether it did.
    @discardableResult
    private mutating func endCommand(isPiped: Bool = false) throws(ExpressionError) -> Bool {
        let innermost = commands.count - 1
        let wasTest = command.isTest
        try commands[innermost].endWord(&facts)
        // The word may have been the `]]` that ends the test.
        if wasTest, command.isTest { return false }
        try commands[innermost].end(&facts, isPiped: isPiped)
        return true
    }

    private mutating func stepOperator(_ scalar: Unicode.Scalar) throws(ExpressionError) {
        if has("&>"), !command.isTest {
            if !isBash {
                doubt(
                    "`&>` runs the command in the background in some shells, and redirects it in others",
                    hint: "write `> file 2>&1`, or use `shell: bash`", at: position)
            }
            position += 1
            return try stepRedirection()
        }
        if has(";;") || has(";&") {
            try commands[commands.count - 1].endClause(&facts)
            position += has(";;&") ? 3 : 2
            return
        }
        let isDouble = has("&&") || has("||") || has("|&")
        try endCommand(isPiped: scalar == "|" && !has("||"))
        position += isDouble ? 2 : 1
    }

    // MARK: Parentheses

    private mutating func openParenthesis(_ parentheses: [Parenthesis]) throws(ExpressionError) {
        let innermost = commands.count - 1
        let kind: Parenthesis
        if parentheses.last == .pattern || isExtendedPattern {
            commands[innermost].append("(")
            kind = .pattern
        } else if command.isTest {
            kind = .test
        } else if commands[innermost].openArray(&facts) {
            kind = .array
        } else if command.isBeforePatterns {
            commands[innermost].openPatterns()
            position += 1
            return
        } else if has("(("), command.isAtStart || command.name == "for" {
            if !isBash {
                doubt(
                    "`((` is arithmetic in some shells, and a subshell in others",
                    hint: "use `shell: bash`, or write `( (` for subshells", at: position)
            }
            return try push(.arithmetic(depth: 2, close: ")"), length: 2)
        } else {
            // `name()` and `name ()`: a function.
            if let name = command.word.isUnderWay ? command.word.text : command.name { facts.functions.insert(name) }
            try commands[innermost].end(&facts)
            kind = .group
        }
        setParentheses(parentheses + [kind])
        position += 1
    }

    /// Whether the `(` belongs to a pattern of bash's `extglob`. `!(` at the beginning of a command is a subshell unless
    /// that is on, and `@()` a function.
    private var isExtendedPattern: Bool {
        guard let last = command.word.lastUnquoted, "?*+@!".unicodeScalars.contains(last), !has("()") else {
            return false
        }
        return !(command.name == nil && command.word.text == "!")
    }

    /// Notes what has parentheses of its own at `position`, inside a pattern.
    mutating func checkPattern() {
        let innermost = frames.last { if case .commands = $0.frame { true } else { false } }
        guard case .commands(let parentheses)? = innermost?.frame, parentheses.last == .pattern else { return }
        doubt(
            "bash counts the parentheses inside `@(…)` and its like, whatever they belong to",
            hint: "put what holds them into a variable first, and write `$name` in the pattern", at: position)
    }

    private mutating func closeParenthesis(_ parentheses: [Parenthesis]) throws(ExpressionError) {
        let innermost = commands.count - 1
        if parentheses.last == .pattern {
            commands[innermost].append(")")
            setParentheses(parentheses.dropLast())
            position += 1
            return
        }
        try commands[innermost].endWord(&facts)
        if command.isInPatterns {
            try commands[innermost].endPatterns(&facts)
            position += 1
        } else if let last = parentheses.last {
            switch last {
            case .group: try commands[innermost].end(&facts)
            case .array: commands[innermost].closeArray()
            case .test, .pattern: break
            }
            setParentheses(parentheses.dropLast())
            position += 1
        } else if frames.count == 1 {
            try commands[innermost].end(&facts)
            position += 1
        } else {
            try pop()
        }
    }

    // MARK: Redirections

    private mutating func stepRedirection() throws(ExpressionError) {
        if has("<(") || has(">(") { return try push(.commands([]), length: 2) }
        let innermost = commands.count - 1
        if command.isTest {
            try commands[innermost].endWord(&facts)
            position += 1
            return
        }
        try commands[innermost].redirect(to: has("<<<") ? .hereString : .file, &facts)
        if has("<<<") {
            position += 3
        } else if has("<<") {
            position += 2
            try readDelimiter()
        } else {
            position += 1
            while has(">") || has("&") || has("|") { position += 1 }
        }
    }
}
