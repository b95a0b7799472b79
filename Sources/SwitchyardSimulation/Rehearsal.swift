import OrderedCollections
package import SwitchyardCore
package import SwitchyardEngine

/// A run done again in no time, with what the tools, models and people of a recorded one gave: a test of a pipeline that
/// needs no keys and changes nothing.
///
/// The engine is the real one; the clock is the record's.
package struct Rehearsal {
    /// What was another thing than in the recorded run.
    package enum Difference: Hashable, Sendable {
        /// The record has no such step, or no such attempt of it.
        case unrecorded(StepPath, attempt: Int)
        /// A step of the record that did not come to be.
        case gone(StepPath)
        /// The step asked for something else, so its recorded result may not be what it would get.
        case input(StepPath, then: Value, now: Value)
        case state(StepPath, then: StepState, now: StepState, why: String?)
        case output(StepPath, then: Value, now: Value)
        case status(then: RunStatus, now: RunStatus, why: String?)
        case outputs(then: Value, now: Value)
    }

    package struct Report: Sendable {
        package var differences: [Difference]
        package var snapshot: RunSnapshot
    }

    private let recorded: RunSnapshot
    private let answers: [StepPath: (isApproved: Bool, actor: Actor, after: Duration)]
    private let mask: SecretMask
    private var machine: RunMachine
    private var queue = StimulusQueue()
    private var order: UInt64 = 0
    private var now: Timestamp
    private var differences: [Difference] = []
    private var isFinished = false

    /// - Parameters:
    ///   - pipeline: what is tested; that of the record, or a newer one.
    ///   - inputs: what it is given; the values of secrets stand for themselves only.
    ///   - events: everything that is recorded of a run that came to its own end.
    package init(
        _ pipeline: Pipeline, graph: PipelineGraph, inputs: RunInputs, events: [EventEnvelope],
        tools: any ToolCatalog
    ) {
        let run = events[0].run
        recorded = RunSnapshot(run: run, folding: events)
        var asked: [StepPath: Timestamp] = [:]
        var answers: [StepPath: (isApproved: Bool, actor: Actor, after: Duration)] = [:]
        for event in events {
            guard let step = event.step else { continue }
            if case .approvalRequested = event.event { asked[step] = event.time }
            if case .approvalAnswered(let isApproved) = event.event, let start = asked[step] {
                answers[step] = (isApproved, event.actor ?? Actor("test"), event.time.since(start))
            }
        }
        self.answers = answers
        mask = SecretMask(inputs.secrets.values)
        let created = recorded.created
        let definition = RunDefinition(
            run: run, pipeline: pipeline, graph: graph, inputs: inputs, settings: created?.settings ?? .null,
            tools: tools, seed: created?.seed ?? 0, slots: created?.slots, workspace: created?.workspace ?? "/",
            actor: Actor("test"))
        machine = RunMachine(definition)
        now = events[0].time
    }

    /// Does the run, and says what was different.
    package mutating func run() -> Report {
        handle(.start(paused: false))
        while !isFinished, let entry = queue.takeFirst() {
            now = max(now, entry.due)
            switch entry.item {
            case .stimulus(let stimulus): handle(stimulus)
            case .answer(let step): answer(step)
            case .command, .resolution: break
            }
        }
        compare()
        return Report(differences: differences, snapshot: machine.snapshot)
    }

    // MARK: The world of the record

    private mutating func handle(_ stimulus: Stimulus) {
        for instruction in machine.handle(stimulus, at: now) {
            switch instruction {
            case .record(let event, _): happened(event)
            case .start(let attempt): start(attempt)
            case .cancelAttempt(let id): end(id, .cancelled, after: .zero)
            case .setTimer(let id, let delay): setTimer(id, delay)
            case .cancelTimer(let id): queue.cancelTimer(id, at: now)
            case .enterGroup: add(.stimulus(.admitted), after: .zero)
            // No model is asked in a rehearsal: nothing waits for one, and nothing is spent.
            case .refuse, .passOn, .goOn, .setBudget, .forceBreaker: break
            case .finish: isFinished = true
            }
        }
    }

    private mutating func happened(_ event: EventEnvelope) {
        guard let path = event.step else { return }
        if case .approvalRequested = event.event, let answer = answers[path] {
            add(.answer(path), after: answer.after)
        } else if case .stepReady = event.event, let command = recorded.steps[path]?.endedByAPerson {
            add(.stimulus(.command(command, by: Actor("test"))), after: .zero)
        }
    }

    private mutating func answer(_ step: StepPath) {
        guard let answer = answers[step] else { return }
        handle(.command(.answerApproval(step, isApproved: answer.isApproved), by: answer.actor))
    }

    private mutating func start(_ attempt: StepAttempt) {
        let path = attempt.id.step
        guard let step = recorded.steps[path], let past = step.pastAttempt(attempt.id.number) else {
            // The end that a person made of it is under way.
            if recorded.steps[path]?.endedByAPerson != nil { return }
            differences.append(.unrecorded(path, attempt: attempt.id.number))
            let failure = StepFailure(.notFound, "there is no record of attempt \(attempt.id.number)")
            return end(attempt.id, .failed(failure), after: .zero)
        }
        if let input = past.input {
            let asked = mask.masking(attempt.arguments)
            if asked != input { differences.append(.input(path, then: input, now: asked)) }
        }
        // What timed out has no end of its own.
        if let result = past.result { end(attempt.id, result, after: past.duration) }
    }

    private mutating func end(_ id: AttemptID, _ result: ToolResult, after delay: Duration) {
        add(.stimulus(.attemptEnded(id, result)), after: delay)
    }

    private mutating func setTimer(_ id: TimerID, _ delay: Duration) {
        switch id {
        case .timeout, .retry, .wait: break
        // No sign of life is in the record but that there was none.
        case .idle(let attempt), .heartbeat(let attempt):
            guard let past = recorded.steps[attempt.step]?.pastAttempt(attempt.number), past.result == nil else {
                return
            }
        }
        add(.stimulus(.timerFired(id)), after: delay)
    }

    private mutating func add(_ item: StimulusQueue.Item, after delay: Duration) {
        order += 1
        queue.add(item, due: now.advanced(by: delay), order: order)
    }

    // MARK: Comparing

    private mutating func compare() {
        let snapshot = machine.snapshot
        for (path, then) in recorded.steps {
            guard let step = snapshot.steps[path] else {
                differences.append(.gone(path))
                continue
            }
            if step.state != then.state {
                differences.append(.state(path, then: then.state, now: step.state, why: step.failure?.message))
            } else if step.output != then.output {
                differences.append(.output(path, then: then.output, now: step.output))
            }
        }
        for (path, step) in snapshot.steps where recorded.steps[path] == nil && step.attempts.isEmpty {
            differences.append(.unrecorded(path, attempt: 0))
        }
        if snapshot.status != recorded.status {
            differences.append(
                .status(then: recorded.status, now: snapshot.status, why: snapshot.failure?.message))
        } else if snapshot.outputs != recorded.outputs {
            differences.append(.outputs(then: recorded.outputs, now: snapshot.outputs))
        }
    }
}

