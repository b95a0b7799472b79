package import SwitchyardCore

/// The front door: starts runs, steers them, and shows what happens in them.
package actor Engine {
    private let log: any EventLog
    private let executor: any StepExecutor
    private let tools: any ToolCatalog
    private let clock: EngineClock
    private var live: [RunID: LiveRun] = [:]

    private struct LiveRun {
        var driver: RunDriver
        var task: Task<RunResult, Never>
        var isFinished = false
    }

    package init(
        log: any EventLog, tools: any ToolCatalog, executor: (any StepExecutor)? = nil,
        clock: EngineClock = .system()
    ) {
        self.log = log
        self.tools = tools
        self.executor = executor ?? LocalStepExecutor(tools: tools)
        self.clock = clock
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

        package init(
            slots: Int? = nil, startsPaused: Bool = false, seed: UInt64? = nil, workspace: String, actor: Actor
        ) {
            self.slots = slots
            self.startsPaused = startsPaused
            self.seed = seed
            self.workspace = workspace
            self.actor = actor
        }
    }

    /// Starts a run of `pipeline` and returns its id once the run is leased; its first events follow.
    ///
    /// - Parameter inputs: an object: every declared input, checked.
    package func start(
        _ pipeline: Pipeline, graph: PipelineGraph, inputs: Value, options: StartOptions
    ) async throws(EventLogError) -> RunID {
        var generator = SystemRandomNumberGenerator()
        let run = RunID(time: clock.now(), using: &generator)
        let logFolder = try log.logFolder(of: run)
        let lease = try await log.lease(run)
        let definition = RunDefinition(
            run: run, pipeline: pipeline, graph: graph, inputs: inputs, tools: tools,
            seed: options.seed ?? generator.next(), slots: options.slots, workspace: options.workspace,
            actor: options.actor
        )
        let driver = RunDriver(
            log: log, executor: executor, clock: clock, logFolder: logFolder
        )
        // First in the mailbox, whatever command follows.
        driver.mailbox.send(.stimulus(.start(paused: options.startsPaused)))
        let task = Task {
            let result = await driver.run(definition)
            // Subscribers learn of the end last: what they then ask is answered by a run that is over.
            lease.close()
            self.finished(run)
            driver.broadcaster.finish()
            return result
        }
        live[run] = LiveRun(driver: driver, task: task)
        return run
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

    private func finished(_ run: RunID) {
        live[run]?.isFinished = true
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
        live[run].map { !$0.isFinished } ?? false
    }

    /// The runs that were started here and have not ended, the oldest first.
    package var liveRuns: [RunID] {
        live.filter { !$0.value.isFinished }.keys.sorted()
    }

    /// Waits for the end of a live run. Nil for a run that this engine did not start.
    package func result(of run: RunID) async -> RunResult? {
        await live[run]?.task.value
    }

    /// Ends every process of every live run and waits for that. The runs stay without an end in their logs:
    /// interrupted.
    package func interrupt() async {
        for run in live.values { run.driver.mailbox.send(.interrupt) }
        for run in live.values { _ = await run.task.value }
    }
}
