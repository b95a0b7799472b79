/// What the shell lexer knows of the simple command it is in: enough to see where a quoted word is still read as code.
struct ShellCommand: Hashable {
    /// Shells of the POSIX family, by program name.
    static let shells: Set<String> = ["sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "busybox"]

    /// The literal text of the word under way; holes and expansions add nothing.
    private(set) var word = ""
    private(set) var isInWord = false
    /// Unquoted `[` of the word that are still open.
    private var brackets = 0
    private var hasHole = false
    private var previousWord = ""
    private(set) var name: String?
    private var hasShell = false
    private var isTarget = false
    private var hasIntegerFlag = false
    private var testHole: Int?
    private var isArithmeticTest = false
    /// How many `case` wait for their `esac`: a `)` there ends a pattern.
    private(set) var cases = 0

    /// Whether the next word names a command.
    var isAtStart: Bool { name == nil && !isInWord }

    /// Whether it stands inside `[[ ]]`, where `<`, `&&` and parentheses end nothing.
    var isTest: Bool { name == "[[" }

    mutating func append(_ scalar: Unicode.Scalar, isQuoted: Bool = false) {
        isInWord = true
        // Names and options are short; a program in quotes may be long, and every copy of it costs.
        if word.utf8.count < 256 { word.unicodeScalars.append(scalar) }
        guard !isQuoted else { return }
        if scalar == "[" { brackets += 1 }
        if scalar == "]", brackets > 0 { brackets -= 1 }
    }

    /// A quote or an expansion is part of the word.
    mutating func touchWord() { isInWord = true }

    /// The word under way turned out to be the number of a redirection, and the next word is its target.
    mutating func redirect() throws(ExpressionError) {
        if isInWord, !word.unicodeScalars.allSatisfy(SourceText.isDigit) || hasHole { try endWord() }
        startWord()
        isTarget = true
    }

    private mutating func startWord() {
        word = ""
        isInWord = false
        hasHole = false
        brackets = 0
    }

    mutating func endWord() throws(ExpressionError) {
        guard isInWord else { return }
        let word = word
        let hadHole = hasHole
        startWord()
        if isTarget {
            isTarget = false
            return
        }
        defer { previousWord = word }
        if Self.shells.contains(Self.programName(word)) { hasShell = true }
        guard let name else {
            take(commandWord: word, hadHole: hadHole)
            return
        }
        switch name {
        case "[[":
            if word == "]]" {
                self.name = "]]"
            } else if ["-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-v", "-R"].contains(word) {
                isArithmeticTest = true
                if let testHole { throw Self.arithmeticTest(at: testHole) }
            }
        case "declare", "typeset", "local", "export", "readonly":
            if word.hasPrefix("-"), word.contains("i") || word.contains("n") { hasIntegerFlag = true }
        case "case":
            if word == "esac" { cases = max(0, cases - 1) }
        default: break
        }
    }

    private mutating func take(commandWord word: String, hadHole: Bool) {
        switch word {
        // Another command follows these.
        case "if", "then", "elif", "else", "while", "until", "do", "!", "{", "time", "command", "builtin", "exec",
            "nohup", "env", "sudo", "nice":
            break
        case "esac":
            cases = max(0, cases - 1)
            name = word
        case "case":
            cases += 1
            name = word
        default:
            let isAssignment = Self.isName(word.prefix { $0 != "=" }) && word.contains("=")
            let isOption = word.hasPrefix("-") && !previousWord.isEmpty
            if !isAssignment && !isOption || hadHole && !isAssignment { name = word }
        }
    }

    private static func isName(_ text: Substring) -> Bool {
        (text.unicodeScalars.first.map(SourceText.startsName) ?? false)
            && text.unicodeScalars.allSatisfy(SourceText.continuesName)
    }

    private static func programName(_ word: String) -> String {
        String(word.split(separator: "/").last ?? "")
    }

    /// The command is over; the next word names another.
    mutating func end() throws(ExpressionError) {
        try endWord()
        self = ShellCommand(cases: cases)
    }

    init(cases: Int = 0) {
        self.cases = cases
    }

    private static func arithmeticTest(at offset: Int) -> ExpressionError {
        ExpressionError(
            "a hole in `[[ ]]` beside `-eq` or `-v` would be computed as an expression, which can run commands",
            hint: "use `[ … ]`, which does not compute, or compare inside the hole", offset: offset)
    }

    /// Takes note of a hole at `offset`.
    ///
    /// - Throws: if the command reads the word as something else than data.
    mutating func take(holeAt offset: Int) throws(ExpressionError) {
        defer {
            isInWord = true
            hasHole = true
        }
        func refused(_ message: String, _ hint: String) -> ExpressionError {
            ExpressionError(message, hint: hint, offset: offset)
        }
        if brackets > 0 {
            throw refused(
                "a hole inside `[ ]` of a word would be read as an index or a pattern",
                "an index can run commands: check the value first, in an earlier step")
        }
        if isTarget { return }
        if hasShell, previousWord.hasPrefix("-"), !previousWord.hasPrefix("--"), previousWord.hasSuffix("c") {
            throw refused(
                "a hole in the script of `-c` would be read as code",
                "pass it behind the script, `sh -c 'echo \"$1\"' sh {{ … }}`, or through `env:`")
        }
        switch name {
        case "eval", "let", "trap":
            throw refused(
                "a hole in `\(name ?? "")` would be read as code",
                "pass it through `env:`, or assign it to a variable first: `value={{ … }}`")
        case "unset":
            throw refused("a hole in `unset` would be read as a variable's name", "name the variable in the script")
        case "read" where !hasOption(among: "dinNptu"), "mapfile" where !hasOption(among: "dnOsuc"),
            "readarray" where !hasOption(among: "dnOsuc"), "printf" where hasOption(among: "v"),
            "test" where hasOption(among: "vR"), "[" where hasOption(among: "vR"):
            throw refused(
                "a hole here would be read as a variable's name, which can run commands",
                "name the variable in the script")
        case "declare", "typeset", "local", "export", "readonly":
            guard !word.contains("=") || hasIntegerFlag else { return }
            throw refused(
                "a hole in `\(name ?? "")` would be read as a variable's name or computed",
                "write the name in the script, and the hole behind `=`")
        case "[[":
            testHole = testHole ?? offset
            if isArithmeticTest { throw Self.arithmeticTest(at: offset) }
        default: break
        }
    }

    /// Whether the word before is an option that ends in one of `letters`, and so takes this word as its argument.
    private func hasOption(among letters: String) -> Bool {
        guard previousWord.hasPrefix("-"), previousWord.count > 1, let last = previousWord.last else { return false }
        return letters.contains(last)
    }
}