/// How an attempt went once.
private struct PastAttempt {
    /// Nil where it is not known, because its result was taken from another run.
    var input: Value?
    /// Nil if it timed out.
    var result: ToolResult?
    var duration: Duration
}

extension StepSnapshot {
    /// What a person asked for, if that ended the step.
    fileprivate var endedByAPerson: RunCommand? {
        switch state {
        case .skipped where skipReason == .requested: .skipStep(path)
        case .cancelled where isCancelRequested: .cancelStep(path)
        case .pending, .ready, .running, .waiting, .succeeded, .failed, .skipped, .cancelled, .outcomeUnknown: nil
        }
    }

    /// The attempt `number`, from 1, among those that came to an end; attempts that a crash cut short do not count.
    fileprivate func pastAttempt(_ number: Int) -> PastAttempt? {
        let failed = attempts.filter { $0.failure != nil && ($0.number < attempts.count || state != .succeeded) }
        if number <= failed.count {
            let past = failed[number - 1]
            let result = past.timedOutAfter == nil ? past.failure.map(ToolResult.failed) : nil
            return PastAttempt(input: past.input, result: result, duration: past.duration)
        }
        guard number == failed.count + 1, state == .succeeded else { return nil }
        let success = ToolResult.succeeded(ToolOutput(output, bytesBeforeCut: bytesBeforeCut, summary: summary))
        return PastAttempt(input: attempts.last?.input, result: success, duration: attempts.last?.duration ?? .zero)
    }
}

extension AttemptSnapshot {
    fileprivate var duration: Duration { endedAt.map { max(.zero, $0.since(startedAt)) } ?? .zero }
}
