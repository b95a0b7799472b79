/// What the shell lexer knows of the simple command it is in.
struct ShellCommand: Sendable {
    /// Where a `case` stands.
    private enum Case: Sendable {
        /// Before the word it looks at, or behind it.
        case subject(isRead: Bool)
        /// Before or inside of the patterns of a clause.
        case patterns(isFirst: Bool)
        case commands
    }

    enum Target: Sendable {
        case file
        case hereString
    }

    private(set) var word = ShellWord()
    private(set) var previous: ShellWord?
    /// The word that names the command.
    private(set) var name: String?
    /// Whether something stands before the name behind which not every shell knows a keyword.
    private var hasPrefix = false
    private var cases: [Case] = []
    private var target: Target?
    /// The variable that the array under way is assigned to.
    private var array: String?
    /// The variable that the command gives its words to, as `for` does.
    private var receiver: String?
    /// What its arguments are made of, which it prints if it is `echo`.
    private var printed: (holes: [Int], variables: Set<String>) = ([], [])
    private var hazards: ShellHazards

    init(input: ShellHazards.Input = ShellHazards.Input()) {
        hazards = ShellHazards(input: input)
    }

    /// Whether the next word names a command.
    var isAtStart: Bool { name == nil && !word.isUnderWay && !isInCase }

    /// Whether the word belongs to a `case` itself, which reads it as data.
    private var isInCase: Bool {
        switch cases.last {
        case .subject, .patterns: true
        case .commands, nil: false
        }
    }

    /// Whether it stands inside `[[ ]]`, where `<`, `&&` and parentheses end nothing.
    var isTest: Bool { name == "[[" }

    /// Whether a `)` ends the patterns of a `case`.
    var isInPatterns: Bool { if case .patterns = cases.last { true } else { false } }

    /// Whether a `(` opens the patterns of a `case`.
    var isBeforePatterns: Bool { if case .patterns(isFirst: true) = cases.last { !word.isUnderWay } else { false } }

    // MARK: Words

    mutating func append(_ scalar: Unicode.Scalar, isQuoted: Bool = false) { word.append(scalar, isQuoted: isQuoted) }

    mutating func append(expansion: String) { word.append(expansion: expansion) }

    mutating func expand(_ variable: String) { word.expand(variable) }

    /// A quote is part of the word.
    mutating func touchWord() { word.touch() }

    /// A substitution is part of the word.
    mutating func substitute() { word.substitute() }

    /// The word under way is the number of a redirection, `2>` or `{name}>`, or it is over; the next is the target.
    mutating func redirect(to target: Target, _ facts: inout ShellFacts) throws(ExpressionError) {
        let isNumber = word.isPlain && word.text.unicodeScalars.allSatisfy(SourceText.isDigit)
        let isVariable =
            word.isPlain && word.text.hasPrefix("{") && word.text.hasSuffix("}")
            && ShellWord.isName(word.text.dropFirst().dropLast())
        if isNumber || isVariable { word = ShellWord() } else { try endWord(&facts) }
        if name == nil { hasPrefix = true }
        self.target = target
    }

    /// The target of the redirection was read by another way than as a word.
    mutating func dropTarget() {
        target = nil
        word = ShellWord()
    }

    mutating func endWord(_ facts: inout ShellFacts) throws(ExpressionError) {
        guard word.isUnderWay else { return }
        let ended = word
        word = ShellWord()
        if let target {
            if target == .hereString {
                facts.takeInput(ended)
                hazards.takeHereString(ended)
            }
            self.target = nil
        } else if let array {
            facts.assign(ended.variables, to: array)
        } else if !endCaseWord(ended, &facts) {
            if name == nil {
                take(commandWord: ended, &facts)
            } else if name == "function" {
                facts.functions.insert(ended.text)
                name = nil
                hasPrefix = false
            } else {
                try take(argument: ended, of: name ?? "", &facts)
            }
            previous = ended
        }
    }

    private mutating func take(
        argument word: ShellWord, of name: String, _ facts: inout ShellFacts
    ) throws(ExpressionError) {
        printed.variables.formUnion(word.variables)
        if let receiver { facts.assign(word.variables, to: receiver) }
        switch name {
        case "for", "select": if previous?.text == name { receiver = word.text }
        case "printf": if previous?.text == "-v" { receiver = word.text }
        case "coproc": if word.isPlain, word.text == "case" { Self.doubtKeyword(word, &facts) }
        default: facts.takeArgument(word, of: name, after: previous)
        }
        try hazards.takeArgument(word, after: previous, of: name, &facts)
        if isTest, word.isPlain, word.text == "]]" { self.name = "]]" }
    }

