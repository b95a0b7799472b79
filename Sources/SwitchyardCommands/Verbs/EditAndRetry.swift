import Glibc
import SwitchyardCore
import SwitchyardDashboard
import SwitchyardEngine

/// `switchyard retry --edit` out of the dashboard, which has left the terminal to the person meanwhile.
struct EditAndRetry: Sendable {
    let assembly: Assembly
    let log: any EventLog
    let engine: Engine
    let process: EditorProcess

    /// Has the person edit the definition of `run` until it is valid or they give up, and starts the new run.
    func callAsFunction(_ run: RunID) async -> EditOutcome {
        do throws(CommandFailure) {
            let events = try await log.allEvents(of: run)
            guard case .runCreated(let created)? = events.first?.event else {
                return .failed(DashboardFailure("run \(run) has no definition recorded"))
            }
            let simulator = try await assembly.simulator(for: events, on: engine)
            // Off the pool and off the main actor: the runs of this process go on, and so do signals.
            let edited = await OffPool.run { [self] in edit(created, events, simulator) }
            switch edited {
            case .failed(let failure): throw failure
            case .left(let sentence): return .left(sentence)
            case .valid(let again):
                do throws(EventLogError) {
                    let new = try await again.start(on: engine, by: assembly.actor(at: "dashboard"))
                    return .started(new, results: again.recorded?.count ?? 0, repeated: again.repeated)
                } catch {
                    throw .log(error)
                }
            }
        } catch {
            return .failed(DashboardFailure(ErrorMessage.sentence(error)))
        }
    }

    private enum Edited: Sendable {
        case valid(RunAgain)
        case left(String)
        case failed(CommandFailure)
    }

    private func edit(_ created: RunCreated, _ events: [EventEnvelope], _ simulator: SimulatorUse) -> Edited {
        // The dashboard has the terminal even where standard input is something else.
        let keys = isatty(STDIN_FILENO) == 1 ? STDIN_FILENO : open("/dev/tty", O_RDWR | O_CLOEXEC)
        defer { if keys > STDIN_FILENO { close(keys) } }
        let terminal = ControllingTerminal(input: keys, output: .output)
        do throws(CommandFailure) {
            let editor = DefinitionEditor(environment: assembly.environment, process: process)
            let path = try editor.makeFile(created.definition, name: created.fileName)
            while true {
                let text = try editor.edit(fileAt: path, madeFrom: created.definition)
                if text == created.definition {
                    unlink(path)
                    return .left("the definition was left as it is; nothing was started")
                }
                do throws(CommandFailure) {
                    let again = try again(text, created, events, simulator, asking: terminal)
                    unlink(path)
                    return .valid(again)
                } catch {
                    guard let terminal, Self.wantsToEditAgain(after: error, terminal) else {
                        return .left("given up; the edited text is in \(path)")
                    }
                }
            }
        } catch {
            return .failed(error)
        }
    }

    private func again(
        _ text: String, _ created: RunCreated, _ events: [EventEnvelope], _ simulator: SimulatorUse,
        asking terminal: ControllingTerminal?
    ) throws(CommandFailure) -> RunAgain {
        var edited = created
        edited.definition = text
        let loaded = try assembly.pipeline(recordedIn: edited)
        try loaded.checkIsRunnable()
        // They stand above the dashboard when it has been left.
        loaded.printWarnings()
        let inputs = try assembly.inputs(
            for: loaded.pipeline, given: GivenInputs(), recorded: created, asking: terminal)
        return try RunAgain(
            .failed, events: events, loaded: loaded, created: created, inputs: inputs, simulator: simulator)
    }

    /// Shows what is wrong with what the person wrote, and asks what to do about it.
    private static func wantsToEditAgain(after failure: CommandFailure, _ terminal: ControllingTerminal) -> Bool {
        switch failure {
        case .exit: return false
        case .endedBySignal(let number):
            // It was caught while the person was asked, and is the dashboard's to deal with.
            kill(getpid(), number)
            return false
        case .invalid, .invalidFiles, .log, .usage: terminal.show("\n" + ErrorMessage.text(of: failure))
        }
        while true {
            terminal.show("\nNothing was started. Enter edits it again, q gives up: ")
            switch terminal.readLine(isHidden: false) {
            case .line(let answer):
                switch answer.lowercased() {
                case "", "e", "edit": return true
                case "q", "quit": return false
                default: continue
                }
            case .noText, .tooLong: continue
            case .end: return false
            case .signal(let number):
                if number != SIGINT { kill(getpid(), number) }
                return false
            }
        }
    }
}
