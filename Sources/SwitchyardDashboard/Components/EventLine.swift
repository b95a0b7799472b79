import OrderedCollections
package import SwitchyardCore

/// An event in words. All of it is foreign text: who shows it cleans it.
package struct EventLine: Hashable, Sendable {
    /// One character: the state that the event leads to.
    package var glyph: String
    /// The step, or `run`.
    package var subject: String
    package var text: String

    /// An event as a line of a list: `✓`, `parse`, `24 rows · 6.6s`.
    ///
    /// `snapshot`, the run's state after the event or later, adds what the event does not say by itself: how long an
    /// attempt took.
    package static func describe(_ envelope: EventEnvelope, in snapshot: RunSnapshot? = nil) -> EventLine {
        let (glyph, text) = words(envelope, snapshot)
        let actor = envelope.actor.map { " · by \($0)" } ?? ""
        let subject = envelope.step.map { $0.isCompensation ? $0.shortName : $0.rawValue }
        return EventLine(glyph: glyph, subject: subject ?? "run", text: text + actor)
    }

    private static func words(_ envelope: EventEnvelope, _ snapshot: RunSnapshot?) -> (String, String) {
        switch envelope.event {
        case .runCreated(let created): ("○", "created from \(created.file) · \(created.pipelineID)")
        case .planCompiled(let plan):
            ("○", "plan \(plan.strategy.rawValue) · \(CountText.of(plan.steps.count, "step"))")
        case .runStarted: ("●", "started")
        case .runPaused: ("‖", "paused: nothing new starts")
        case .runResumed: ("●", "goes on")
        case .runCancelRequested: ("⊘", "cancellation asked for")
        case .runSucceeded: ("✓", joined(["succeeded", runTime(envelope, snapshot)]))
        case .runFailed(let failure): ("✗", joined(["failed: \(failure.message)", runTime(envelope, snapshot)]))
        case .runCancelled: ("⊘", joined(["cancelled", runTime(envelope, snapshot)]))
        case .stepReady: ("○", "ready")
        case .stepStarted:
            // What only holds other steps has no attempts.
            ("●", joined([envelope.attempt == nil ? "begins" : "started", later(envelope.attempt)]))
        case .stepProgress(let progress): ("●", "process group \(progress.processGroup)")
        case .stepSucceeded(let success):
            (
                success.source == nil ? "✓" : "◆",
                joined([
                    success.summary ?? "done", attemptTime(envelope, snapshot), later(envelope.attempt),
                    success.source.map { "taken from run \($0.run), event \($0.seq)" },
                ])
            )
        case .stepDelegated(let run): ("●", "runs as run \(run)")
        case .modelSelected(let selected): ("○", selected.explanation)
        case .modelRequested(let requested):
            ("●", joined(["asks \(requested.model)", requested.isSimulated ? "simulated" : nil, turn(requested.turn)]))
        case .modelCompleted(let completed): ("●", joined(completed.facts))
        case .modelToolCalled(let call): ("●", "the model calls \(call.tool)")
        case .modelToolReturned(let result):
            (result.isError ? "✗" : "✓", "\(result.tool) told the model \(CountText.bytes(result.content.utf8.count))")
        case .routing(let event): RoutingWords.line(event, at: envelope.time)
        case .qualityScored(let score):
            (
                score.isLow ? "✗" : "✓",
                joined([
                    "quality \(score.text)", score.isLow ? "wanted at least \(score.minimumText)" : nil,
                    score.isLow ? score.onLow.words : nil,
                ])
            )
        case .runQueued(let queued):
            ("○", queued.words)
        case .runDeadlocked(let steps): ("✗", "deadlock: \(steps.map(\.words).joined(separator: ", "))")
        case .runForked(let origin): ("◆", "fork of run \(origin.run) up to its event \(origin.seq)")
        case .breakpointSet(let breakpoint): ("‖", "breakpoint \(breakpoint.words)")
        case .breakpointCleared(let breakpoint): ("●", "no breakpoint \(breakpoint.words) any more")
        case .breakpointHit(let breakpoint): ("‖", "breakpoint \(breakpoint.words) reached")
        case .stepSkipRequested: ("⊘", "to be passed over; being ended")
        case .stepFailed(let failure, let willRetry):
            (
                "✗",
                joined([
                    failure.message, attemptTime(envelope, snapshot),
                    willRetry ? "attempt \(envelope.attempt ?? 1)" : later(envelope.attempt),
                ])
            )
        case .stepRetryScheduled(let delay, _):
            ("↻", "attempt \((envelope.attempt ?? 1) + 1) in \(DurationText.elapsed(delay))")
        case .stepTimedOut(let limit): ("✗", "timed out after \(DurationText.elapsed(limit)); being ended")
        case .stepSkipped(let reason): ("⊘", StepWords.skipped(reason))
        case .stepCancelRequested: ("⊘", "cancellation asked for")
        case .stepCancelled: ("⊘", "cancelled")
        case .stepOutcomeUnknown: ("◇", "outcome unknown: its process died while it was under way")
        case .stepResolved(let resolution): ("◇", "counts as \(resolution.rawValue)")
        case .leaseTaken(let epoch): ("●", "taken over by another process, its owner number \(epoch)")
        case .mapExpanded(let map): ("●", items(map))
        case .loopIterated(let number): ("●", "iteration \(number)")
        case .branchDecided(let target): ("↻", "goes on at \(target)")
        case .timerSet(let until): ("○", "waits \(DurationText.elapsed(until.since(envelope.time)))")
        case .timerFired: ("○", "has waited" + (attemptTime(envelope, snapshot).map { " \($0)" } ?? ""))
        case .approvalRequested(let request):
            (
                "◇",
                joined([
                    "asks: \(request.message)",
                    request.until.map { "for \(DurationText.elapsed($0.since(envelope.time)))" },
                ])
            )
        case .approvalAnswered(let isApproved):
            (
                "◇",
                joined([
                    isApproved ? "approved" : "rejected", attemptTime(envelope, snapshot).map { "after \($0)" },
                ])
            )
        case .approvalExpired(let isApproved):
            (
                "◇",
                joined([
                    "no answer in time: \(isApproved ? "approved" : "rejected")",
                    attemptTime(envelope, snapshot).map { "after \($0)" },
                ])
            )
        case .compensationPlanned(let steps):
            (
                "↻",
                "undoing what \(CountText.of(steps.count, "step")) did: \(StepWords.names(steps.map(\.compensated)))"
            )
        case .unknown(let type, _): ("○", "\(type), an event of a newer version")
        }
    }

    /// `24 items: ap, au, br and 21 more`.
    private static func items(_ map: MapExpansion) -> String {
        guard !map.keys.isEmpty else { return "no items" }
        let shown = 6
        let names = map.keys.prefix(shown).joined(separator: ", ")
        let more = map.keys.count > shown ? " and \(CountText.grouped(map.keys.count - shown)) more" : ""
        return "\(CountText.of(map.keys.count, "item")): \(names)\(more)"
    }

    private static func joined(_ parts: [String?]) -> String {
        parts.compactMap(\.self).joined(separator: " · ")
    }

    /// The attempt, if it is not the first.
    private static func later(_ attempt: Int?) -> String? {
        attempt.flatMap { $0 > 1 ? "attempt \($0)" : nil }
    }

    /// How long the attempt took whose end the event is, or the step if it has none because it holds others.
    static func attemptDuration(_ envelope: EventEnvelope, _ snapshot: RunSnapshot?) -> Duration? {
        guard let path = envelope.step, let step = snapshot?.steps[path] else { return nil }
        if step.attempts.isEmpty { return step.startedAt.map { max(.zero, envelope.time.since($0)) } }
        guard let number = envelope.attempt, number > 0, number <= step.attempts.count else { return nil }
        return max(.zero, envelope.time.since(step.attempts[number - 1].startedAt))
    }

    static func runDuration(_ envelope: EventEnvelope, _ snapshot: RunSnapshot?) -> Duration? {
        (snapshot?.startedAt).map { max(.zero, envelope.time.since($0)) }
    }

    /// Which answer of its conversation, if it is not the first.
    private static func turn(_ number: Int) -> String? { number > 1 ? "turn \(number)" : nil }

    private static func attemptTime(_ envelope: EventEnvelope, _ snapshot: RunSnapshot?) -> String? {
        attemptDuration(envelope, snapshot).map(DurationText.elapsed)
    }

    private static func runTime(_ envelope: EventEnvelope, _ snapshot: RunSnapshot?) -> String? {
        runDuration(envelope, snapshot).map(DurationText.elapsed)
    }
}

