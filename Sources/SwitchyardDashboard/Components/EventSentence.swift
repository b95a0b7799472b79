package import SwitchyardCore

extension EventLine {
    /// An event as a whole sentence, for screen readers and logs: `Step parse succeeded after 6.6 seconds, 24 rows.`
    package static func sentence(_ envelope: EventEnvelope, in snapshot: RunSnapshot? = nil) -> String {
        let step = "Step \(envelope.step?.rawValue ?? "?")"
        let attempt = envelope.attempt ?? 1
        let actor = envelope.actor.map { ", asked by \($0)" } ?? ""
        let after = attemptDuration(envelope, snapshot).map { " after \(spoken($0))" } ?? ""
        let inAll = runDuration(envelope, snapshot).map { " after \(spoken($0))" } ?? ""
        switch envelope.event {
        case .runCreated(let created):
            return "Run of pipeline \(created.pipelineID) was created from \(created.file)\(actor)."
        case .planCompiled(let plan): return "The plan has \(CountText.of(plan.steps.count, "step"))."
        case .runStarted: return "The run started."
        case .runPaused: return "The run is paused\(actor)."
        case .runResumed: return "The run goes on\(actor)."
        case .runCancelRequested: return "The run is being cancelled\(actor)."
        case .runSucceeded: return "The run succeeded\(inAll)."
        case .runFailed(let failure): return "The run failed\(inAll): \(failure.message)."
        case .runCancelled: return "The run was cancelled\(inAll)."
        case .stepReady: return "\(step) is ready."
        case .stepStarted: return attempt > 1 ? "\(step) started attempt \(attempt)." : "\(step) started\(actor)."
        case .stepProgress(let progress): return "\(step) runs as process group \(progress.processGroup)."
        case .stepSucceeded(let success):
            return "\(step) succeeded\(after)\(success.summary.map { ", \($0)" } ?? "")."
        case .stepFailed(let failure, let willRetry):
            let what = willRetry ? "failed attempt \(attempt)" : "failed"
            return "\(step) \(what)\(after): \(failure.message)."
        case .stepRetryScheduled(let delay, _):
            return "\(step) will be tried again in \(spoken(delay)), attempt \(attempt + 1)."
        case .stepTimedOut(let limit): return "\(step) timed out after \(spoken(limit)) and is being ended."
        case .stepSkipped(let reason): return "\(step) was \(StepWords.skipped(reason))."
        case .stepCancelRequested: return "\(step) is being cancelled\(actor)."
        case .stepCancelled: return "\(step) was cancelled\(actor)."
        case .unknown(let type, _): return "An event of a newer version, \(type)."
        }
    }

    /// A duration as it is read aloud: `6.6 seconds`, `1 minute 42 seconds`.
    static func spoken(_ duration: Duration) -> String {
        let milliseconds = max(0, duration.wholeMicroseconds / 1000)
        let seconds = Int(milliseconds / 1000)
        if milliseconds < 1000 { return CountText.of(Int(milliseconds), "millisecond") }
        if seconds < 60 {
            let tenths = milliseconds / 100
            return tenths % 10 == 0 ? CountText.of(seconds, "second") : "\(tenths / 10).\(tenths % 10) seconds"
        }
        let parts = [(seconds / 3600, "hour"), (seconds / 60 % 60, "minute"), (seconds % 60, "second")]
        return parts.filter { $0.0 > 0 }.map { CountText.of($0.0, $0.1) }.joined(separator: " ")
    }
}
