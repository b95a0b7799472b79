import ArgumentParser
import NCursesTerminal
import SwitchyardCore
import TerminalUI

/// What the process's exit code says.
enum ExitStatus: Int32 {
    case success = 0
    /// The run failed.
    case failed = 1
    /// Bad usage, an invalid file, or a store that cannot be used.
    case usage = 2
    /// The run is paused or waits for a person, and nobody is there.
    case waiting = 3
    /// The run was cancelled.
    case cancelled = 130
}

/// Ends a command with an exit code and at most one message.
enum CommandFailure: Error {
    /// Problems with what a person wrote; `source` is the text of their file.
    case invalid([Diagnostic], source: String?)
    /// The same of several files; `sources` are their texts.
    case invalidFiles([Diagnostic], sources: [String: String])
    /// The event log refused.
    case log(EventLogError)
    /// Something the person asked for cannot be done: one sentence, and what to do instead.
    case usage(String, hint: String? = nil)
    /// Everything was said already.
    case exit(ExitStatus)
    /// A signal asked the process to end, and what ran was ended first.
    case endedBySignal(Int32)
}

/// The one place that turns errors into prose and exit codes.
enum ErrorMessage {
    /// Prints what `error` means to standard error and returns the exit code.
    static func report(_ error: any Error) -> Int32 {
        switch error {
        case CommandFailure.exit(let status): return status.rawValue
        case CommandFailure.endedBySignal(let number): return 128 + number
        case let failure as CommandFailure:
            StandardStream.error.write(text(of: failure))
            return ExitStatus.usage.rawValue
        default:
            let code = SwitchyardCommand.exitCode(for: error)
            let message = SwitchyardCommand.fullMessage(for: error)
            // Help and version are answers, not errors.
            let stream = code.isSuccess ? StandardStream.output : StandardStream.error
            if !message.isEmpty { stream.write(message + "\n") }
            return code.isSuccess ? ExitStatus.success.rawValue : ExitStatus.usage.rawValue
        }
    }

    static func text(of failure: CommandFailure) -> String {
        switch failure {
        case .invalid(let diagnostics, let source):
            return DiagnosticText.text(of: diagnostics, source: source)
        case .invalidFiles(let diagnostics, let sources):
            return DiagnosticText.text(of: diagnostics, sources: sources)
        case .log(let error): return "switchyard: \(Cleaned.line(sentence(error)))\n"
        case .usage(let sentence, let hint):
            return "switchyard: \(Cleaned.line(sentence))\n" + (hint.map { "  hint: \(Cleaned.line($0))\n" } ?? "")
        case .exit, .endedBySignal: return ""
        }
    }

    /// What a failure means, in one line.
    static func sentence(_ failure: CommandFailure) -> String {
        switch failure {
        case .log(let error): sentence(error)
        case .usage(let sentence, let hint): sentence + (hint.map { "; \($0)" } ?? "")
        case .invalid(let diagnostics, _), .invalidFiles(let diagnostics, _):
            diagnostics.first?.message ?? "the definition is not valid"
        case .exit, .endedBySignal: ""
        }
    }

    /// What the event log's refusal means to a person.
    static func sentence(_ error: EventLogError) -> String {
        switch error {
        case .cannotOpen(let path, let reason):
            "the store \(path) cannot be opened: \(reason); choose another with --store or SWITCHYARD_STORE"
        case .diskFull(let path):
            "the disk that holds \(path) is full: nothing more can be recorded, so the run was stopped; make room, or"
                + " choose another store with --store"
        case .readOnly(let path):
            "the store \(path) may not be written; choose another with --store or SWITCHYARD_STORE"
        case .owned(let run): "run \(run) belongs to another process that is still alive"
        case .fenced(let run):
            "run \(run) was taken over by another process; this one records nothing more of it, and stopped"
        case .outOfOrder(let run, let expected, let got):
            "run \(run) was given event \(got) where \(expected) was due; another program may have written to its log"
        case .newerSchema(let path): "the store \(path) was written by a newer Switchyard; update this one"
        case .corrupt(let path, let reason): "the store \(path) cannot be read: \(reason)"
        case .ambiguous(let reference): "several runs begin with \(reference); write more of the id, or its number"
        case .failed(let path, let reason): "the store \(path) failed: \(reason)"
        }
    }

    /// Why there is no dashboard, for a person.
    static func sentence(_ error: TerminalUnavailable) -> String {
        switch error {
        case .notATerminal: "standard input or output is no terminal"
        case .unknownTerminal(let name): "the terminal type \(name.isEmpty ? "(TERM is not set)" : name) is unknown"
        case .noCursorAddressing(let name): "a terminal of type \(name) cannot place its cursor"
        case .alreadyOpen, .failed: "the terminal cannot be set up"
        }
    }
}
