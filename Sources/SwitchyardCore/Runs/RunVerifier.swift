import OrderedCollections

/// Folds a run again from its first event and finds what in its record cannot be true.
///
/// It is given every event, in the order of the record, and then asked for what it found.
package struct RunVerifier: Sendable {
    /// The fold so far.
    package private(set) var snapshot: RunSnapshot
    private var problems: [RunProblem] = []
    /// The numbers of the events that could not be read.
    private var unread: Set<Int> = []

    package init(run: RunID) {
        snapshot = RunSnapshot(run: run)
    }

    /// What is wrong with the whole of `events`.
    package static func problems(in events: some Sequence<EventEnvelope>, of run: RunID) -> [RunProblem] {
        var verifier = RunVerifier(run: run)
        for event in events { verifier.check(event) }
        return verifier.finish()
    }

    /// The event number `seq` cannot be read.
    package mutating func skip(_ seq: Int, _ error: EventLogError) {
        unread.insert(seq)
        problems.append(RunProblem(.unreadable(error), seq: seq))
    }

    /// Checks the next event.
    package mutating func check(_ event: EventEnvelope) {
        guard event.run == snapshot.run else { return report(.otherRun(event.run), event) }
        guard isInSequence(event) else { return }
        if let lastTime = snapshot.lastTime, event.time < lastTime {
            report(.timeWentBack(by: lastTime.since(event.time)), event)
        }
        if let cause = event.cause, cause < 1 || cause >= event.seq { report(.causeNotBefore(cause), event) }
        checkHashes(event)
        checkRun(event)
        let before = event.step.flatMap { snapshot.steps[$0] }
        snapshot.apply(event)
        if event.event.isAboutStep { checkStep(event, before) }
    }

    /// What was found, in the order of the record; what concerns the run as a whole comes last.
    package mutating func finish() -> [RunProblem] {
        if snapshot.lastSeq == 0, problems.isEmpty { problems.append(RunProblem(.empty)) }
        // Where events are missing, a step may have ended in one of them.
        if snapshot.status.isFinal, unread.isEmpty {
            for step in snapshot.steps.values where !step.state.isFinal {
                problems.append(RunProblem(.leftOpen(step.state), step: step.path))
            }
        }
        return problems
    }

    private mutating func report(_ finding: RunProblem.Finding, _ event: EventEnvelope) {
        problems.append(RunProblem(finding, in: event))
    }

    // MARK: The record as such

    /// Whether the event can be folded in.
    private mutating func isInSequence(_ event: EventEnvelope) -> Bool {
        var expected = snapshot.lastSeq + 1
        while unread.contains(expected) { expected += 1 }
        if event.seq != expected { report(.outOfSequence(expected: expected), event) }
        return event.seq >= expected
    }

    private mutating func checkHashes(_ event: EventEnvelope) {
        if case .runCreated(let created) = event.event {
            let computed = SHA256.hexDigest(of: created.definition)
            if computed != created.definitionHash {
                report(.definitionHash(recorded: created.definitionHash, computed: computed), event)
            }
        } else if case .stepStarted(let started) = event.event {
            let computed = Self.hash(of: started.input)
            if computed != started.inputHash {
                report(.inputHash(recorded: started.inputHash, computed: computed), event)
            }
        } else if case .stepSucceeded(let success) = event.event {
            let computed = Self.hash(of: success.output)
            if computed != success.outputHash {
                report(.outputHash(recorded: success.outputHash, computed: computed), event)
            }
        }
    }

    private static func hash(of value: Value) -> String {
        SHA256.hexDigest(of: JSON.text(of: value, layout: .canonical))
    }

    // MARK: The run's story

    private mutating func checkRun(_ event: EventEnvelope) {
        if snapshot.status.isFinal { report(.afterTheEnd, event) }
        if case .runCreated = event.event {
            if snapshot.created != nil { report(.createdAgain, event) }
        } else if snapshot.lastSeq == 0, unread.isEmpty {
            report(.notCreatedFirst, event)
        } else if case .leaseTaken(let epoch) = event.event {
            if epoch != snapshot.epoch + 1, unread.isEmpty { report(.epoch(expected: snapshot.epoch + 1), event) }
        } else if case .runFailed(let failure) = event.event {
            for step in failure.steps where !hasFailed(step) { report(.blamedStep(step), event) }
        }
    }

    private func hasFailed(_ path: StepPath) -> Bool {
        switch snapshot.steps[path]?.state {
        case .failed, .cancelled: true
        case .pending, .ready, .running, .waiting, .succeeded, .skipped, .outcomeUnknown: false
        case nil: !unread.isEmpty
        }
    }

    // MARK: A step's story

    private mutating func checkStep(_ event: EventEnvelope, _ before: StepSnapshot?) {
        guard event.step != nil else { return report(.stepNotNamed, event) }
        // What happened to it may stand in an event that cannot be read.
        guard unread.isEmpty else { return }
        guard let before else { return report(.unknownStep, event) }
        if !event.event.isPossible(for: before) { report(.notPossible(in: before.state), event) }
        checkAttempt(event, before)
    }

    private mutating func checkAttempt(_ event: EventEnvelope, _ before: StepSnapshot) {
        guard let attempt = event.attempt else { return }
        if case .stepStarted = event.event {
            if attempt != before.attempts.count + 1 { report(.attempt(expected: before.attempts.count + 1), event) }
        } else if !before.attempts.contains(where: { $0.number == attempt }) {
            report(.unknownAttempt(attempt), event)
        }
    }
}

