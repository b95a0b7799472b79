package import SwitchyardCore

/// Performs what a ``RunMachine`` decides.
///
/// One loop owns the machine. Each turn takes every stimulus that has gathered, appends all events they led to in one
/// batch, publishes them, and only then starts what they call for: natural group commit, and the record always comes
/// before the effect. While the log takes a batch the loop decides about what comes meanwhile, which is the next one:
/// batches reach the log one after the other.
package struct RunDriver: Sendable {
    /// What reaches the loop from outside.
    enum Message: Sendable {
        case stimulus(Stimulus)
        /// A command, with a way to answer it.
        case command(RunCommand, by: Actor, CheckedContinuation<CommandRefusal?, Never>)
        /// The model of an attempt acted; answered with whether that is recorded.
        case modelActed(AttemptID, [RunEvent], CheckedContinuation<Bool, Never>)
        /// The process is about to end: stop everything and record nothing more.
        case interrupt
        /// The append under way has ended; nil if the log took it.
        case appended(EventLogError?)
    }

    let mailbox = Mailbox<Message>()
    let broadcaster = EventBroadcaster()
    let log: any EventLog
    /// The run's: the log takes its events from nobody else.
    let lease: any RunLease
    let executor: any StepExecutor
    let clock: EngineClock
    let logFolder: String?
    let results: ResultCache
    let gate: RunGate
    /// The models that steps ask; nil for none.
    let models: (any ModelServices)?
    let observers: [any RunObserver]
    /// Runs the attempts that are runs of other pipelines, and asks those what comes through the mailbox.
    let delegates: @Sendable (StepAttempt, RunDefinition, Mailbox<PassedOnCommand>) async -> ToolResult

    /// Runs the whole run once its mailbox holds the start, on no actor: many runs decide side by side. Returns how it ended; the snapshot is the machine's.
    @concurrent
    func run(_ machine: RunMachine) async -> RunResult {
        let mailbox = mailbox
        let run = machine.definition.modelRun(machine.snapshot) { mailbox.send(.stimulus(.observed($0))) }
        models?.router.open(run)
        defer { models?.router.close(run.id) }
        var loop = Loop(driver: self, machine: machine)
        return await loop.run()
    }
}

/// How a run came to its end in this process.
package struct RunResult: Sendable {
    package enum Ending: Hashable, Sendable {
        /// The run ended; its snapshot's status says how.
        case ended
        /// The process was asked to stop before the run ended.
        case interrupted
        /// The log refused, so nothing more could be done safely.
        case logFailed(EventLogError)
    }

    package var ending: Ending
    /// After ``Ending/logFailed(_:)`` it is ahead of the log by the batch that was refused and what was decided since.
    package var snapshot: RunSnapshot
}

/// The state of one driver's loop.
private struct Loop: ~Copyable {
    let driver: RunDriver
    var machine: RunMachine
    var attempts: [AttemptID: Task<Void, Never>] = [:]
    var timers: [TimerID: Task<Void, Never>] = [:]
    /// When each attempt was last heard of.
    var activities: [AttemptID: Activity] = [:]
    /// What the runs that attempts are will be asked.
    var passedOn: [AttemptID: Mailbox<PassedOnCommand>] = [:]
    /// The wait for the run's turn in its concurrency group.
    var queue: Task<Void, Never>?
    /// The claims of attempts under way.
    var claims: [AttemptID: ResultCache.Claim] = [:]
    /// The attempts whose calls have waited and want a slot again.
    var returning: [AttemptID: CheckedContinuation<Bool, Never>] = [:]
    /// What was decided since the last append began.
    var gathered = DecidedBatch()
    /// What the log is taking.
    var underWay: (batch: DecidedBatch, append: Task<EventLogError?, Never>)?
    /// Why the log did not take it.
    var refusal: EventLogError?
    var isInterrupted = false
    var finished = false

    init(driver: RunDriver, machine: RunMachine) {
        self.driver = driver
        self.machine = machine
    }

    mutating func run() async -> RunResult {
        while !finished, !isInterrupted {
            for message in await driver.mailbox.next() { take(message) }
            if underWay == nil, !gathered.isEmpty, !attempts.isEmpty {
                // What is about to report anyway is let do so, and shares the append.
                await Task.yield()
                for message in driver.mailbox.gathered() { take(message) }
            }
            if let refusal { return await stop(.logFailed(refusal)) }
            guard !finished, !isInterrupted, underWay == nil, let batch = takeGathered() else { continue }
            if batch.events.isEmpty {
                conclude(batch)
            } else if attempts.isEmpty {
                // Nothing runs that could report meanwhile: going to another task and back would only take time.
                if let problem = await driver.append(batch) { return await stop(.logFailed(problem), refused: batch) }
                conclude(batch)
            } else {
                let driver = driver
                let append = Task {
                    let problem = await driver.append(batch)
                    driver.mailbox.send(.appended(problem))
                    return problem
                }
                underWay = (batch, append)
            }
        }
        return await end()
    }

