import HeapModule
import OrderedCollections
package import SwitchyardCore

/// Decides everything about a run: stimulus in, instructions out.
///
/// A value with no clock, no randomness and no `await`: the same stimuli at the same times give the same
/// instructions, so the whole engine can be simulated and every decision tested as a transcript. Jitter comes from
/// the run's seed, the step and the attempt.
///
/// Steps live in frames: the main list is one, and every group, every set of items and every iteration opens another.
/// Among ready steps the first of the oldest frame starts first.
package struct RunMachine: Sendable {
    /// Where the run stands.
    enum Phase: Hashable, Sendable {
        /// Not started. `queued`, `main` or `ended` may follow.
        case idle
        /// Others of its concurrency group are under way. `main` or `ended` may follow.
        case queued
        /// The steps run. `compensation` may follow.
        case main
        /// What was done is undone. `finally` may follow.
        case compensation
        /// The `finally` steps run. `ended` may follow.
        case finally
        /// Final.
        case ended
    }

    /// The fold of every event so far.
    package private(set) var snapshot: RunSnapshot
    package let definition: RunDefinition

    var phase: Phase = .idle
    var isPaused = false
    /// Whether a person cancelled the run, or a part of it that follows the main list.
    var isCancelled = false
    /// The frames, in the order they were opened. Those that have ended are empty.
    var frames: [Frame] = []
    /// Whether the run is to be paused once it leaves the queue.
    var startsPaused = false
    /// A step that was not yet ended, and not waiting for another, when the machine looked last.
    var liveUnit: UnitID?
    /// What ended the run though steps were left.
    var deadlock: [DeadlockedStep] = []
    /// The frame of the current phase.
    var root = 0
    /// Where the steps of open frames are.
    var units: [StepPath: UnitID] = [:]
    /// The frame inside of a step that is open.
    var inside: [UnitID: Int] = [:]
    /// The frames that have something to start, slots permitting.
    var startable = Heap<Int>()
    /// How many attempts are under way.
    var running = 0
    /// The attempts under way that hold no slot, because their calls wait.
    var waitingCalls: Set<AttemptID> = []
    /// Those of them that have waited long enough and want their slot back, in order.
    var returning: [AttemptID] = []
    /// The steps whose failure fails the run, in the order they failed.
    var failures: [StepPath] = []
    /// The steps that succeeded and can be undone, in the order they ended.
    var compensable: [(path: StepPath, step: Step)] = []
    /// The steps of a paused run that a person let start, and who did.
    var released: [(step: StepPath, actor: Actor)] = []
    /// What the results of the attempts under way are kept under.
    var cacheKeys: [AttemptID: String] = [:]
    /// The conditions of breakpoints that were true when they were looked at last.
    var trueConditions: Set<String> = []
    /// Ends that dependents have not been told of yet. A queue and not recursion: a chain of skipped steps may be as
    /// long as the file.
    var settled: [(unit: UnitID, cause: Int)] = []
    /// Frames whose last step has ended.
    var endedFrames: [(frame: Int, cause: Int)] = []
    var now = Timestamp(microseconds: 0)
    /// How far the clock has been behind the run's time.
    private var clockOffset = Duration.zero
    var instructions: [Instruction] = []
    /// The last event of each step.
    private var lastSeq: [StepPath: Int] = [:]

    package init(_ definition: RunDefinition) {
        self.definition = definition
        snapshot = RunSnapshot(run: definition.run)
    }

    /// The machine of a run that another process left, with the fold of everything it recorded. It begins with
    /// ``Stimulus/takeOver(by:paused:)``.
    package init(_ definition: RunDefinition, resuming snapshot: RunSnapshot) {
        self.definition = definition
        self.snapshot = snapshot
        now = snapshot.lastTime ?? now
    }

    /// Acts on `stimulus`, which came at `time`.
    package mutating func handle(_ stimulus: Stimulus, at time: Timestamp) -> [Instruction] {
        tick(to: time)
        switch stimulus {
        case .start(let paused): begin(paused: paused)
        case .takeOver(let actor, let paused): takeOver(by: actor, paused: paused)
        case .queued(let queued): waitsInQueue(queued)
        case .admitted: admitted()
        case .rejected(let other): rejected(by: other)
        case .attemptEnded(let attempt, let result): attemptEnded(attempt, result)
        case .processStarted(let attempt, let progress):
            emit(.stepProgress(progress), step: attempt.step, attempt: attempt.number)
        case .modelActed(let attempt, let events): modelActed(attempt, events)
        case .observed(let event): if phase != .ended { emit(.routing(event)) }
        case .timerFired(.timeout(let attempt)): timedOut(attempt, .startToClose)
        case .timerFired(.idle(let attempt)): timedOut(attempt, .idle)
        case .timerFired(.heartbeat(let attempt)): timedOut(attempt, .heartbeat)
        case .timerFired(.retry(let attempt)): retryDue(attempt)
        case .timerFired(.wait(let step)): waitEnded(step)
        case .command(let command, let actor): perform(command, by: actor)
        }
        advance()
        defer { instructions.removeAll(keepingCapacity: true) }
        return instructions
    }

    /// A clock that is set back, or is behind that of the process before, is taken to have stood still meanwhile: the
    /// times of a run never go back, and what waits takes as long as it should.
    private mutating func tick(to time: Timestamp) {
        let shifted = time.advanced(by: clockOffset)
        if shifted < now { clockOffset += now.since(shifted) }
        now = max(now, shifted)
    }

    // MARK: Recording

    /// Records an event and folds it in. Returns its `seq`.
    ///
    /// - Parameter cause: what led to it; nil is the step's last event.
    @discardableResult
    mutating func emit(
        _ event: RunEvent, step: StepPath? = nil, attempt: Int? = nil, cause: Int? = nil, actor: Actor? = nil,
        durability: Durability = .process
    ) -> Int {
        let envelope = EventEnvelope(
            run: definition.run, seq: snapshot.lastSeq + 1, time: now, step: step, attempt: attempt,
            cause: cause ?? step.flatMap { lastSeq[$0] }, actor: actor, event: event.masked(by: definition.mask)
        )
        snapshot.apply(envelope)
        if let step { lastSeq[step] = envelope.seq }
        instructions.append(.record(envelope, durability))
        return envelope.seq
    }

    func path(_ unit: UnitID) -> StepPath { frames[unit.frame].paths[unit.index] }
    func node(_ unit: UnitID) -> StepGraph.Node { frames[unit.frame].node(unit.index) }
    func step(_ unit: UnitID) -> Step { node(unit).step }
    func state(_ unit: UnitID) -> StepMachine.State { frames[unit.frame].steps[unit.index].state }

    // MARK: Beginning and end

    private mutating func begin(paused: Bool) {
        precondition(phase == .idle, "started in \(phase)")
        emit(.runCreated(definition.created), actor: definition.actor, durability: .disk)
        if let recorded = definition.recorded { emit(.runForked(recorded.origin), actor: definition.actor) }
        startsPaused = paused
        enterGroup()
    }

    /// Starts a run that was created.
    mutating func startCreated(paused: Bool) {
        if snapshot.plan == nil { emit(.planCompiled(definition.plan)) }
        setBudgets()
        let cause = emit(.runStarted)
        if paused {
            isPaused = true
            emit(.runPaused, actor: definition.actor)
        }
        phase = .main
        root = open(Frame(.main, list: definition.graph.main, prefix: ""), cause: cause)
    }

    /// Starts what may start, and moves on when nothing of the phase is open.
    private mutating func advance() {
        guard phase != .idle, phase != .queued else { return }
        settleAndFill()
        while phase != .ended, frames[root].open == 0 || endDeadlock() {
            failures += frames[root].failures
            switch phase {
            case .main: beginCompensation()
            case .compensation: beginFinally()
            case .finally: finish()
            case .idle, .queued, .ended: preconditionFailure("nothing ends in \(phase)")
            }
            settleAndFill()
        }
    }

    private mutating func beginCompensation() {
        phase = .compensation
        guard isCancelled || !failures.isEmpty, !compensable.isEmpty else { return beginFinally() }
        let steps = compensable.reversed().flatMap { done in
            done.step.compensate.map { step in
                (done.path.compensation, StepGraph.Node(step: step, path: done.path.planned.compensation))
            }
        }
        let cause = emit(.compensationPlanned(steps.map(\.0)), durability: .disk)
        root = open(Frame(compensations: steps.map { (path: $0.0, node: $0.1) }), cause: cause)
    }

    private mutating func beginFinally() {
        phase = .finally
        root = open(
            Frame(.finally, list: definition.graph.finally, prefix: StepPath.finallyPrefix), cause: snapshot.lastSeq)
    }

    private mutating func finish() {
        phase = .ended
        defer { instructions.append(.finish) }
        if isCancelled {
            emit(.runCancelled, durability: .disk)
        } else if !failures.isEmpty {
            emit(.runFailed(runFailure), durability: .disk)
        } else if !deadlock.isEmpty {
            emit(.runFailed(deadlockFailure), durability: .disk)
        } else {
            do throws(EvaluationError) {
                let outputs = try definition.outputs(after: snapshot)
                emit(.runSucceeded(outputs: outputs), durability: .disk)
            } catch {
                let message = "an output could not be computed: \(error.message)"
                emit(.runFailed(RunFailure(message: message, steps: [])), durability: .disk)
            }
        }
    }

    private var runFailure: RunFailure {
        let first = snapshot.steps[failures[0]]
        let verb = first?.state == .cancelled ? "was cancelled" : "failed"
        let reason = first?.failure.map { ": \($0.message)" } ?? ""
        let others = failures.count > 1 ? ", and \(failures.count - 1) more" : ""
        return RunFailure(message: "step \(failures[0]) \(verb)\(reason)\(others)", steps: failures)
    }

    // MARK: Frames

    /// Brings the steps of `frame` to life. Returns its number.
    @discardableResult
    mutating func open(_ frame: Frame, cause: Int) -> Int {
        let number = frames.count
        frames.append(frame)
        units.reserveCapacity(units.count + frame.count)
        for (index, path) in frame.paths.enumerated() { units[path] = UnitID(frame: number, index: index) }
        if frame.window != nil {
            fillWindow(number, cause: cause)
        } else {
            for index in 0..<frame.count where frame.node(index).needs.isEmpty {
                needsEnded(UnitID(frame: number, index: index), cause: cause)
            }
        }
        // A frame of nothing has ended.
        if frame.count == 0, frame.owner != nil { endedFrames.append((number, cause)) }
        return number
    }

    /// `unit` has ended for good: its frame has one step less open.
    mutating func ended(_ unit: UnitID, cause: Int) {
        frames[unit.frame].open -= 1
        if unit.index < frames[unit.frame].nextItem { frames[unit.frame].inWindow -= 1 }
        settled.append((unit, cause))
        if frames[unit.frame].open == 0 { endedFrames.append((unit.frame, cause)) }
    }

    /// Tells dependents of every end, ends the steps whose inside has ended, and starts what may start, until none of
    /// it changes anything.
    mutating func settleAndFill() {
        repeat {
            while !settled.isEmpty || !endedFrames.isEmpty {
                var next = 0
                while next < settled.count {
                    let (unit, cause) = settled[next]
                    next += 1
                    tellDependents(of: unit, cause: cause)
                }
                settled.removeAll(keepingCapacity: true)
                let ended = endedFrames
                endedFrames.removeAll(keepingCapacity: true)
                for (frame, cause) in ended where frames[frame].open == 0 { frameEnded(frame, cause: cause) }
            }
            fillSlots()
        } while !settled.isEmpty || !endedFrames.isEmpty
    }

    private mutating func tellDependents(of unit: UnitID, cause: Int) {
        guard frames[unit.frame].window == nil else { return fillWindow(unit.frame, cause: cause) }
        for dependent in node(unit).dependents where frames[unit.frame].steps[dependent].needEnded() {
            needsEnded(UnitID(frame: unit.frame, index: dependent), cause: cause)
        }
    }
}