extension RunEvent {
    /// Whether its envelope names a step.
    fileprivate var isAboutStep: Bool {
        switch self {
        case .stepReady, .stepStarted, .stepProgress, .stepDelegated, .qualityScored, .modelSelected, .modelRequested,
            .modelCompleted, .modelToolCalled, .modelToolReturned, .stepSucceeded, .stepFailed,
            .stepRetryScheduled, .stepTimedOut,
            .stepSkipped, .stepCancelRequested, .stepCancelled, .stepOutcomeUnknown, .stepResolved, .mapExpanded,
            .loopIterated, .branchDecided, .timerSet, .timerFired, .approvalRequested, .approvalAnswered,
            .approvalExpired, .stepSkipRequested, .breakpointHit(.step):
            true
        case .routing(let event): event.isAboutStep
        case .runCreated, .runStarted, .runPaused, .runResumed, .runCancelRequested, .runSucceeded, .runFailed,
            .runCancelled, .leaseTaken, .runQueued, .runDeadlocked, .planCompiled, .compensationPlanned, .runForked,
            .breakpointSet,
            .breakpointCleared, .breakpointHit(.condition), .unknown:
            false
        }
    }

    /// Whether it can happen to `step` as it is.
    fileprivate func isPossible(for step: StepSnapshot) -> Bool {
        switch self {
        // What is seen, asked or decided changes nothing of the step, and may come late.
        case .stepProgress, .stepDelegated, .qualityScored, .modelSelected, .modelRequested, .modelCompleted,
            .modelToolCalled, .modelToolReturned, .stepTimedOut, .stepCancelRequested, .stepSkipRequested,
            .branchDecided:
            true
        case .routing(.waitStarted): step.state == .running
        case .routing(.waitEnded): step.isWaiting
        case .routing: true
        // Before it starts, while it runs, and after its process died.
        case .stepReady, .stepFailed, .stepSkipped, .stepCancelled, .stepOutcomeUnknown: !step.state.isFinal
        case .stepStarted, .breakpointHit: step.state == .ready
        // A result that is taken over from another run needs no start; a kept one is found by an attempt.
        case .stepSucceeded(let success) where success.source != nil: step.state == .ready || step.state == .running
        case .stepSucceeded: step.state == .running || step.isWaiting || step.state == .outcomeUnknown
        case .stepResolved: step.state == .outcomeUnknown
        // The failure that it follows leaves the step running.
        case .stepRetryScheduled, .mapExpanded, .loopIterated, .timerSet, .approvalRequested: step.state == .running
        case .timerFired, .approvalAnswered, .approvalExpired: step.isWaiting
        case .runCreated, .runStarted, .runPaused, .runResumed, .runCancelRequested, .runSucceeded, .runFailed,
            .runCancelled, .leaseTaken, .runQueued, .runDeadlocked, .planCompiled, .compensationPlanned, .runForked,
            .breakpointSet,
            .breakpointCleared, .unknown:
            true
        }
    }
}

extension StepSnapshot {
    fileprivate var isWaiting: Bool {
        if case .waiting = state { true } else { false }
    }
}
