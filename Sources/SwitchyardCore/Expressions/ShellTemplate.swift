/// A `run:` script whose holes are passed as quoted shell variables, never spliced into its text.
///
/// The script is read with the shell's quoting rules, and each hole becomes the expansion of a variable that is one word
/// in its place. The values travel as positional parameters, which a first line of the script copies into variables:
/// inside a function, or after `set --`, `$1` would be something else.
package struct ShellTemplate: Hashable, Sendable {
    enum Piece: Hashable, Sendable {
        case text(String)
        /// A hole that becomes `lead`, the variable, `trail`.
        case argument(Expression, lead: String, trail: String)
        case raw(Expression)
    }

    /// The longest argument that Linux passes to a program, in bytes: 32 pages with the NUL at the end.
    static let maximumArgumentBytes = 131_071

    /// The text as the file has it.
    package let source: String
    private let pieces: [Piece]

    /// The template that `text` spells.
    ///
    /// Comments are left as they are, holes and all. `{{ '{{' }}` and `{{ '}}' }}` stand for the braces anywhere.
    ///
    /// `shell` is the program that will run it; only shells of the POSIX family can take holes. `allowsRaw` says whether
    /// a hole may end in `| raw`, which splices its text.
    ///
    /// - Throws: what is wrong with a hole, and a hole where no quoting makes one word of it: in backticks, a
    ///   here-document, `eval`, arithmetic, `$'…'` and where the shell would take it for a script, a variable's name or
    ///   an index.
    package static func parse(
        _ text: String, shell: String, allowsRaw: Bool
    ) throws(ExpressionError) -> ShellTemplate {
        var lexer = ShellLexer(SourceText(text), allowsRaw: allowsRaw)
        let pieces = try lexer.read()
        if let offset = lexer.firstHoleOffset, !isPOSIX(shell) {
            throw ExpressionError(
                "`\(shell)` is not known to quote like a POSIX shell, so it cannot take a hole",
                hint: "pass the value through `env:`, or use `argv:`", offset: offset)
        }
        return ShellTemplate(source: text, pieces: pieces)
    }

    private static func isPOSIX(_ shell: String) -> Bool {
        let program = shell.split(separator: " ").first ?? ""
        let name = String(program.split(separator: "/").last ?? "")
        return ShellCommand.shells.contains(name)
    }

    /// The expressions of the holes, in order.
    package var expressions: [Expression] {
        pieces.compactMap { piece in
            switch piece {
            case .text: nil
            case .argument(let expression, _, _), .raw(let expression): expression
            }
        }
    }

    /// Every operand path of every hole, in order, with its offset in ``source``.
    package var references: [Reference] { expressions.flatMap(\.references) }

    /// The script and the arguments to give after it: `shell -c script name arguments…`.
    ///
    /// `null` is an empty argument; arrays and objects are JSON. Without holes the script is the source.
    ///
    /// - Throws: what has no value, and a value that no argument can hold: one with a NUL, one too long.
    package func resolve(in scope: Scope) throws(EvaluationError) -> (script: String, arguments: [String]) {
        var arguments: [String] = []
        var body = ""
        for piece in pieces {
            switch piece {
            case .text(let text): body += text
            case .raw(let expression): body += try Self.argument(expression, in: scope)
            case .argument(let expression, let lead, let trail):
                arguments.append(try Self.argument(expression, in: scope))
                body += "\(lead)${SWITCHYARD_\(arguments.count)}\(trail)"
            }
        }
        guard !arguments.isEmpty else { return (body, []) }
        // All on the first line, so that the line numbers in the shell's messages stay those of the file.
        let assignments = (1...arguments.count).map { "SWITCHYARD_\($0)=${\($0)}; " }
        return ("\(assignments.joined())shift \(arguments.count); \(body)", arguments)
    }

    private static func argument(_ expression: Expression, in scope: Scope) throws(EvaluationError) -> String {
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
