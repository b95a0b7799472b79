import ArgumentParser
import NCursesTerminal
import SwitchyardDashboard
import TerminalUI

/// How a command shows what happens.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print a line for each event instead of the dashboard.")
    var plain = false

    @Flag(name: .long, help: "Print a sentence for each event: for screen readers.")
    var linear = false

    @Flag(name: .long, help: "Print each event as one line of JSON.")
    var json = false

    mutating func validate() throws {
        if [plain, linear, json].count(where: { $0 }) > 1 {
            throw ValidationError("--plain, --linear and --json exclude each other.")
        }
    }

    /// The form of the lines, or nil for the dashboard, which needs a terminal.
    var lineFormat: LineFormat? {
        if json { return .json }
        if linear { return .sentences }
        return plain || !StandardStream.output.isTerminal ? .lines : nil
    }
}

/// How an event becomes a line.
enum LineFormat {
    /// For people.
    case lines
    /// For screen readers.
    case sentences
    /// For programs.
    case json
}

/// How the dashboard looks.
struct ScreenOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "A base16 colour scheme: a name that `switchyard themes` lists, or a file.", valueName: "theme"
        )
    )
    var theme: String?

    @Flag(name: .long, help: "Draw with ASCII characters only.")
    var ascii = false

    @Flag(name: .long, help: "Refuse every command that would change a run.")
    var readOnly = false

    /// - Parameter configured: the theme that settings name, where the command names none.
    func theme(in environment: ProcessEnvironment, configured: String? = nil) throws(CommandFailure) -> Theme {
        guard let theme = theme ?? configured else { return .terminal }
        return Theme(scheme: try ThemeFiles(environment: environment).scheme(named: theme))
    }
}
