import SwitchyardCore
import TerminalUI

/// Changes the state by what happened, and returns what is to be done outside.
package func reduce(_ state: inout DashboardState, _ action: DashboardAction) -> [DashboardEffect] {
    var effects: [DashboardEffect]
    switch action {
    case .opened(let start): effects = state.open(start)
    case .key(let key): effects = state.press(key)
    case .paste(let text):
        state.paste(text)
        effects = []
    case .resized(let size):
        state.size = size
        effects = []
    case .resumed, .tick: effects = state.passTime()
    case .runsLoaded(let result):
        state.runs.load(result)
        if let run = state.run?.run, state.run?.number == nil {
            state.run?.number = state.runs.summary(of: run)?.number
        }
        effects = []
    case .batch(let run, let batch):
        state.take(batch, of: run)
        // A run gets its number with its first event, which the list of before does not have.
        let isNew = state.run?.run == run && state.run?.number == nil && batch.events.first?.seq == 1
        effects = isNew ? [.loadRuns] : []
    case .eventsEnded(let run):
        state.endEvents(of: run)
        effects = [.loadRuns]
    case .ownership(let run, let isLive):
        state.adoptOwnership(of: run, isLive: isLive)
        effects = []
    case .commandAnswered(let command, let run, let refusal):
        state.answer(command, run, refusal)
        effects = []
    case .retried(.success(let run)):
        state.toast = .note("a new run of the same pipeline with the same inputs")
        effects = state.watch(run, playback: nil) + [.loadRuns]
    case .retried(.failure(let failure)):
        state.toast = .refusal(failure.message)
        effects = []
    case .edited(let outcome): effects = state.adoptEdit(outcome)
    case .logLoaded(let run, let key, let lines):
        if state.run?.run == run { state.run?.log.load(lines, of: key) }
        effects = []
    case .copied(let description, let succeeded):
        state.toast =
            succeeded ? .note("copied \(description)") : .refusal("nothing to copy with: no clipboard was found")
        effects = []
    case .quitChecked(let live):
        guard !live.isEmpty else { return [.quit] }
        let mayLeave = state.run.map { live == [$0.run] && $0.tally.running.isEmpty } ?? false
        state.overlay = .confirm(.quit(live: live, mayLeave: mayLeave))
        effects = []
    }
    effects += state.settle()
    return effects
}

extension DashboardState {
    fileprivate mutating func open(_ start: DashboardStart) -> [DashboardEffect] {
        switch start {
        case .runs: [.loadRuns]
        case .run(let run): watch(run, playback: nil) + [.loadRuns]
        case .replay(let run, let speed, let from):
            watch(run, playback: Playback(run: run, opening: .play(from: from ?? .zero), speed: speed)) + [.loadRuns]
        }
    }

    fileprivate mutating func adoptEdit(_ outcome: EditOutcome) -> [DashboardEffect] {
        switch outcome {
        case .started(let run, let results, let repeated):
            let taken = CountText.of(results, "result") + " taken over where \(results == 1 ? "it fits" : "they fit")"
            var text = "a new run of the edited definition; \(taken)"
            if !repeated.isEmpty { text += "; done again: \(repeated.map(\.rawValue).joined(separator: ", "))" }
            toast = .note(text)
            return watch(run, playback: nil) + [.loadRuns]
        case .left(let sentence): toast = .note(sentence)
        case .failed(let failure): toast = .refusal(failure.message)
        }
        return []
    }

    /// Shows a run.
    mutating func watch(_ run: RunID, playback: Playback?) -> [DashboardEffect] {
        self.run = RunState(
            run: run, number: runs.summary(of: run)?.number, playback: playback, isReadOnly: isReadOnly)
        overlay = .none
        return [.checkOwnership(run), .watch(run)]
    }

    fileprivate mutating func passTime() -> [DashboardEffect] {
        guard run != nil else { return runs.hasMovingRun ? [.loadRuns] : [] }
        run?.advancePlayback(now: now)
        return []
    }

