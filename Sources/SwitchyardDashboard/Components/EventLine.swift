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
        return EventLine(glyph: glyph, subject: envelope.step?.rawValue ?? "run", text: text + actor)
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
        case .stepStarted: ("●", joined(["started", later(envelope.attempt)]))
        case .stepProgress(let progress): ("●", "process group \(progress.processGroup)")
        case .stepSucceeded(let success):
            ("✓", joined([success.summary ?? "done", attemptTime(envelope, snapshot), later(envelope.attempt)]))
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
        case .unknown(let type, _): ("○", "\(type), an event of a newer version")
        }
    }

    private static func joined(_ parts: [String?]) -> String {
        parts.compactMap(\.self).joined(separator: " · ")
    }

    /// The attempt, if it is not the first.
    private static func later(_ attempt: Int?) -> String? {
        attempt.flatMap { $0 > 1 ? "attempt \($0)" : nil }
    }

    /// How long the attempt took whose end the event is.
    static func attemptDuration(_ envelope: EventEnvelope, _ snapshot: RunSnapshot?) -> Duration? {
        guard let path = envelope.step, let number = envelope.attempt, number > 0,
            let attempts = snapshot?.steps[path]?.attempts, number <= attempts.count
        else { return nil }
        return max(.zero, envelope.time.since(attempts[number - 1].startedAt))
    }

    static func runDuration(_ envelope: EventEnvelope, _ snapshot: RunSnapshot?) -> Duration? {
        (snapshot?.startedAt).map { max(.zero, envelope.time.since($0)) }
    }

    private static func attemptTime(_ envelope: EventEnvelope, _ snapshot: RunSnapshot?) -> String? {
        attemptDuration(envelope, snapshot).map(DurationText.elapsed)
    }

    private static func runTime(_ envelope: EventEnvelope, _ snapshot: RunSnapshot?) -> String? {
        runDuration(envelope, snapshot).map(DurationText.elapsed)
    }
}
