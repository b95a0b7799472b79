package import SwitchyardCore

extension EventLine {
    /// An event as a whole sentence, for screen readers and logs: `Step parse succeeded after 6.6 seconds, 24 rows.`
    package static func sentence(_ envelope: EventEnvelope, in snapshot: RunSnapshot? = nil) -> String {
        let step = subject(envelope.step)
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
        case .stepStarted where envelope.attempt == nil: return "\(step) begins\(actor)."
        case .stepStarted: return attempt > 1 ? "\(step) started attempt \(attempt)." : "\(step) started\(actor)."
        case .stepProgress(let progress): return "\(step) runs as process group \(progress.processGroup)."
        case .stepSucceeded(let success):
            if let source = success.source {
                return "The result of \(lowered(step)) was taken from run \(source.run)."
            }
            return "\(step) succeeded\(after)\(success.summary.map { ", \($0)" } ?? "")."
        case .stepDelegated(let run): return "\(step) runs as run \(run)."
        case .modelSelected(let selected): return "A model was chosen for \(lowered(step)): \(selected.explanation)."
        case .modelRequested(let requested):
            return "\(step) asks \(requested.model)\(requested.isSimulated ? ", which is simulated" : "")."
        case .modelCompleted(let completed):
            let tokens = completed.usage.total.map { " with \(CountText.of($0, "token"))" } ?? ""
            let cost = completed.cost.map { " for \(MoneyText.of($0))" } ?? ""
            return "\(completed.model) answered \(lowered(step))\(tokens)\(cost)."
        case .modelToolCalled(let call): return "The model of \(lowered(step)) calls \(call.tool)."
        case .modelToolReturned(let result):
            return "\(result.tool) \(result.isError ? "failed" : "answered") the model of \(lowered(step))."
        case .routing(let event):
            return RoutingWords.sentence(event, step, actor: actor, at: envelope.time)
        case .qualityScored(let score):
            let wanted = score.isLow ? ", less than \(score.minimumText)" : ""
            return "The result of \(lowered(step)) has quality \(score.text)\(wanted)."
        case .runQueued(let queued):
            return "The run waits for \(CountText.of(queued.behind.count, "run")) of its group \(queued.group)."
        case .runDeadlocked(let steps):
            return "Nothing can go on: \(steps.map(\.words).joined(separator: ", "))."
        case .runForked(let origin): return "The run is a fork of run \(origin.run)\(actor)."
        case .breakpointSet(let breakpoint): return "The run will pause \(breakpoint.words)\(actor)."
        case .breakpointCleared(let breakpoint): return "The run will not pause \(breakpoint.words) any more\(actor)."
        case .breakpointHit(let breakpoint): return "The run reached its breakpoint \(breakpoint.words)."
        case .stepSkipRequested: return "\(step) is being ended and passed over\(actor)."
        case .stepFailed(let failure, let willRetry):
            let what = willRetry ? "failed attempt \(attempt)" : "failed"
            return "\(step) \(what)\(after): \(failure.message)."
        case .stepRetryScheduled(let delay, _):
            return "\(step) will be tried again in \(spoken(delay)), attempt \(attempt + 1)."
        case .stepTimedOut(let limit): return "\(step) timed out after \(spoken(limit)) and is being ended."
        case .stepSkipped(let reason): return "\(step) was \(StepWords.skipped(reason))."
        case .stepCancelRequested: return "\(step) is being cancelled\(actor)."
        case .stepCancelled: return "\(step) was cancelled\(actor)."
        case .stepOutcomeUnknown: return "\(step) was under way when its process died: nobody knows its outcome."
        case .stepResolved(let resolution): return "\(step) counts as \(resolution.rawValue)\(actor)."
        case .leaseTaken(let epoch): return "The run was taken over by process number \(epoch)\(actor)."
        case .mapExpanded(let map): return "\(step) has \(CountText.of(map.items.count, "item"))."
        case .loopIterated(let number): return "\(step) begins iteration \(number)."
        case .branchDecided(let target): return "After \(lowered(step)) the run goes on at \(target)."
        case .timerSet(let until): return "\(step) waits \(spoken(until.since(envelope.time)))."
        case .timerFired: return "\(step) has waited long enough."
        case .approvalRequested(let request):
            let wait = request.until.map { " \(spoken($0.since(envelope.time)))" } ?? ""
            return "\(step) asks \"\(request.message)\" and waits\(wait) for an answer."
        case .approvalAnswered(let isApproved):
            let actor = envelope.actor.map { " by \($0)" } ?? ""
            return "\(step) was \(isApproved ? "approved" : "rejected")\(actor)\(after)."
        case .approvalExpired(let isApproved):
            return "\(step) had no answer in time and counts as \(isApproved ? "approved" : "rejected")."
        case .compensationPlanned(let steps):
            let count = CountText.of(steps.count, "step")
            return "What \(count) did is being undone: \(StepWords.names(steps.map(\.compensated)))."
        case .unknown(let type, _): return "An event of a newer version, \(type)."
        }
    }

    /// The step as the subject of a sentence: `Step parse`.
    package static func subject(_ path: StepPath?) -> String {
        guard let path else { return "Step ?" }
        return path.isCompensation ? "The undoing of \(path.compensated)" : "Step \(path)"
    }

    private static func lowered(_ subject: String) -> String {
        subject.prefix(1).lowercased() + subject.dropFirst()
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
