import OrderedCollections
import SwitchyardCore

/// Why a step is in its state, in words.
enum StepWords {
    /// At most this many names are listed.
    private static let maximumNames = 6

    static func why(_ step: StepSnapshot, in snapshot: RunSnapshot, now: Timestamp) -> String {
        switch step.state {
        case .pending: return pending(step, in: snapshot)
        case .ready:
            if snapshot.status == .paused { return "ready; the run is paused" }
            return step.planned.mode == .serial
                ? "ready; runs alone, when others have ended" : "ready; waits for a slot"
        case .running where step.attempts.isEmpty: return "what is inside of it is under way"
        case .running:
            let attempt = step.attempts.last
            if attempt?.timedOutAfter != nil { return "timed out; being ended" }
            let number = attempt?.number ?? 1
            let asked = step.modelUse.model.map { ": asks \($0)" } ?? ""
            return (number > 1 ? "attempt \(number) is under way" : "under way") + asked
        case .waiting(.retry(let until)):
            let failure = step.failure.map { "\($0.message); " } ?? ""
            return failure + "attempt \(step.attempts.count + 1) " + due(until, now: now)
        case .waiting(.timer(let until)):
            let left = until.since(now)
            return left > .zero ? "waits \(DurationText.elapsed(left)) more" : "has waited long enough"
        case .waiting(.approval(let request)): return "asks a person: \(request.message)"
        case .waiting(.call(let wait)):
            let failed = step.failedCalls.last.map { "\($0.kind.rawValue): \($0.message); " } ?? ""
            let short = snapshot.routing.exceeded.map { ": \(RoutingWords.shortage($0))" } ?? ""
            return (wait.reason == .retry ? failed : "") + RoutingWords.waiting(wait, now: now)
                + (wait.reason == .budget ? short : "")
        case .succeeded:
            let tries = step.attempts.count
            return (step.summary ?? "ended well") + (tries > 1 ? ", at attempt \(tries)" : "")
        case .failed: return step.failure?.message ?? "failed"
        case .skipped: return step.skipReason.map(skipped) ?? "skipped"
        case .cancelled: return snapshot.isCancelRequested ? "the run was cancelled" : "a person cancelled it"
        case .outcomeUnknown: return "its process died while it was under way: nobody knows whether it took effect"
        }
    }

    /// `in 6.2s`, or `is due` once the time has come.
    static func due(_ until: Timestamp, now: Timestamp) -> String {
        let left = until.since(now)
        return left > .zero ? "in \(DurationText.elapsed(left))" : "is due"
    }

    /// `6.2s`, or `no time` once the time has come.
    static func left(_ until: Timestamp, now: Timestamp) -> String {
        let left = until.since(now)
        return left > .zero ? DurationText.elapsed(left) : "no time"
    }

    static func skipped(_ reason: SkipReason) -> String {
        switch reason {
        case .condition: "skipped: its `when` was false"
        case .needsSkipped: "skipped: every step it needs was skipped"
        case .needFailed(let path): "skipped: \(path), which it needs, did not succeed"
        case .runFailed(let path): "skipped: nothing new starts after the failure of \(path)"
        case .notReached: "skipped: no failed step goes on here"
        case .groupEnded(let path): "skipped: \(path), which it belongs to, had ended"
        case .requested: "skipped: a person wanted to go on without it"
        }
    }

    private static func pending(_ step: StepSnapshot, in snapshot: RunSnapshot) -> String {
        let open = step.planned.needs.map(\.path).filter { !(snapshot.steps[$0]?.state.isFinal ?? false) }
        guard !open.isEmpty else {
            if step.path.isFinally, step.planned.parent == nil { return "waits for the end of all other steps" }
            if step.path.isCompensation { return "waits for its turn to undo \(step.path.compensated.shortName)" }
            guard let parent = step.planned.parent else { return "waits to be looked at" }
            // Items wait for each other where only so many may be under way.
            let isOpen = snapshot.steps[parent]?.state == .running
            if isOpen, step.item != nil { return "waits for its turn among the items" }
            return isOpen ? "waits to be looked at" : "waits for \(parent) to begin"
        }
        return "waits for " + names(open)
    }

    /// `parse, fetch`; many as `parse, fetch … and 12 more`.
    static func names(_ paths: [StepPath]) -> String {
        let shown = paths.prefix(maximumNames).map(\.rawValue).joined(separator: ", ")
        return paths.count > maximumNames ? "\(shown) and \(paths.count - maximumNames) more" : shown
    }
}
