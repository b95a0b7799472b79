import OrderedCollections
import SwitchyardCore
import SwitchyardEngine

/// A fault planted between the machine, its log and the world, to show that the promise it breaks is watched.
package enum Sabotage: String, Sendable, CaseIterable {
    /// An event does not reach the log.
    case lostRecord
    /// What is to be done is done before it is recorded.
    case effectsFirst
    /// No event waits for the disk.
    case weakBarrier
    /// The ends of steps do not wait for the disk.
    case weakResult
    /// A failure is taken for a success.
    case phantomResult
    /// A success is recorded twice.
    case doubledResult
    /// Who takes over does not know of a success.
    case forgottenResult
    /// Who takes over believes that everything is pure.
    case forgottenEffect
    /// Who takes over does not know that the run was paused.
    case forgottenPause
    /// Who takes over undoes things in the wrong order.
    case shuffledCompensation
    /// Who takes over does not know which processes there were.
    case staleSnapshot
    /// Who takes over does not know which runs the steps were.
    case forgottenRun
    /// Every attempt has a key of its own.
    case changedKey
    /// Attempts are started twice.
    case doubledStart
    /// Some attempts are not started.
    case lostStart
    /// Timers are not forgotten.
    case keptTimer
    /// Timers run out too early.
    case earlyTimer
    /// An attempt reports after its end.
    case lateReport
    /// Commands are refused and carried out.
    case chattyRefusal
    /// Tools give something else to every process.
    case forgetfulTool
    /// There is a slot more than there should be.
    case extraSlot
    /// Steps are tried once more than they should be.
    case extraAttempt
    /// Serial steps run beside others.
    case ignoredSerial
    /// Written needs are not waited for.
    case ignoredNeeds
    /// Failures stop nothing.
    case ignoredFailure
    /// Failures that skip dependents do not fail the run.
    case excusedFailure
    /// Every item may run at once.
    case ignoredWindow
    /// Nothing is undone.
    case forgottenUndo

    /// The promise that it breaks.
    package var target: Invariant {
        switch self {
        case .lostRecord: .sequence
        case .effectsFirst, .weakBarrier: .recordBeforeEffect
        case .weakResult: .resultBeforeDependents
        case .phantomResult: .realResult
        case .doubledResult: .oneResult
        case .forgottenEffect: .unsafeNeverRepeated
        case .forgottenPause: .pauseHolds
        case .shuffledCompensation, .forgottenUndo: .compensation
        case .staleSnapshot: .fold
        case .changedKey: .stableKey
        case .doubledStart: .attemptFiredOnce
        case .lostStart: .runEnds
        case .keptTimer, .forgottenRun: .nothingLeft
        case .earlyTimer: .waits
        case .forgottenResult, .lateReport: .silenceAfterEnd
        case .chattyRefusal: .refusals
        case .forgetfulTool: .sameOutcome
        case .extraSlot: .slots
        case .extraAttempt: .retryPolicy
        case .ignoredSerial: .serialAlone
        case .ignoredNeeds: .needsEnded
        case .ignoredFailure: .nothingAfterStop
        case .excusedFailure: .status
        case .ignoredWindow: .window
        }
    }
}

// The pipeline that the machine is given in place of the one that was written.

extension Sabotage {
    func applied(to pipeline: Pipeline) -> (Pipeline, slots: Int) {
        var pipeline = pipeline
        pipeline.steps = pipeline.steps.map(applied)
        pipeline.finally = pipeline.finally.map(applied)
        return (pipeline, pipeline.maxConcurrentSteps + (self == .extraSlot ? 1 : 0))
    }

    private func applied(to step: Step) -> Step {
        var step = step
        if case .group(let body) = step.kind { step.kind = .group(body.map(applied)) }
        if self == .extraAttempt, step.retry.maxAttempts > 1 { step.retry.maxAttempts += 1 }
        if self == .ignoredSerial { step.executionMode = .concurrent }
        if self == .ignoredNeeds { step.needs = [] }
        if self == .ignoredFailure, step.onFailure == .fail { step.onFailure = .continue }
        if self == .excusedFailure, step.onFailure == .skipDependents { step.onFailure = .continue }
        if self == .ignoredWindow { step.foreach?.maxParallel = nil }
        if self == .forgottenUndo { step.compensate = [] }
        return step
    }
}

// The record that a process is given which takes a run over.

extension Sabotage {
    /// The fold of `log` as the saboteur shows it; nil where it leaves it alone.
    func tampered(_ log: SimulatedLog, run: RunID) -> RunSnapshot? {
        var events = log.events
        if self == .forgottenResult {
            // The last event, so that nothing recorded contradicts what is shown.
            guard let last = events.indices.last, events[last].isSuccessOfTool else { return nil }
            events[last].event = .unknown(type: "tampered", data: .null)
        } else if self == .forgottenEffect {
            events = log.events.map(\.withoutEffect)
        } else if self == .forgottenPause {
            events = log.events.filter { $0.event != .runPaused }
        } else if self == .shuffledCompensation {
            events = log.events.map(\.withReversedCompensation)
        } else if self == .staleSnapshot {
            events = log.events.filter { if case .stepProgress = $0.event { false } else { true } }
        } else if self == .forgottenRun {
            events = log.events.filter { if case .stepDelegated = $0.event { false } else { true } }
        } else {
            return nil
        }
        return RunSnapshot(run: run, folding: events)
    }
}

extension EventEnvelope {
    fileprivate var isSuccessOfTool: Bool {
        guard case .stepSucceeded = event else { return false }
        return attempt != nil
    }

    fileprivate var withoutEffect: EventEnvelope {
        guard case .stepStarted(var started) = event else { return self }
        started.effect = .pure
        var envelope = self
        envelope.event = .stepStarted(started)
        return envelope
    }

    fileprivate var withReversedCompensation: EventEnvelope {
        guard case .compensationPlanned(let paths) = event else { return self }
        var envelope = self
        envelope.event = .compensationPlanned(paths.reversed())
        return envelope
    }
}
