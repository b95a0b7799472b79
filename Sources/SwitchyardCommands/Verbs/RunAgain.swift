import OrderedCollections
import SwitchyardCore
import SwitchyardDashboard
import SwitchyardEngine

/// A new run made of one that is recorded.
struct RunAgain: Sendable {
    var loaded: LoadedPipeline
    var created: RunCreated
    var inputs: RunInputs
    var simulator: SimulatorUse
    /// What is taken over; nil starts from the beginning.
    var recorded: RecordedResults?
    /// The steps that took effect in the recorded run, are not `pure`, and are not taken over.
    var repeated: [StepPath]

    /// - Parameters:
    ///   - events: everything that is recorded of the run.
    ///   - inputs: its inputs, as they are to be this time.
    init(
        _ extent: RunAgainExtent, events: [EventEnvelope], loaded: LoadedPipeline, created: RunCreated,
        inputs: RunInputs, simulator: SimulatorUse
    ) throws(CommandFailure) {
        self.simulator = simulator
        self.loaded = loaded
        self.created = created
        self.inputs = inputs
        let run = events[0].run
        let snapshot = RunSnapshot(run: run, folding: events)
        let origin: ForkOrigin
        switch extent {
        case .whole:
            recorded = nil
            repeated = []
            return
        case .failed: origin = ForkOrigin(retrying: snapshot, graph: loaded.graph)
        case .from(let path):
            guard snapshot.steps[path] != nil else {
                throw .usage("the run has no step \(path)", hint: NearestName.hint(for: path, in: snapshot))
            }
            origin = ForkOrigin(retrying: snapshot, from: path, graph: loaded.graph)
        case .at(let seq): origin = ForkOrigin(of: snapshot, at: seq, graph: loaded.graph)
        }
        let results = RecordedResults(origin, events: events)
        recorded = results
        repeated = snapshot.steps.values.filter { step in
            !results.holds(step.path) && !step.path.isCompensation
                && step.attempts.contains { $0.effect != .pure } && step.state == .succeeded
        }.map(\.path)
    }

    /// Starts the run.
    func start(
        on engine: Engine, slots: Int? = nil, startsPaused: Bool = false, by actor: Actor
    ) async throws(EventLogError) -> RunID {
        let options = Engine.StartOptions(
            slots: slots ?? created.slots, startsPaused: startsPaused, workspace: created.workspace, actor: actor,
            settings: loaded.recordedSettings(simulator))
        return try await engine.start(
            loaded.pipeline, graph: loaded.graph, inputs: inputs, options: options, recorded: recorded)
    }
}

extension EventLog {
    /// What a run that is a fork takes over from another; nil for one that is none.
    func results(takenOverBy snapshot: RunSnapshot) async throws(CommandFailure) -> RecordedResults? {
        guard let origin = snapshot.origin else { return nil }
        let events = try await allEvents(of: origin.run)
        guard !events.isEmpty else {
            throw .usage(
                "the run takes results over from run \(origin.run), which is not in this store",
                hint: "import that run first")
        }
        return RecordedResults(origin, events: events)
    }
}

extension NearestName {
    /// A step whose path is nearly `path`.
    static func hint(for path: StepPath, in snapshot: RunSnapshot) -> String? {
        suggestion(for: path.rawValue, among: snapshot.steps.keys.map(\.rawValue)).map { "did you mean \($0)?" }
    }
}
