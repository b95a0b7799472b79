/// Knows the commands that read a quoted word as something else than data: as code, as a variable's name, as an
/// expression.
///
/// Bash runs `$(…)` in the index of an array wherever it takes a variable's name or computes, so every such place is a
/// way for a value to run commands.
struct ShellHazards: Sendable {
    /// Programs whose option `-c` is followed by a script.
    static let shells: Set<String> = [
        "sh", "bash", "dash", "ash", "busybox", "rbash", "zsh", "ksh", "mksh", "fish", "csh", "tcsh", "$SHELL",
        "${SHELL}", "$BASH", "${BASH}",
    ]
    /// Programs whose option `-c` or `--command` is followed by a command for a shell.
    private static let shellUsers: Set<String> = ["su", "runuser", "sg", "script", "flock"]
    /// Commands that read every word as code, or keep it to run it later.
    private static let codeReaders: Set<String> = [
        "eval", "let", "trap", "alias", "bind", "compgen", "complete", "coproc", "watch",
    ]
    static let declarations: Set<String> = ["declare", "typeset", "local", "export", "readonly"]
    /// Variables whose value bash runs or expands again.
    private static let codeVariables: Set<String> = ["PS4", "BASH_ENV"]
    /// The operators that stand between two words of `[ ]`.
    private static let testOperators: Set<String> = [
        "=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef", "-a", "-o", "]",
        ")",
    ]
    /// The operators of `[[ ]]` that compute the words beside them.
    private static let computingOperators: Set<String> = ["-eq", "-ne", "-lt", "-le", "-gt", "-ge"]
    private static let variableOperators: Set<String> = ["-v", "-R"]
    /// Options of ssh that take the next word.
    private static let sshOptions = Set("BbcDEeFIiJLlmOopQRSWw")

    private enum Runner: Hashable, Sendable {
        case none
        /// Among the options of a shell, or of a program that takes a command for one.
        case options(isShell: Bool, skipsNext: Bool)
        /// The script follows.
        case script(skipsNext: Bool)
    }

    private enum Remote: Hashable, Sendable {
        case options(skipsNext: Bool)
        case command
    }

    private var runner = Runner.none
    /// Whether a shell has the option `-s`, and so reads its script whatever follows.
    private var readsScript = false
    private var remote = Remote.options(skipsNext: false)
    private var declarationFlags = ""
    /// A hole in the word before, which `[ ]` or `[[ ]]` may yet read as an operator or compute.
    private var testHole: Int?
    private var computesNext = false
    /// Whether the options of `printf` or `wait` are over, and whether the next word belongs to the last of them.
    private var optionsAreOver = false
    private var skipsNext = false
    private(set) var firstHole: Int?
    private var lastHole: Int?
    /// What the command reads: here-strings, and what `echo` prints into it.
    private var input: Input

    /// A text that is read, as far as it is made of holes and variables.
    struct Input: Sendable {
        /// Where its first hole stands, in characters.
        var hole: Int?
        var variables: Set<String> = []
    }

    init(input: Input) {
        self.input = input
    }

    // MARK: Words

    /// Takes a word that may name the command.
    mutating func takeProgram(_ word: ShellWord) { followRunner(word) }

    /// Takes a word of the command `name`, behind `previous`.
    mutating func takeArgument(
        _ word: ShellWord, after previous: ShellWord?, of name: String, _ facts: inout ShellFacts
    ) throws(ExpressionError) {
        let isCode = Self.codeReaders.contains(name) && name != "let" || name == "ssh" && remote == .command
        if isCode || isScript(word) { facts.run(word.variables) }
        followRunner(word)
        switch name {
        case "[[": try takeTest(word, after: previous, &facts)
        case "[", "test":
            if takesValue(previous, "vR") { facts.compute(word.variables) }
            if let testHole, !Self.testOperators.contains(word.text) { throw Self.unknownOperator(at: testHole) }
            let isOperand = previous.map { $0.isOption && !Self.testOperators.contains($0.text) } ?? false
            testHole = word.mayBeginWithHole && !isOperand ? lastHole : nil
        case "ssh": followRemote(word)
        case "printf", "wait":
            if skipsNext { facts.compute(word.variables) }
            followOptions(word, name == "printf" ? "v" : "p")
        case "unset", "read", "mapfile", "readarray": facts.compute(word.variables)
        case _ where Self.declarations.contains(name):
            declarationFlags += word.optionLetters
            if word.assignment == nil { facts.compute(word.variables) }
            facts.takeDeclared(word, flags: declarationFlags)
            if declarationFlags.contains("f"), name == "export" || declarationFlags.contains("x") {
                facts.doubt(
                    "a function is exported, and the values of the holes do not go with it",
                    hint: "pass them as the function's arguments")
            }
        default: break
        }
    }