extension RunEvent {
    /// Whether it only keeps an account that other events sum up: money set aside for a call, and settled after it.
    package var isBookkeeping: Bool {
        switch self {
        case .routing(.budgetReserved), .routing(.budgetSettled): true
        case .routing, .runCreated, .runStarted, .runPaused, .runResumed, .runCancelRequested, .runSucceeded,
            .runFailed, .runCancelled, .planCompiled, .stepReady, .stepStarted, .stepProgress, .stepDelegated,
            .qualityScored, .modelSelected, .modelRequested, .modelCompleted, .modelToolCalled, .modelToolReturned,
            .stepSucceeded, .stepFailed, .stepRetryScheduled, .stepTimedOut, .stepSkipped, .stepCancelRequested,
            .stepCancelled, .mapExpanded, .loopIterated, .branchDecided, .timerSet, .timerFired, .approvalRequested,
            .approvalAnswered, .approvalExpired, .compensationPlanned, .stepOutcomeUnknown, .stepResolved,
            .leaseTaken, .runQueued, .runDeadlocked, .stepSkipRequested, .runForked, .breakpointSet,
            .breakpointCleared, .breakpointHit, .unknown:
            false
        }
    }
}

extension QueuedRun {
    /// `waits for 2 runs of group deploy`.
    var words: String { "waits for \(CountText.of(behind.count, "run")) of group \(group)" }
}

extension DeadlockedStep {
    /// `b waits for a`.
    package var words: String {
        waitsFor.isEmpty ? "\(path) never starts" : "\(path) waits for \(StepWords.names(waitsFor))"
    }
}

extension QualityScore {
    /// `0.83`.
    package var text: String { JSON.text(of: .double(score)) }
    package var minimumText: String { JSON.text(of: .double(minScore)) }
}

extension QualityPolicy.OnLow {
    /// What becomes of the step.
    fileprivate var words: String {
        switch self {
        case .retry: "to be tried again"
        case .fail: "counts as failed"
        case .warn: "taken all the same"
        }
    }
}

extension ModelCompleted {
    /// Its figures as people read them: `openai/gpt-6-luna answered`, `1.2k tokens`, `$0.0031`.
    fileprivate var facts: [String?] {
        let calls = message.toolCalls.map(\.name)
        return [
            calls.isEmpty ? "\(model) answered" : "\(model) calls \(calls.joined(separator: ", "))",
            usage.total.map { CountText.of($0, "token") }, cost.map(MoneyText.of) ?? "price unknown",
            DurationText.elapsed(latency), isSimulated ? "simulated" : nil,
            finish == .length ? "cut at its longest" : nil,
        ]
    }
}

extension Breakpoint {
    /// `before parse`, `when run.failed > 0`.
    package var words: String {
        switch self {
        case .step(let path): "before \(path)"
        case .condition(let text): "when \(text)"
        }
    }
}
