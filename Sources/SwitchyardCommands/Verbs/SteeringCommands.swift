import ArgumentParser
import OrderedCollections
import SwitchyardControl
import SwitchyardCore
import SwitchyardDashboard

// What steers a run that another process owns, each verb an event with its actor.

/// Which run is steered.
struct SteeringTarget: ParsableArguments {
    @OptionGroup var reference: RunArgument
    @OptionGroup var store: StoreOptions

    /// The run as it is recorded.
    @MainActor
    func snapshot() async throws -> RunSnapshot {
        let log = try store.open(in: Assembly.current().environment, readOnly: true)
        return try await log.snapshot(of: try await reference.find(in: log))
    }

    /// Passes `command` on to the run's owner.
    ///
    /// - Parameters:
    ///   - done: what to say once it is recorded.
    ///   - resume: how to say the same to a run that no process owns, as options of `resume`.
    @MainActor
    func send(_ command: SwitchyardCore.RunCommand, done: String, resume: String? = nil) async throws {
        let assembly = Assembly.current()
        let log = try store.open(in: assembly.environment, readOnly: true)
        let summary = try await reference.find(in: log)
        guard !summary.status.isFinal else {
            throw CommandFailure.usage("run #\(summary.number) has ended: \(summary.status.rawValue)")
        }
        let folder: String
        do throws(EventLogError) {
            folder = try log.logFolder(of: summary.run)
        } catch {
            throw CommandFailure.log(error)
        }
        let answer: ControlAnswer
        do throws(ControlClient.Failure) {
            answer = try await ControlClient.send(command, by: assembly.actor(at: "cli"), folder: folder)
        } catch .noOwner {
            // Who wants it to end does not want it to do more first.
            let options = (resume ?? (command == .cancel ? "--step" : nil)).map { " " + $0 } ?? ""
            throw CommandFailure.usage(
                "no process has run #\(summary.number)",
                hint: "`switchyard resume \(summary.number)\(options)` goes on with it"
                    + (command == .cancel ? ", paused, and C cancels it" : ""))
        } catch .noAnswer {
            throw CommandFailure.usage("the process that has run #\(summary.number) did not answer")
        }
        switch answer {
        case .done: StandardStream.output.write("run #\(summary.number): \(Cleaned.line(done))\n")
        case .refused(let sentence):
            throw CommandFailure.usage(sentence, hint: await Self.hint(for: command, to: summary, in: log))
        }
    }

    /// Which steps do ask, where somebody answered one that stands for several, or another.
    private static func hint(
        for command: SwitchyardCore.RunCommand, to summary: RunSummary, in log: any EventLog
    ) async -> String? {
        guard case .answerApproval(let path, _) = command, let snapshot = try? await log.snapshot(of: summary)
        else { return nil }
        let asking = snapshot.steps.values.filter { step in
            if case .waiting(.approval) = step.state { step.path != path } else { false }
        }
        let items = asking.filter { $0.path.planned == path.planned }
        let names = (items.isEmpty ? asking : items).map { "--step \(ShellWord.quoted($0.path.rawValue))" }
        guard !names.isEmpty else { return nil }
        let more = names.count > 5 ? ", and \(names.count - 5) more" : ""
        return "what asks now: \(names.prefix(5).joined(separator: ", "))\(more)"
    }
}

/// `switchyard pause`
struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Start nothing new in a run; what is under way goes on.")

    @OptionGroup var target: SteeringTarget

    @MainActor
    mutating func run() async throws { try await target.send(.pause, done: "paused") }
}

/// `switchyard unpause`
struct UnpauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unpause", abstract: "Let a paused run go on.",
        discussion: "`switchyard resume` goes on with a run whose process is gone.")

    @OptionGroup var target: SteeringTarget

    @MainActor
    mutating func run() async throws { try await target.send(.resume, done: "goes on") }
}

/// `switchyard step`
struct StepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step", abstract: "Start exactly one ready step of a paused run.")

    @OptionGroup var target: SteeringTarget

    @Flag(name: .long, help: "Start every step that is ready.")
    var group = false

    @MainActor
    mutating func run() async throws {
        try await target.send(
            group ? .stepGroup : .step, done: group ? "the steps that are ready start" : "one step starts")
    }
}

/// `switchyard cancel`
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "End a run, or one step of it.",
        discussion: "Running steps are ended, what was done is undone where the pipeline says how, `finally` runs.")

    @OptionGroup var target: SteeringTarget

    @Option(name: .long, help: ArgumentHelp("End this step alone.", valueName: "step"))
    var step: String?

    @MainActor
    mutating func run() async throws {
        if let step {
            try await target.send(.cancelStep(StepPath(step)), done: "\(step) is being cancelled")
        } else {
            try await target.send(.cancel, done: "is being cancelled")
        }
    }
}

/// `switchyard skip`
struct SkipCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "skip", abstract: "Go on without a step, as if its `when` were false.")

    @OptionGroup var target: SteeringTarget

    @Option(name: .long, help: ArgumentHelp("The step.", valueName: "step"))
    var step: String

    @MainActor
    mutating func run() async throws {
        try await target.send(.skipStep(StepPath(step)), done: "goes on without \(step)")
    }
}

/// `switchyard approve`
struct ApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approve what a step of a run asks.")

    @OptionGroup var target: SteeringTarget

    @Option(name: .long, help: ArgumentHelp("The step that asks.", valueName: "step"))
    var step: String

    @MainActor
    mutating func run() async throws {
        try await target.send(
            .answerApproval(StepPath(step), isApproved: true), done: "\(step) is approved",
            resume: "--approve \(ShellWord.quoted(step))")
    }
}

/// `switchyard reject`
struct RejectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Reject what a step of a run asks.")

    @OptionGroup var target: SteeringTarget

    @Option(name: .long, help: ArgumentHelp("The step that asks.", valueName: "step"))
    var step: String

    @MainActor
    mutating func run() async throws {
        try await target.send(
            .answerApproval(StepPath(step), isApproved: false), done: "\(step) is rejected",
            resume: "--reject \(ShellWord.quoted(step))")
    }
}

/// `switchyard break`
struct BreakCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "break", abstract: "Let a run pause by itself, before a step or when something becomes true.",
        discussion: """
              switchyard break 12 --step deploy
              switchyard break 12 --when 'run.failed > 0'
              switchyard break 12 --step deploy --clear

            A condition is an expression over `inputs`, `steps` and `run`, which has elapsed (in seconds), cost (in
            dollars), tokens, total, ended, running, waiting, succeeded, failed, skipped and cancelled.
            """)

    @OptionGroup var target: SteeringTarget

    @Option(name: .long, help: ArgumentHelp("Pause before this step.", valueName: "step"))
    var step: String?

    @Option(name: .long, help: ArgumentHelp("Pause when this becomes true.", valueName: "expression"))
    var when: String?

    @Flag(name: .long, help: "Take the breakpoint away.")
    var clear = false

    mutating func validate() throws {
        if (step == nil) == (when == nil) { throw ValidationError("Name a --step or a condition --when, one of them.") }
    }

    @MainActor
    mutating func run() async throws {
        let breakpoint = step.map { Breakpoint.step(StepPath($0)) } ?? .condition(when ?? "")
        try await target.send(
            clear ? .clearBreakpoint(breakpoint) : .setBreakpoint(breakpoint),
            done: clear ? "no breakpoint \(breakpoint.words) any more" : "will pause \(breakpoint.words)")
    }
}