    private mutating func takeTest(
        _ word: ShellWord, after previous: ShellWord?, _ facts: inout ShellFacts
    ) throws(ExpressionError) {
        if computesNext {
            facts.compute(word.text)
            if word.hasHole, let lastHole { throw Self.computedTest(at: lastHole) }
        }
        let isComputing = Self.computingOperators.contains(word.text)
        if isComputing {
            if let previous { facts.compute(previous.text) }
            if let testHole { throw Self.computedTest(at: testHole) }
        }
        computesNext = isComputing || Self.variableOperators.contains(word.text)
        testHole = word.hasHole ? lastHole : nil
    }

    private mutating func followRunner(_ word: ShellWord) {
        let letters = word.text.hasPrefix("+") ? word.text.dropFirst() : word.optionLetters
        let takesNext = letters.hasSuffix("o") || letters.hasSuffix("O")
        switch runner {
        case .options(let isShell, skipsNext: true): runner = .options(isShell: isShell, skipsNext: false)
        case .script(skipsNext: true): runner = .script(skipsNext: false)
        case .script(skipsNext: false): runner = letters.isEmpty ? .none : .script(skipsNext: takesNext)
        case .options(let isShell, skipsNext: false):
            if letters.contains("c") || word.text == "--command" || word.text == "--session-command" {
                runner = .script(skipsNext: takesNext)
            } else if word.text == "--rcfile" || word.text == "--init-file" || takesNext {
                runner = .options(isShell: isShell, skipsNext: true)
            } else if Self.shells.contains(word.programName) {
                runner = .options(isShell: true, skipsNext: false)
            } else if isShell, letters.isEmpty, !word.isOption, word.text != "-", word.text != "/dev/stdin" {
                runner = .none
            }
            if isShell, letters.contains("s") { readsScript = true }
        case .none:
            let isShell = Self.shells.contains(word.programName)
            if isShell || Self.shellUsers.contains(word.programName) {
                runner = .options(isShell: isShell, skipsNext: false)
            }
        }
    }

    /// Follows the options of a command; `letter` is the one that takes a variable's name.
    private mutating func followOptions(_ word: ShellWord, _ letter: Character) {
        if skipsNext { return skipsNext = false }
        skipsNext = !optionsAreOver && word.optionLetters.last == letter
        if word.text == "--" || !word.isOption { optionsAreOver = true }
    }

    private mutating func followRemote(_ word: ShellWord) {
        switch remote {
        case .command: break
        case .options(skipsNext: true): remote = .options(skipsNext: false)
        case .options(skipsNext: false):
            guard word.isOption else { return remote = .command }
            let option = word.optionLetters.firstIndex { Self.sshOptions.contains($0) }
            remote = .options(skipsNext: option.map { word.text.index(after: $0) == word.text.endIndex } ?? false)
        }
    }

    /// The command is over.
    func end(_ facts: inout ShellFacts) throws(ExpressionError) {
        guard readsScript || runner == .options(isShell: true, skipsNext: false) else { return }
        facts.run(input.variables)
        guard let hole = input.hole else { return }
        throw ExpressionError(
            "the shell would read the hole's text as its script",
            hint: "pass it behind a script: `sh -c 'echo \"$1\"' sh {{ … }}`", offset: hole)
    }

    // MARK: Holes

    /// Takes a hole in a here-string.
    mutating func takeHereString(_ offset: Int) { input.hole = input.hole ?? offset }

    /// Takes a here-string.
    mutating func takeHereString(_ word: ShellWord) { input.variables.formUnion(word.variables) }

    /// Takes a hole in an element of an array that the command `name` makes.
    func takeElement(_ offset: Int, of name: String) throws(ExpressionError) {
        if Self.declarations.contains(name), declaresNumber { throw Self.declared(by: name, at: offset) }
    }

    /// Takes a hole in `word`, which stands where a command is named or a variable assigned.
    func takeAssigned(_ offset: Int, in word: ShellWord) throws(ExpressionError) {
        if let name = word.assignment?.name, Self.codeVariables.contains(name) {
            throw ExpressionError("a hole in `\(name)` would be run as code", offset: offset)
        }
    }