    /// Decides about `message`, or does what waited for the append that has ended.
    private mutating func take(_ message: RunDriver.Message) {
        switch message {
        case .stimulus(let stimulus):
            gathered.settled += forget(stimulus)
            gathered.add(machine.handle(stimulus, at: driver.clock.now()))
        case .command(let command, let actor, let answer):
            let instructions = machine.handle(.command(command, by: actor), at: driver.clock.now())
            gathered.answers.append((answer, instructions.refusal))
            gathered.add(instructions)
        case .modelActed(let attempt, let events, let answer):
            let isUnderWay = machine.isUnderWay(attempt)
            if isUnderWay, events.last == .routing(.waitEnded) {
                // Answered when the attempt has a slot again.
                returning[attempt] = answer
            } else {
                gathered.acts.append((answer, isUnderWay))
            }
            if events.last?.isStartOfWait == true { activities[attempt]?.waits() }
            gathered.add(machine.handle(.modelActed(attempt, events), at: driver.clock.now()))
        case .interrupt: isInterrupted = true
        case .appended(let problem):
            guard let batch = underWay.take()?.batch else { return }
            if let problem {
                refusal = problem
                driver.tell(batch, problem)
            } else {
                conclude(batch)
            }
        }
    }

    private mutating func takeGathered() -> DecidedBatch? {
        guard !gathered.isEmpty else { return nil }
        defer { gathered = DecidedBatch() }
        return gathered
    }

    /// Performs what `batch`, which is in the log, calls for. Of a process that is about to end only the run's own end
    /// counts.
    private mutating func conclude(_ batch: DecidedBatch) {
        driver.tell(batch, nil, goesOn: !isInterrupted)
        for effect in batch.effects where !isInterrupted || effect == .finish { perform(effect) }
    }

    /// Records what was decided last: the run is over, or the process is.
    private mutating func end() async -> RunResult {
        if let (batch, append) = underWay.take() {
            if let problem = await append.value { return await stop(.logFailed(problem), refused: batch) }
            conclude(batch)
        }
        if let batch = takeGathered() {
            if let problem = await driver.append(batch) { return await stop(.logFailed(problem), refused: batch) }
            conclude(batch)
        }
        return await stop(finished ? .ended : .interrupted)
    }

    /// Lets go of the task that sent `stimulus`. Returns the claim that ends with it.
    private mutating func forget(_ stimulus: Stimulus) -> [ResultCache.Claim] {
        switch stimulus {
        case .attemptEnded(let id, _):
            returning.removeValue(forKey: id)?.resume(returning: false)
            attempts[id] = nil
            activities[id] = nil
            passedOn[id] = nil
            return claims.removeValue(forKey: id).map { [$0] } ?? []
        case .timerFired(let id): timers[id] = nil
        case .admitted, .rejected: queue = nil
        case .start, .takeOver, .queued, .processStarted, .modelActed, .observed, .command: break
        }
        return []
    }

    private mutating func perform(_ effect: Instruction) {
        switch effect {
        case .record, .refuse: break
        case .enterGroup(let group, let onConflict): enter(group, onConflict)
        case .start(let attempt): start(attempt)
        case .passOn(let command, let id, let actor):
            passedOn[id]?.send(PassedOnCommand(command: command, actor: actor))
        case .cancelAttempt(let id):
            returning.removeValue(forKey: id)?.resume(returning: false)
            attempts[id]?.cancel()
        case .goOn(let id):
            activities[id]?.happened(at: driver.clock.now())
            returning.removeValue(forKey: id)?.resume(returning: true)
        case .setBudget(let budget, let scope): driver.models?.router.setLimit(budget, of: scope)
        case .forceBreaker(let breaker, let force):
            driver.models?.router.force(force, breaker, by: machine.definition.run)
        case .setTimer(.idle(let attempt), let limit): watch(.idle(attempt), of: attempt, limit: limit)
        case .setTimer(.heartbeat(let attempt), let limit): watch(.heartbeat(attempt), of: attempt, limit: limit)
        case .setTimer(let id, let delay):
            let driver = driver
            timers[id] = Task {
                do {
                    try await driver.clock.sleep(delay)
                    driver.mailbox.send(.stimulus(.timerFired(id)))
                } catch {
                    // Cancelled: nobody waits for it any more.
                }
            }
        case .cancelTimer(let id): timers.removeValue(forKey: id)?.cancel()
        case .finish: finished = true
        }
    }

