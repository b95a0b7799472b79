import ArgumentParser
import SwitchyardCore
import SwitchyardStore

/// Which store a command works on.
struct StoreOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The folder that runs are recorded in; `jsonl:FOLDER` keeps them as JSON Lines.",
            discussion: "Otherwise SWITCHYARD_STORE, or switchyard under $XDG_STATE_HOME or ~/.local/state.",
            valueName: "folder"
        )
    )
    var store: String?

    /// Opens the store.
    ///
    /// - Parameters:
    ///   - readOnly: makes nothing that is missing; a missing store is an empty one.
    ///   - configured: the folder that settings name, where neither the command nor the environment names one.
    func open(
        in environment: ProcessEnvironment, readOnly: Bool = false, configured: String? = nil
    ) throws(CommandFailure) -> any EventLog {
        do throws(EventLogError) {
            let isNamed = store != nil || environment.variables["SWITCHYARD_STORE"]?.isEmpty == false
            let location = try StoreLocation(isNamed ? store : configured, environment: environment.variables)
            return try location.open(readOnly: readOnly)
        } catch {
            throw .log(error)
        }
    }
}

/// Which run a command works on.
struct RunArgument: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "The run: its number, the beginning of its id, or `last`, the one that was started last.", valueName: "run")
    )
    var run: String = "last"

    /// The run that is meant.
    func find(in log: any EventLog) async throws(CommandFailure) -> RunSummary { try await Self.find(run, in: log) }

    /// The run that `run` names.
    static func find(_ run: String, in log: any EventLog) async throws(CommandFailure) -> RunSummary {
        var found: RunSummary?
        do throws(EventLogError) {
            found = try await log.run(matching: run)
            // A person means what they started, and not a run that a step of it is.
            if run == "last", let newest = found, let outermost = try await log.outermost(around: newest.run) {
                found = try await log.run(matching: outermost.rawValue)
            }
        } catch {
            throw .log(error)
        }
        guard let found else {
            throw run == "last"
                ? .usage("nothing has been run yet", hint: "switchyard run FILE")
                : .usage("there is no run \(run)", hint: "`switchyard runs` lists them")
        }
        return found
    }
}

extension EventLog {
    /// The run that `run` is a part of, at whatever remove; nil for one that is none.
    fileprivate func outermost(around run: RunID) async throws(EventLogError) -> RunID? {
        guard case .runCreated(let created)? = try await events(of: run, from: 1, limit: 1).first?.event else {
            return nil
        }
        return created.parent?.ancestors.first
    }

    /// Every event of `run`.
    func allEvents(of run: RunID, from first: Int = 1) async throws(CommandFailure) -> [EventEnvelope] {
        var all: [EventEnvelope] = []
        do throws(EventLogError) {
            while true {
                let page = try await events(of: run, from: first + all.count, limit: 5000)
                all += page
                if page.count < 5000 { return all }
            }
        } catch {
            throw .log(error)
        }
    }

    /// The state of `run` as its events tell it, and interrupted where its process is gone.
    func snapshot(of summary: RunSummary) async throws(CommandFailure) -> RunSnapshot {
        var snapshot = RunSnapshot(run: summary.run, folding: try await allEvents(of: summary.run))
        if summary.status == .interrupted { snapshot.markInterrupted() }
        return snapshot
    }
}
