/// What stands outside of quotes: words, comments, operators, parentheses and redirections.
extension ShellLexer {
    /// Takes the scalar at `position`, which stands among commands.
    mutating func stepCommands(
        _ scalar: Unicode.Scalar, _ command: ShellCommand, _ parentheses: [Bool]
    ) throws(ExpressionError) {
        switch scalar {
        case " ", "\t", "\r":
            try updateCommand { command throws(ExpressionError) in try command.endWord() }
            position += 1
        case "#" where !command.isInWord: skipComment()
        case "'": try push(.single, length: 1)
        case "\"": try push(.double, length: 1)
        case "\n":
            try endCommand(unless: command.isTest)
            position += 1
            try readHereDocuments()
        case "(", ")": try stepParenthesis(scalar, command, parentheses)
        case "<", ">": try stepRedirection(command)
        case "&" where has("&>") && !command.isTest:
            position += 1
            try stepRedirection(command)
        case ";", "&", "|":
            try endCommand(unless: command.isTest)
            position += 1
        default:
            if try !stepExpansion(scalar, isInDouble: false) {
                try updateCommand { command throws(ExpressionError) in command.append(scalar) }
                position += 1
            }
        }
    }

    private mutating func endCommand(unless isTest: Bool) throws(ExpressionError) {
        try updateCommand { command throws(ExpressionError) in
            try command.endWord()
            // The word may have been the `]]` that ends the test.
            if !isTest || !command.isTest { try command.end() }
        }
    }

    private mutating func skipComment() {
        while position < text.scalars.count, text.scalars[position] != "\n" { position += 1 }
    }

    private mutating func stepParenthesis(
        _ scalar: Unicode.Scalar, _ command: ShellCommand, _ parentheses: [Bool]
    ) throws(ExpressionError) {
        let last = frames.count - 1
        let start = frames[last].start
        if scalar == "(" {
            if has("(("), command.isAtStart || command.name == "for" {
                return try push(.arithmetic(depth: 2, close: ")"), length: 2)
            }
            let isArray = command.isInWord && command.word.hasSuffix("=")
            if isArray || command.isTest {
                frames[last].frame = .commands(command, parentheses: parentheses + [true])
            } else {
                var next = command
                try next.end()
                frames[last].frame = .commands(next, parentheses: parentheses + [false])
            }
            position += 1
            return
        }
        var next = command
        try next.endWord()
        if let isArray = parentheses.last {
            if !isArray { try next.end() }
            frames[last] = (.commands(next, parentheses: parentheses.dropLast()), start)
            position += 1
        } else if next.cases > 0 || last == 0 {
            try next.end()
            frames[last] = (.commands(next, parentheses: []), start)
            position += 1
        } else {
            pop()
        }
    }

    private mutating func stepRedirection(_ command: ShellCommand) throws(ExpressionError) {
        if has("<(") || has(">(") {
            return try push(.commands(ShellCommand(), parentheses: []), length: 2)
        }
        if command.isTest {
            try updateCommand { command throws(ExpressionError) in try command.endWord() }
            position += 1
            return
        }
        try updateCommand { command throws(ExpressionError) in try command.redirect() }
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