    /// Reports when `attempt` has been silent for `limit`; for a heartbeat, when it has given no other sign of life
    /// either.
    private mutating func watch(_ timer: TimerID, of attempt: AttemptID, limit: Duration) {
        guard let activity = activities[attempt] else { return }
        let driver = driver
        timers[timer] = Task {
            do {
                while case let silence = activity.silence(at: driver.clock.now(), of: timer), silence < limit {
                    try await driver.clock.sleep(limit - silence)
                }
                driver.mailbox.send(.stimulus(.timerFired(timer)))
            } catch {
                // Cancelled: nobody waits for it any more.
            }
        }
    }

    private mutating func enter(_ group: String, _ onConflict: ConcurrencyPolicy.OnConflict) {
        let driver = driver
        let created = machine.definition.created
        let run = machine.definition.run
        queue = Task {
            await driver.gate.enter(group, onConflict, run: run, ancestors: created.parent?.ancestors ?? []) {
                driver.mailbox.send(.stimulus($0))
            }
        }
    }

    private mutating func start(_ attempt: StepAttempt) {
        let driver = driver
        let heartbeats = driver.heartbeatFile(of: attempt.id, in: machine.definition)
        let activity = Activity(at: driver.clock.now(), heartbeats: heartbeats)
        activities[attempt.id] = activity
        let invocation = driver.invocation(of: attempt, in: machine.definition, activity: activity)
        let claim = attempt.cache.map { driver.results.join($0.key) }
        claims[attempt.id] = claim
        let definition = machine.definition
        let judge = driver.judge(of: attempt, definition, machine.snapshot)
        let commands = attempt.delegate.map { _ in Mailbox<PassedOnCommand>() }
        passedOn[attempt.id] = commands
        attempts[attempt.id] = Task {
            var result: ToolResult?
            if claim != nil || attempt.delegate != nil { activity.waits() }
            if let claim, let cache = attempt.cache {
                result = await driver.kept(attempt, cache, claim, definition.mask)
                activity.happened(at: driver.clock.now())
            }
            if result == nil, let commands { result = await driver.delegates(attempt, definition, commands) }
            if result == nil, let call = attempt.modelCall {
                result = await driver.converse(attempt, call, definition, invocation)
            }
            if result == nil { result = await driver.executor.execute(invocation, tool: attempt.tool) }
            if let judge, case .succeeded(let output)? = result, output.source == nil {
                result = await judge(output.value) ?? result
            }
            driver.mailbox.send(.stimulus(.attemptEnded(attempt.id, result ?? .cancelled)))
        }
    }

    /// Ends everything that still runs, waits for it, and closes the mailbox.
    ///
    /// - Parameter refused: what the log did not take.
    private mutating func stop(_ ending: RunResult.Ending, refused: DecidedBatch? = nil) async -> RunResult {
        if case .logFailed(let problem) = ending {
            for batch in [refused, takeGathered()] { if let batch { driver.tell(batch, problem) } }
        }
        for timer in timers.values { timer.cancel() }
        queue?.cancel()
        await queue?.value
        for attempt in attempts.values { attempt.cancel() }
        // Before the attempts are waited for: who asks for a record now must be told that there is none.
        for answer in returning.values { answer.resume(returning: false) }
        driver.mailbox.close()
        for message in await driver.mailbox.next() {
            if case .command(_, _, let answer) = message { answer.resume(returning: .runHasEnded) }
            if case .modelActed(_, _, let answer) = message { answer.resume(returning: false) }
        }
        for attempt in attempts.values { await attempt.value }
        for claim in claims.values { driver.results.release(claim) }
        return RunResult(ending: ending, snapshot: machine.snapshot)
    }
}

extension RunDriver {
    /// Performs a model step.
    fileprivate func converse(
        _ attempt: StepAttempt, _ call: ModelCall, _ definition: RunDefinition, _ invocation: ToolInvocation
    ) async -> ToolResult {
        guard let models else { return .failed(StepFailure(.notFound, "there are no models to ask here")) }
        var conversation = ModelConversation(
            attempt, call, attempt.conversation, definition: definition, invocation: invocation, services: models,
            record: recorder(of: attempt.id))
        return await conversation.run()
    }

