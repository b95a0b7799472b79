/// What a whole script does with its variables, as far as it decides whether a hole's text can come to be computed or
/// run by way of them.
struct ShellFacts: Sendable {
    private enum Source: Hashable, Sendable {
        case hole(Int)
        case variable(String)
    }

    /// Whether the shell is bash, and not another that `sh` may be.
    let isBash: Bool
    var functions: Set<String> = []
    var arrays: Set<String> = []
    /// Why the holes of the script cannot be quoted for sure, if anything is in doubt.
    private var doubt: ExpressionError?
    private var sources: [String: Set<Source>] = [:]
    /// What stands in the arguments of a command, which may turn out to be a function.
    private var calls: [String: Set<Source>] = [:]
    private var computed: Set<String> = []
    /// Variables in the index of an array, which is computed unless its keys are texts.
    private var indices: [(array: String, names: Set<String>)] = []
    private var textKeyed: Set<String> = []
    /// Variables that `read` fills, and what there is for them to read.
    private var readers: Set<String> = []
    private var inputs: Set<Source> = []
    /// Variables whose values are run as code.
    private var run: Set<String> = []
    private var declared: [(hole: Int, name: String)] = []

    init(isBash: Bool) {
        self.isBash = isBash
    }

    /// Remembers the first reason; without the offset of a character it is said of the script's first hole.
    mutating func doubt(_ message: String, hint: String? = nil, offset: Int? = nil) {
        doubt = doubt ?? ExpressionError(message, hint: hint, offset: offset ?? -1)
    }

    /// Why the script, whose first hole stands at the character `offset`, cannot take holes.
    func reason(forHoleAt offset: Int) -> ExpressionError? {
        guard var doubt else { return nil }
        if doubt.offset < 0 { doubt.offset = offset }
        return doubt
    }

    // MARK: Variables

    /// The values of `variables` become that of `name`, or part of it.
    mutating func assign(_ variables: Set<String>, to name: String) {
        if !variables.isEmpty { sources[name, default: []].formUnion(variables.map(Source.variable)) }
    }

    /// The hole's value becomes that of `name`, or part of it.
    mutating func flow(_ hole: Int, to name: String) { sources[name, default: []].insert(.hole(hole)) }

    /// `text` is computed.
    mutating func compute(_ text: some StringProtocol) {
        computed.formUnion(ShellWord.names(in: text))
    }

    /// The values of `variables` are computed, or read as names of variables, which comes to the same.
    mutating func compute(_ variables: Set<String>) { computed.formUnion(variables) }

    /// `text` is the index of `array`.
    mutating func compute(index text: some StringProtocol, of array: String) {
        indices.append((array, ShellWord.names(in: text)))
    }

    // MARK: Words

    /// Takes an assignment before a command or alone.
    mutating func takeAssignment(_ word: ShellWord) {
        guard let (name, index, _) = word.assignment else { return }
        assign(word.variables, to: name)
        guard let index else { return }
        arrays.insert(name)
        compute(index: index, of: name)
    }

    /// Takes a word of `declare` and its like, whose flags so far are `flags`.
    mutating func takeDeclared(_ word: ShellWord, flags: String) {
        guard !word.isOption else { return }
        takeAssignment(word)
        let name = word.assignment?.name ?? word.text
        if flags.contains("a") || flags.contains("A") { arrays.insert(name) }
        if flags.contains("A") { textKeyed.insert(name) }
        if flags.contains("i") || flags.contains("n") { computed.insert(name) }
    }

    /// Takes a word of the command `name`.
    mutating func takeArgument(_ word: ShellWord, of name: String, after previous: ShellWord?) {
        switch name {
        case "let": compute(word.text)
        case "read", "mapfile", "readarray":
            guard ShellWord.isName(word.text) else { return }
            readers.insert(word.text)
            if name != "read" || previous?.optionLetters.last == "a" { arrays.insert(word.text) }
        default:
            guard !word.variables.isEmpty else { return }
            calls[name, default: []].formUnion(word.variables.map(Source.variable))
        }
    }

    /// Takes a word that a command may read: a here-string.
    mutating func takeInput(_ word: ShellWord) { inputs.formUnion(word.variables.map(Source.variable)) }

    /// Takes a hole in what a command may read: a here-string, or what `echo` prints into a pipe.
    mutating func takeInput(hole: Int) { inputs.insert(.hole(hole)) }

    /// The shell runs a text that the values of `variables` are part of.
    mutating func run(_ variables: Set<String>) { run.formUnion(variables) }

    /// Takes a hole in an assignment, or in the name of a command.
    mutating func takeHole(_ hole: Int, in word: ShellWord) {
        if let name = word.assignment?.name { flow(hole, to: name) }
    }

    /// Takes a hole in an argument of the command `name`.
    mutating func takeHole(_ hole: Int, in word: ShellWord, of name: String) {
        guard ShellHazards.declarations.contains(name) else {
            calls[name, default: []].insert(.hole(hole))
            return
        }
        guard let (variable, _, value) = word.assignment else { return }
        flow(hole, to: variable)
        // Only a hole that the value may begin with can make it a list; `{,a}` begins one with nothing.
        if value.unicodeScalars.first.map({ $0 == "$" || $0 == "{" }) ?? true { declared.append((hole, variable)) }
    }

    // MARK: Outcome

    /// What the values of the holes must be, by the holes' numbers.
    ///
    /// - Throws: that a hole's value is run as code; `offset` says where a hole stands, in characters.
    func demands(_ offset: (Int) -> Int) throws(ExpressionError) -> [Int: ShellTemplate.Demand] {
        let sources = completeSources
        for name in run.sorted() {
            guard let hole = Self.holes(reaching: name, sources).min() else { continue }
            let variable = name == ShellWord.positional ? "an argument" : "`\(name)`"
            throw ExpressionError(
                "the script puts \(variable), which holds the hole's text, into a text that it runs",
                hint: "leave the expansion to what is run: `eval 'echo \"$value\"'`", offset: offset(hole))
        }
        var demands: [Int: ShellTemplate.Demand] = [:]
        for (hole, name) in declared where arrays.contains(name) { demands[hole] = .noList(name) }
        var names = computed
        for (array, variables) in indices where !textKeyed.contains(array) { names.formUnion(variables) }
        for name in names.sorted() {
            for hole in Self.holes(reaching: name, sources) { demands[hole] = .number(name) }
        }
        return demands
    }

    /// Where every variable's value comes from, now that all functions and readers are known.
    private var completeSources: [String: Set<Source>] {
        var sources = sources
        for (name, given) in calls where name == "set" || functions.contains(name) {
            sources[ShellWord.positional, default: []].formUnion(given)
        }
        for name in readers { sources[name, default: []].formUnion(inputs) }
        return sources
    }

    private static func holes(reaching name: String, _ sources: [String: Set<Source>]) -> Set<Int> {
        var holes: Set<Int> = []
        var seen: Set<String> = [name]
        var next = [name]
        while let variable = next.popLast() {
            for source in sources[variable] ?? [] {
                switch source {
                case .hole(let hole): holes.insert(hole)
                case .variable(let other): if seen.insert(other).inserted { next.append(other) }
                }
            }
        }
        return holes
    }
}