    /// Takes a word that belongs to a `case` itself; false if it is none.
    private mutating func endCaseWord(_ word: ShellWord, _ facts: inout ShellFacts) -> Bool {
        guard let last = cases.last else { return false }
        switch last {
        case .commands: return false
        case .subject(isRead: false): cases[cases.count - 1] = .subject(isRead: true)
        case .subject(isRead: true):
            if word.isPlain, word.text == "in" { cases[cases.count - 1] = .patterns(isFirst: true) }
        case .patterns(let isFirst):
            let isEnd = word.isPlain && word.text == "esac"
            if isFirst, isEnd {
                endCase()
            } else {
                cases[cases.count - 1] = .patterns(isFirst: false)
                if isEnd { facts.doubt("shells differ in whether `esac` can be a pattern", hint: "quote it: `'esac'`") }
            }
        }
        return true
    }

    private mutating func endCase() {
        cases.removeLast()
        // Nothing but redirections may follow.
        name = "esac"
    }

    private mutating func take(commandWord word: ShellWord, _ facts: inout ShellFacts) {
        hazards.takeProgram(word)
        if word.isPlain {
            switch word.text {
            // Another command follows these.
            case "if", "then", "elif", "else", "while", "until", "do", "!", "{": return
            case "time": return hasPrefix = true
            case "[[" where hasPrefix: Self.doubtKeyword(word, &facts)
            case "case":
                if hasPrefix { Self.doubtKeyword(word, &facts) }
                cases.append(.subject(isRead: false))
                return
            case "esac" where !cases.isEmpty:
                endCase()
                return
            default: break
            }
        }
        hasPrefix = true
        switch word.text {
        case "command", "builtin", "exec", "nohup", "env", "sudo", "nice": return
        default: break
        }
        if word.assignment != nil {
            facts.takeAssignment(word)
        } else if word.hasHole || !word.isOption || previous == nil {
            name = word.text == "[[" && !word.isPlain ? "" : word.text
        }
    }

    private static func doubtKeyword(_ word: ShellWord, _ facts: inout ShellFacts) {
        facts.doubt(
            "shells differ in whether `\(word.text)` is a keyword behind what stands before it",
            hint: "begin a command with it, or put it into a function")
    }

    /// A `(` opens the patterns of a clause.
    mutating func openPatterns() { cases[cases.count - 1] = .patterns(isFirst: false) }

    /// The patterns of a clause are over.
    mutating func endPatterns(_ facts: inout ShellFacts) throws(ExpressionError) {
        try end(&facts)
        cases[cases.count - 1] = .commands
    }

    /// `;;` and its like.
    mutating func endClause(_ facts: inout ShellFacts) throws(ExpressionError) {
        try end(&facts)
        if !cases.isEmpty { cases[cases.count - 1] = .patterns(isFirst: true) }
    }

    /// `name=(`, if that is what the word under way and the `(` behind it are.
    mutating func openArray(_ facts: inout ShellFacts) -> Bool {
        guard word.text.hasSuffix("="), let name = word.assignment?.name else { return false }
        facts.arrays.insert(name)
        array = name
        word = ShellWord()
        return true
    }

    mutating func closeArray() { array = nil }

    /// The command is over; the next word names another. `isPiped` says whether that reads what this one prints.
    mutating func end(_ facts: inout ShellFacts, isPiped: Bool = false) throws(ExpressionError) {
        try endWord(&facts)
        try hazards.end(&facts)
        var input = ShellHazards.Input()
        if isPiped, name == "echo" || name == "printf" {
            input = ShellHazards.Input(hole: hazards.firstHole, variables: printed.variables)
            for hole in printed.holes { facts.takeInput(hole: hole) }
        }
        let cases = cases
        self = ShellCommand(input: input)
        self.cases = cases
    }

    // MARK: Holes

    /// Takes note of the hole that is the piece `number` and stands at the character `offset`.
    ///
    /// - Throws: if the command reads the word as something else than data.
    mutating func take(hole number: Int, at offset: Int, _ facts: inout ShellFacts) throws(ExpressionError) {
        defer { word.takeHole() }
        if word.brackets > 0 {
            throw ExpressionError(
                "a hole inside `[ ]` of a word would be read as an index or a pattern",
                hint: "an index can run commands: check the value first, in an earlier step", offset: offset)
        }
        switch target {
        case .file?: return
        case .hereString?:
            hazards.takeHereString(offset)
            return facts.takeInput(hole: number)
        case nil: break
        }
        if isInCase {
            return
        } else if let array {
            try hazards.takeElement(offset, of: name ?? "")
            facts.flow(number, to: array)
        } else if let name {
            try hazards.take(offset, in: word, after: previous, of: name, isBash: facts.isBash)
            if let receiver { facts.flow(number, to: receiver) }
            facts.takeHole(number, in: word, of: name)
            printed.holes.append(number)
        } else {
            try hazards.takeAssigned(offset, in: word)
            facts.takeHole(number, in: word)
        }
    }
}
