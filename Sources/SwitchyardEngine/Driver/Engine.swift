import OrderedCollections
package import SwitchyardCore

/// The front door: starts runs, steers them, and shows what happens in them.
package actor Engine {
    let log: any EventLog
    let pipelines: (any PipelineCatalog)?
    package nonisolated let models: (any ModelServices)?
    private let observers: [any RunObserver]
    private let steer: @Sendable (RunCommand, RunID, Actor) async -> Void
    private(set) var isInterrupted = false
    private let executor: any StepExecutor
    private let tools: any ToolCatalog
    let clock: EngineClock
    private let results: ResultCache
    private let control: (any RunControl)?
    private let reap: @Sendable ([OrphanedStep], RunID) async -> Void
    private var live: [RunID: LiveRun] = [:]
    private var ended = EndedRuns()
    /// Every run that gets under way here, those that steps of others are among them. For one reader.
    package nonisolated let launches: AsyncStream<RunID>
    private let launched: AsyncStream<RunID>.Continuation

    private struct LiveRun {
        var driver: RunDriver
        var task: Task<RunResult, Never>
    }

    /// - Parameters:
    ///   - control: how other processes reach the runs; nil keeps them to this one.
    ///   - pipelines: the pipelines that steps run; nil for none.
    ///   - models: the models that steps ask; nil for none.
    ///   - observers: who follows what is recorded.
    ///   - steer: asks something of a run of another process.
    ///   - reap: ends what a dead process of the run left of its steps, if it is still that.
    package init(
        log: any EventLog, tools: any ToolCatalog, executor: (any StepExecutor)? = nil,
        clock: EngineClock = .system(), control: (any RunControl)? = nil, pipelines: (any PipelineCatalog)? = nil,
        models: (any ModelServices)? = nil, observers: [any RunObserver] = [],
        steer: @escaping @Sendable (RunCommand, RunID, Actor) async -> Void = { _, _, _ in },
        reap: @escaping @Sendable ([OrphanedStep], RunID) async -> Void = { _, _ in }
    ) {
        self.log = log
        self.tools = tools
        self.executor = executor ?? LocalStepExecutor(tools: tools)
        self.clock = clock
        results = ResultCache(log: log)
        self.control = control
        self.pipelines = pipelines
        self.models = models
        self.observers = observers
        self.steer = steer
        self.reap = reap
        (launches, launched) = AsyncStream.makeStream()
    }

    /// How a run is started.
    package struct StartOptions: Sendable {
        /// How many steps may run at once; nil is the pipeline's own number.
        package var slots: Int?
        /// Whether the run starts paused, for stepping through it.
        package var startsPaused: Bool
        /// Every random draw of the run comes from it; nil is a new one.
        package var seed: UInt64?
        /// The folder that steps work in and paths are confined to, absolute.
        package var workspace: String
        package var actor: Actor
        /// What ``RunCreated/settings`` records.
        package var settings: Value

        package init(
            slots: Int? = nil, startsPaused: Bool = false, seed: UInt64? = nil, workspace: String, actor: Actor,
            settings: Value = .null
        ) {
            self.slots = slots
            self.startsPaused = startsPaused
            self.seed = seed
            self.workspace = workspace
            self.actor = actor
            self.settings = settings
        }
    }

    /// Starts a run of `pipeline` and returns its id once the run is leased; its first events follow.
    ///
    /// - Parameters:
    ///   - recorded: what the run takes over from another; nil unless it is a fork.
    ///   - id: what it is called; nil is a new name.
    ///   - parent: the step of another run that it is.
    @discardableResult
    package func start(
        _ pipeline: Pipeline, graph: PipelineGraph, inputs: RunInputs, options: StartOptions,
        recorded: RecordedResults? = nil, as id: RunID? = nil, parent: ParentStep? = nil
    ) async throws(EventLogError) -> RunID {
        var generator = SystemRandomNumberGenerator()
        let run = id ?? RunID(time: clock.now(), using: &generator)
        let definition = RunDefinition(
            run: run, pipeline: pipeline, graph: graph, inputs: inputs, settings: options.settings, tools: tools,
            seed: options.seed ?? generator.next(), slots: options.slots, workspace: options.workspace,
            actor: options.actor, recorded: recorded, parent: parent
        )
        try await launch(RunMachine(definition), orphans: [], first: .start(paused: options.startsPaused))
        return run
    }

    /// Goes on with a run that another process left. Returns once it is leased.
    ///
    /// - Parameters:
    ///   - snapshot: the fold of everything that is recorded of it; it has not ended.
    ///   - pipeline: what its recorded definition spells.
    ///   - secrets: the values of its secrets.
    ///   - recorded: what the run takes over from another, if it is a fork.
    ///   - startsPaused: whether it goes on paused, for stepping through it or to be cancelled.
    ///   - lease: of the run, taken before its record was read; nil takes one. It stays the caller's after an error.
    package func resume(
        _ snapshot: RunSnapshot, pipeline: Pipeline, graph: PipelineGraph, secrets: [String: String],
        recorded: RecordedResults? = nil, startsPaused: Bool = false, by actor: Actor,
        under lease: (any RunLease)? = nil
    ) async throws(EventLogError) {
        let run = snapshot.run
        guard let created = snapshot.created else { preconditionFailure("run \(run) was never created") }
        let definition = RunDefinition(
            run: run, pipeline: pipeline, graph: graph,
            inputs: RunInputs(created.inputs, secrets: secrets, secretSources: created.secretSources),
            settings: created.settings, tools: tools, seed: created.seed, slots: created.slots,
            workspace: created.workspace, actor: actor, recorded: recorded, parent: created.parent
        )
        try await launch(
            RunMachine(definition, resuming: snapshot), orphans: snapshot.orphans,
            first: .takeOver(by: actor, paused: startsPaused), under: lease)
    }

    /// Ends what a dead process left of the steps of `run`, unless somebody has it, who does that first of all.
    private func reap(_ run: RunID) async {
        guard let lease = try? await log.lease(run) else { return }
        if let orphans = try? await log.snapshot(of: run).orphans, !orphans.isEmpty { await reap(orphans, run) }
        lease.close()
    }

    /// - Parameter orphans: the steps whose processes a dead process may have left. They are ended first: what is tried
    ///   again must not meet itself.
    private func launch(
        _ machine: RunMachine, orphans: [OrphanedStep], first: Stimulus, under lease: (any RunLease)? = nil
    ) async throws(EventLogError) {
        let run = machine.definition.run
        let logFolder = try log.logFolder(of: run)
        let lease = if let lease { lease } else { try await log.lease(run) }
        if !orphans.isEmpty { await reap(orphans, run) }
        let curious = observers.filter { machine.snapshot.lastSeq > 0 && $0.wantsPast(of: machine.snapshot) }
        if !curious.isEmpty, let past = try? await log.events(of: run, from: 1, limit: .max) {
            for observer in curious { observer.recorded(past) }
        }
        let driver = RunDriver(
            log: log, lease: lease, executor: executor, clock: clock, logFolder: logFolder, results: results,
            gate: RunGate(
                log: log, clock: clock, cancel: { [weak self] other in await self?.cancel(other, for: run) },
                reap: { [weak self] other in await self?.reap(other) }),
            models: models, observers: observers,
            delegates: { [weak self] attempt, definition, commands in
                await self?.run(attempt, of: definition, commands) ?? .cancelled
            })
        // First in the mailbox, whatever command follows.
        driver.mailbox.send(.stimulus(first))
        let control = control
        let task = Task {
            // Whoever comes in finds the run among those that live.
            let door = await control?.open(run, folder: logFolder) { [weak self] command, actor in
                guard let self else { return .runHasEnded }
                return await self.send(command, to: run, by: actor)
            }
            let result = await driver.run(machine)
            await door?.close()
            // Subscribers learn of the end last: what they then ask is answered by a run that is over.
            lease.close()
            self.finished(run, result)
            driver.broadcaster.finish()
            return result
        }
        ended.forget(run)
        live[run] = LiveRun(driver: driver, task: task)
        launched.yield(run)
    }

    /// Every event of `run` with `seq` of at least `first`, in order and without gaps: what is recorded, then what
    /// happens.
    ///
    /// Each element is everything since the last one, taken at the reader's pace. The stream ends after the run's
    /// last event; for a run that is not live in this engine, after the last one recorded.
    package nonisolated func events(of run: RunID, from first: Int = 1) -> AsyncStream<EventBatch> {
        let cursor = EventCursor(log: log, run: run, next: first) { await self.subscribe(to: run) }
        return AsyncStream(unfolding: { await cursor.next() }, onCancel: { cursor.cancel() })
    }

    /// Asks `other`, whichever process has it, to end for `run`.
    func cancel(_ other: RunID, for run: RunID) async {
        let actor = Actor("run:\(run)")
        if isLive(other) {
            _ = await send(.cancel, to: other, by: actor)
        } else {
            await steer(.cancel, other, actor)
        }
    }

    /// Cancels `run` for a step that is being ended, in the name of `actor`, unless that is nil; when the process ends,
    /// so do all runs, and none is cancelled.
    func cancelUnlessInterrupted(_ run: RunID, by actor: Actor?) async {
        guard !isInterrupted else {
            // It may have been started after the others were told.
            live[run]?.driver.mailbox.send(.interrupt)
            return
        }
        if let actor { _ = await send(.cancel, to: run, by: actor) }
    }

    /// Lets go of what the run needed: an engine may run thousands.
    private func finished(_ run: RunID, _ result: RunResult) {
        live[run] = nil
        ended.add(run, result)
    }

    private func subscribe(to run: RunID) -> EventSubscription? {
        live[run]?.driver.broadcaster.subscribe()
    }

    /// Asks something of a live run. Returns why it changed nothing, or nil once the event is recorded.
    package func send(_ command: RunCommand, to run: RunID, by actor: Actor) async -> CommandRefusal? {
        guard let driver = live[run]?.driver else { return .runHasEnded }
        return await withCheckedContinuation { answer in
            let isOpen = driver.mailbox.send(.command(command, by: actor, answer))
            if !isOpen { answer.resume(returning: .runHasEnded) }
        }
    }

    /// Whether `run` was started here and has not ended.
    package func isLive(_ run: RunID) -> Bool {
        live[run] != nil
    }

    /// The runs that were started here and have not ended, the oldest first.
    package var liveRuns: [RunID] {
        live.keys.sorted()
    }

    /// How `run` ended, waiting for that. Nil for a run that this engine did not start.
    ///
    /// Of a run that ended long ago the snapshot is read from the log; nil where that fails.
    package func result(of run: RunID) async -> RunResult? {
        if let task = live[run]?.task { return await task.value }
        if let result = ended.results[run] { return result }
        guard let ending = ended.endings[run], let snapshot = try? await log.snapshot(of: run) else { return nil }
        return RunResult(ending: ending, snapshot: snapshot)
    }

    /// Ends every process of every live run and waits for that. The runs stay without an end in their logs:
    /// interrupted.
    package func interrupt() async {
        isInterrupted = true
        for run in live.values { run.driver.mailbox.send(.interrupt) }
        for run in live.values { _ = await run.task.value }
    }
}

/// A step that was under way when its process died.
package struct OrphanedStep: Hashable, Sendable {
    package var step: StepPath
    /// Its process group, if that was recorded in time.
    package var process: StepProgress?
}

extension RunSnapshot {
    /// The steps that were under way when the run's process died.
    fileprivate var orphans: [OrphanedStep] {
        steps.values.filter { $0.state == .running && !$0.attempts.isEmpty }
            .map { OrphanedStep(step: $0.path, process: $0.attempts.last?.process) }
    }
}