    /// Records what models do for an attempt; answers whether it is under way.
    private func recorder(of attempt: AttemptID) -> @Sendable ([RunEvent]) async -> Bool {
        let mailbox = mailbox
        return { events in
            await withCheckedContinuation { answer in
                let isOpen = mailbox.send(.modelActed(attempt, events, answer))
                if !isOpen { answer.resume(returning: false) }
            }
        }
    }

    /// What asks a model how good the attempt's result is; nil where its step does not want that.
    fileprivate func judge(
        of attempt: StepAttempt, _ definition: RunDefinition, _ snapshot: RunSnapshot
    ) -> (@Sendable (Value) async -> ToolResult?)? {
        guard case .prompt(let prompt)? = definition.steps[attempt.id.step.planned]?.quality?.check else { return nil }
        guard let models else {
            return { _ in .failed(StepFailure(.notFound, "there are no models to judge the result")) }
        }
        let judge = ResultJudge(
            definition: definition, attempt: attempt.id, services: models, record: recorder(of: attempt.id))
        return { await judge.judge($0, by: prompt, in: snapshot) }
    }

    /// The kept result that stands for running `attempt`; nil where it has to run.
    fileprivate func kept(
        _ attempt: StepAttempt, _ cache: CacheRequest, _ claim: ResultCache.Claim, _ mask: SecretMask
    ) async -> ToolResult? {
        let kept = await results.result(cache, claim)
        if Task.isCancelled { return .cancelled }
        guard case .stepSucceeded(let success)? = kept?.event, let kept else { return nil }
        let source = ResultSource(run: kept.run, seq: kept.seq, inputHash: mask.masking(attempt.arguments).hash)
        return .succeeded(ToolOutput(success.output, summary: success.summary, source: source))
    }

    /// The file that a step touches to say that it is alive; nil if nobody asks.
    fileprivate func heartbeatFile(of attempt: AttemptID, in definition: RunDefinition) -> String? {
        guard definition.steps[attempt.step.planned]?.timeout.heartbeat != nil else { return nil }
        return logFolder.map { "\($0)/\(Self.logFileName(of: attempt)).heartbeat" }
    }

    fileprivate func invocation(
        of attempt: StepAttempt, in definition: RunDefinition, activity: Activity
    ) -> ToolInvocation {
        let clock = clock
        let workspace = definition.created.workspace
        let folder = attempt.workingDirectory.map { $0.hasPrefix("/") ? $0 : "\(workspace)/\($0)" } ?? workspace
        let mailbox = mailbox
        let broadcaster = broadcaster
        let id = attempt.id
        let answer = AnswerLines()
        var environment = attempt.environment
        if let file = activity.heartbeatFile { environment[Activity.heartbeatVariable] = file }
        return ToolInvocation(
            run: definition.run, step: id.step, attempt: id.number, idempotencyKey: attempt.key,
            arguments: attempt.arguments, environment: environment, workingDirectory: folder,
            workspace: workspace, allowedPaths: attempt.allowedPaths,
            logFile: logFolder.map { "\($0)/\(Self.logFileName(of: id))" },
            mask: definition.mask,
            report: { report in
                switch report {
                case .processStarted(let group, let startTime):
                    let progress = StepProgress(processGroup: group, processStartTime: startTime)
                    mailbox.send(.stimulus(.processStarted(id, progress)))
                case .lines(let lines):
                    activity.happened(at: clock.now())
                    broadcaster.publish(lines.map { StepLine(step: id.step, attempt: id.number, line: $0) })
                case .text(let text):
                    activity.happened(at: clock.now())
                    let lines = answer.lines(of: text)
                    broadcaster.publish(lines.map { StepLine(step: id.step, attempt: id.number, line: $0) })
                case .alive: activity.happened(at: clock.now())
                }
            }
        )
    }

    /// The name of an attempt's log file: `parse.1.log`, `finally~report.1.log`. One that no file can have is cut and
    /// told apart by its hash.
    package static func logFileName(of attempt: AttemptID) -> String {
        var name = attempt.step.rawValue.split(separator: "/").joined(separator: "~")
        if name.utf8.count > longestName {
            name = "\(name.prefix(longestName - 17))~\(SHA256.hexDigest(of: name).prefix(16))"
        }
        return "\(name).\(attempt.number).log"
    }

    /// In bytes: file systems allow 255, and the attempt's number and `.log` follow.
    private static let longestName = 200
}

extension [Instruction] {
    fileprivate var refusal: CommandRefusal? {
        for case .refuse(let refusal) in self { return refusal }
        return nil
    }
}