    fileprivate mutating func take(_ batch: EventBatch, of run: RunID) {
        guard self.run?.run == run else { return }
        self.run?.take(batch)
        // What was said of a run that runs says nothing of one that has ended.
        if batch.events.contains(where: \.event.endsRun) { toast = nil }
    }

    fileprivate mutating func endEvents(of run: RunID) {
        guard self.run?.run == run else { return }
        self.run?.endEvents(summary: runs.summary(of: run), now: now)
    }

    fileprivate mutating func adoptOwnership(of run: RunID, isLive: Bool) {
        if isLive { owned.insert(run) }
        guard self.run?.run == run else { return }
        self.run?.adoptOwnership(isLive: isLive, now: now)
    }

    fileprivate mutating func answer(_ command: RunCommand, _ run: RunID, _ refusal: CommandRefusal?) {
        if let refusal {
            toast = .refusal(refusal.sentence)
            return
        }
        switch command {
        case .pause: toast = .note("pausing: running steps go on, nothing new starts")
        case .resume: toast = .note("the run goes on")
        case .step: toast = .note("one step starts")
        case .stepGroup: toast = .note("the steps that are ready start")
        case .cancel: toast = .note("cancelling: running steps are ended, then `finally` runs")
        case .cancelStep(let step): toast = .note("cancelling \(step)")
        case .skipStep(let step): toast = .note("the run goes on without \(step)")
        case .retryStep(let step): toast = .note("\(step) is tried again now")
        case .setBreakpoint(let breakpoint): toast = .note("the run will pause \(breakpoint.words)")
        case .clearBreakpoint(let breakpoint): toast = .note("no breakpoint \(breakpoint.words) any more")
        case .answerApproval(let step, let isApproved):
            toast = .note("\(step) is \(isApproved ? "approved" : "rejected")")
        case .resolve(let step, let resolution): toast = .note("\(step) counts as \(resolution.rawValue)")
        case .setBudget(let step, let budget):
            toast = .note("\(step?.rawValue ?? "the run") may spend \(RoutingWords.limit(budget))")
        case .forceBreaker(let breaker, let force): toast = .note("\(breaker) breaker \(RoutingWords.words(force))")
        case .rate(let step, let isUp): toast = .note("\(step) is rated \(isUp ? "good" : "not good")")
        }
    }

    fileprivate mutating func paste(_ text: String) {
        // Pasted text is only ever text: outside a field it would be keys nobody pressed.
        guard case .input(var line) = overlay else { return }
        line.field.insert(text)
        overlay = .input(line)
        preview(line)
    }

    /// Tells lists how long they and their windows have become, and asks for the log that is to be shown.
    fileprivate mutating func settle() -> [DashboardEffect] {
        runs.list.update(count: runs.shown.count, height: max(0, size.rows - RunsLayout.fixedRows))
        guard run != nil else { return [] }
        let isTyping = if case .input = overlay { true } else { false }
        return run?.settle(size: size, isTyping: isTyping) ?? []
    }
}

extension RunEvent {
    /// Whether it is a run's last.
    fileprivate var endsRun: Bool {
        switch self {
        case .runSucceeded, .runFailed, .runCancelled: true
        case .runCreated, .runStarted, .runPaused, .runResumed, .runCancelRequested, .planCompiled, .stepReady,
            .stepStarted, .stepProgress, .stepDelegated, .qualityScored, .modelSelected, .modelRequested,
            .modelCompleted, .modelToolCalled, .modelToolReturned, .routing, .stepSucceeded, .stepFailed,
            .stepRetryScheduled, .stepTimedOut, .stepSkipped,
            .stepCancelRequested, .stepCancelled, .mapExpanded, .loopIterated, .branchDecided, .timerSet, .timerFired,
            .approvalRequested, .approvalAnswered, .approvalExpired, .compensationPlanned, .stepOutcomeUnknown,
            .stepResolved, .leaseTaken, .runQueued, .runDeadlocked, .stepSkipRequested, .runForked, .breakpointSet,
            .breakpointCleared,
            .breakpointHit, .unknown:
            false
        }
    }
}