    /// Takes a hole in `word`, an argument of the command `name` that stands behind `previous`.
    mutating func take(
        _ offset: Int, in word: ShellWord, after previous: ShellWord?, of name: String, isBash: Bool
    ) throws(ExpressionError) {
        firstHole = firstHole ?? offset
        lastHole = offset
        func refused(_ message: String, _ hint: String) -> ExpressionError {
            ExpressionError(message, hint: hint, offset: offset)
        }
        try takeAssigned(offset, in: word)
        try takeScript(offset, in: word)
        let asName = refused(
            "a hole here would be read as a variable's name, which can run commands", "name the variable in the script")
        switch name {
        case _ where Self.codeReaders.contains(name):
            throw refused(
                "a hole in `\(name)` would be read as code",
                "pass it through `env:`, or assign it to a variable first: `value={{ … }}`")
        case "[[" where !isBash:
            throw refused(
                "`[[` is a command like any other in some shells, which run what stands behind `||`",
                "use `[ … ]`, or `shell: bash`")
        case "ssh" where remote == .command:
            throw refused(
                "a hole in a command of `ssh` would be read as code by the shell over there",
                "quote it for that shell in `argv: [ssh, host, \"command {{ … | quote }}\"]`")
        case "unset":
            throw refused("a hole in `unset` would be read as a variable's name", "name the variable in the script")
        case "read" where !takesValue(previous, "dinNptu"), "mapfile" where !takesValue(previous, "dnOsuc"),
            "readarray" where !takesValue(previous, "dnOsuc"), "test" where takesValue(previous, "vR"),
            "[" where takesValue(previous, "vR"):
            throw asName
        case "printf", "wait":
            let letter: Character = name == "printf" ? "v" : "p"
            if skipsNext || !optionsAreOver && word.optionLetters.contains(letter) { throw asName }
            if word.hasKnownBeginning != true, !optionsAreOver {
                throw refused(
                    "a hole at the beginning of `\(name)` would be read as an option, which can run commands",
                    "write `\(name == "printf" ? "printf '%s'" : "wait --") {{ … }}`")
            }
        case _ where Self.declarations.contains(name):
            guard word.assignment == nil || declaresNumber else { return }
            throw Self.declared(by: name, at: offset)
        default: break
        }
    }

    private func takeScript(_ offset: Int, in word: ShellWord) throws(ExpressionError) {
        guard isScript(word) else { return }
        throw ExpressionError(
            "a hole in the script of `-c` would be read as code",
            hint: "pass it behind the script, `sh -c 'echo \"$1\"' sh {{ … }}`, or through `env:`", offset: offset)
    }

    /// Whether the word, which may not be over, is the script of a shell.
    private func isScript(_ word: ShellWord) -> Bool {
        switch runner {
        case .none, .options(_, skipsNext: true), .script(skipsNext: true): false
        case .script(skipsNext: false): true
        case .options:
            word.text.hasPrefix("--command=") || word.text.hasPrefix("--session-command=")
                || word.optionLetters.contains("c") && word.optionLetters.last != "c"
        }
    }

    /// Whether the flags make bash compute the value, or take it for a variable's name.
    private var declaresNumber: Bool { declarationFlags.contains("i") || declarationFlags.contains("n") }

    /// Whether `previous` is an option that ends in one of `letters`, and so takes the next word as its argument.
    private func takesValue(_ previous: ShellWord?, _ letters: String) -> Bool {
        previous?.optionLetters.last.map(letters.contains) ?? false
    }

    // MARK: Errors

    private static func declared(by name: String, at offset: Int) -> ExpressionError {
        ExpressionError(
            "a hole in `\(name)` would be read as a variable's name or computed",
            hint: "write the name in the script, and the hole behind `=`", offset: offset)
    }

    private static func computedTest(at offset: Int) -> ExpressionError {
        ExpressionError(
            "a hole in `[[ ]]` beside `-eq` or `-v` would be computed as an expression, which can run commands",
            hint: "use `[ … ]`, which does not compute, or compare inside the hole", offset: offset)
    }

    private static func unknownOperator(at offset: Int) -> ExpressionError {
        ExpressionError(
            "a hole before a word that is no operator would be read as one, and `-v` can run commands",
            hint: "write the operator in the script: `[ {{ … }} = … ]`", offset: offset)
    }
}
