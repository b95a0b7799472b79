/// A `run:` script whose holes are passed as quoted shell variables, never spliced into its text.
///
/// The script is read with the shell's quoting rules, and each hole becomes the expansion of a variable that is one word
/// in its place. The values travel as positional parameters, which a first line of the script copies into variables:
/// inside a function, or after `set --`, `$1` would be something else.
///
/// What a program makes of the word is its own business: `awk` runs its first, and `sh` whatever is piped into it.
package struct ShellTemplate: Hashable, Sendable {
    enum Piece: Hashable, Sendable {
        case text(String)
        case argument(Argument)
        case raw(Expression)

        mutating func demand(_ demand: Demand) {
            guard case .argument(var argument) = self else { return }
            argument.demand = demand
            self = .argument(argument)
        }
    }

    /// A hole that becomes `lead`, the variable, `trail`.
    struct Argument: Hashable, Sendable {
        var expression: Expression
        var lead: String
        var trail: String
        var demand: Demand?
    }

    /// What the value of a hole must be, because of what the script does with the variable that takes it.
    enum Demand: Hashable, Sendable {
        /// It is computed, and bash runs what stands in an index: `a[$(…)]`.
        case number(String)
        /// It is declared where bash reads `(…)` as a list whose words it expands.
        case noList(String)
    }

    /// The longest argument that Linux passes to a program, in bytes: 32 pages with the NUL at the end.
    static let maximumArgumentBytes = 131_071

    /// The shells that take holes: those in which a quoted word stays one. Zsh, ksh and their kin compute quoted words
    /// in many more places: `exit "$x"`, `[ "$x" -eq 1 ]`.
    private static let shells: Set<String> = ["sh", "bash", "dash", "ash"]

    /// The text as the file has it.
    package let source: String
    private let pieces: [Piece]

    /// The template that `text` spells.
    ///
    /// Comments are left as they are, holes and all. `{{ '{{' }}` and `{{ '}}' }}` stand for the braces anywhere.
    ///
    /// `shell` is the program that will run it; only bash, dash and their kin can take holes. `allowsRaw` says whether
    /// a hole may end in `| raw`, which splices its text.
    ///
    /// - Throws: what is wrong with a hole, and a hole where no quoting makes one word of it: in backticks, a
    ///   here-document, arithmetic, `$'…'` and where the shell, or one that the command starts, would take it for a
    ///   script, a variable's name or an index. Also a hole in a script of which shells differ in what it says.
    package static func parse(
        _ text: String, shell: String, allowsRaw: Bool
    ) throws(ExpressionError) -> ShellTemplate {
        let name = String(shell.split(separator: "/").last ?? "")
        var lexer = ShellLexer(SourceText(text), allowsRaw: allowsRaw, isBash: name == "bash")
        let pieces = try lexer.read()
        if let offset = lexer.firstHoleOffset, !shells.contains(name) {
            throw ExpressionError(
                "`\(shell)` is not known to leave quoted words alone, so it cannot take a hole",
                hint: "use `bash` or `sh`, pass the value through `env:`, or use `argv:`", offset: offset)
        }
        return ShellTemplate(source: text, pieces: pieces)
    }

    /// The expressions of the holes, in order.
    package var expressions: [Expression] {
        pieces.compactMap { piece in
            switch piece {
            case .text: nil
            case .argument(let argument): argument.expression
            case .raw(let expression): expression
            }
        }
    }

    /// Every operand path of every hole, in order, with its offset in ``source``.
    package var references: [Reference] { expressions.flatMap(\.references) }

    /// The script and the arguments to give after it: `shell -c script name arguments…`.
    ///
    /// `null` is an empty argument; arrays and objects are JSON. Without holes the script is the source.
    ///
    /// - Throws: what has no value, a value that no argument can hold: one with a NUL, one too long; and one that the
    ///   script would run commands with, because it computes with it. Messages say that it stands in `run`.
    package func resolve(in scope: Scope) throws(EvaluationError) -> (script: String, arguments: [String]) {
        do throws(EvaluationError) {
            return try resolved(in: scope)
        } catch {
            throw error.placed(at: "run")
        }
    }

    private func resolved(in scope: Scope) throws(EvaluationError) -> (script: String, arguments: [String]) {
        var arguments: [String] = []
        var body = ""
        for piece in pieces {
            switch piece {
            case .text(let text): body += text
            case .raw(let expression): body += try Self.text(of: expression, in: scope)
            case .argument(let argument):
                let text = try Self.text(of: argument.expression, in: scope)
                if let problem = argument.demand?.problem(with: text) {
                    throw EvaluationError(problem, expression: argument.expression.source, offset: 0)
                }
                arguments.append(text)
                body += "\(argument.lead)${SWITCHYARD_\(arguments.count)}\(argument.trail)"
            }
        }
        guard !arguments.isEmpty else { return (body, []) }
        // All on the first line, so that the line numbers in the shell's messages stay those of the file.
        let assignments = (1...arguments.count).map { "SWITCHYARD_\($0)=${\($0)}; " }
        return ("\(assignments.joined())shift \(arguments.count); \(body)", arguments)
    }

    private static func text(of expression: Expression, in scope: Scope) throws(EvaluationError) -> String {
        let text = try expression.text(in: scope, after: 0)
        if text.utf8.contains(0) {
            throw EvaluationError(
                "the text has a NUL character, which no argument can hold", expression: expression.source, offset: 0)
        }
        let count = text.utf8.count
        if count > maximumArgumentBytes, !expression.isRaw {
            throw EvaluationError(
                "the text has \(count) bytes, and an argument holds at most \(maximumArgumentBytes); "
                    + "let a step write it to a file, and pass the path",
                expression: expression.source, offset: 0)
        }
        return text
    }
}

extension ShellTemplate.Demand {
    /// What is wrong with `text`, if anything is.
    func problem(with text: String) -> String? {
        switch self {
        case .number(let variable):
            let digits = text.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
            let isNumber = digits.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".")
            }
            let name = variable == ShellWord.positional ? "its arguments" : "`\(variable)`"
            return isNumber
                ? nil : "the script computes with \(name), and computing text can run commands: this must be a number"
        case .noList(let variable):
            return text.utf8.first != UInt8(ascii: "(")
                ? nil
                : "`\(variable)` is an array, and declaring one with a text that begins with `(` can run commands; "
                    + "declare it first, and assign it then"
        }
    }
}
