import SwitchyardCore
import Tracing

/// What a run's events mean for its spans and metrics: events in, instructions out, and nothing of the outside world.
///
/// All times are the events' own, so that whoever reads the record again, also after the run was taken over, comes to
/// the same spans.
struct RunTrace: Sendable {
    let run: RunID
    private(set) var created: RunCreated?
    private(set) var hasEnded = false

    private var lastSeq = 0
    private var lastTime: Timestamp?
    private var createdAt: Timestamp?
    /// The last sign of life of the process that had the run before.
    private var interruptedAt: Timestamp?
    private var uses: [StepPath: String] = [:]
    private var items = ItemNumbers()
    private var use = RunUse()
    private var open: [StepPath: OpenStep] = [:]
    private var output: [SpanInstruction] = []

    init(run: RunID) {
        self.run = run
    }

    /// The run that gives the trace its number: the outermost one.
    var root: RunID { created?.parent?.ancestors.first ?? created?.parent?.run ?? run }

    private var pipeline: String { created?.pipelineID ?? "" }

    /// Takes the next event. Events taken already change nothing.
    mutating func apply(_ envelope: EventEnvelope) -> [SpanInstruction] {
        guard envelope.run == run, envelope.seq > lastSeq, !hasEnded else { return [] }
        lastSeq = envelope.seq
        follow(envelope)
        // Afterwards: what ends an attempt is told of its step.
        if let rule = GenAIConventions.notes[envelope.event.type] { note(envelope, rule) }
        lastTime = envelope.time
        defer { output = [] }
        return output
    }

    private mutating func follow(_ envelope: EventEnvelope) {
        switch envelope.event {
        case .runCreated(let created): begin(created, at: envelope.time)
        case .runSucceeded: end(.succeeded, at: envelope.time)
        case .runFailed: end(.failed, at: envelope.time)
        case .runCancelled: end(.cancelled, at: envelope.time)
        case .leaseTaken: interruptedAt = lastTime
        case .planCompiled(let plan):
            for step in plan.steps + plan.compensations { uses[step.path] = step.uses }
        case .mapExpanded(let expansion):
            if let step = envelope.step { items.add(expansion, of: step) }
        case .stepStarted(let started): begin(started, envelope)
        case .stepSucceeded(let success): end(envelope, .succeeded, error: nil, isReused: success.source != nil)
        case .stepFailed(let failure, willRetry: true): endAttempt(envelope, error: failure.kind.rawValue)
        case .stepFailed(let failure, willRetry: false): end(envelope, .failed, error: failure.kind.rawValue)
        case .stepSkipped: end(envelope, .skipped, error: nil)
        case .stepCancelled: end(envelope, .cancelled, error: nil)
        case .stepOutcomeUnknown: endAttempt(envelope, error: GenAIConventions.outcomeUnknown, at: interruptedAt)
        case .modelRequested(let requested): begin(requested, envelope)
        case .modelCompleted(let completed): end(completed, envelope)
        case .modelToolCalled(let call): begin(call, envelope)
        case .modelToolReturned(let returned): end(returned, envelope)
        case .routing, .runStarted, .runPaused, .runResumed, .runCancelRequested, .runForked, .runQueued,
            .runDeadlocked,
            .loopIterated, .branchDecided, .compensationPlanned, .stepReady, .stepProgress, .stepDelegated,
            .stepRetryScheduled, .stepTimedOut, .qualityScored, .modelSelected, .stepCancelRequested,
            .stepSkipRequested, .stepResolved, .timerSet, .timerFired, .approvalRequested, .approvalAnswered,
            .approvalExpired, .breakpointSet, .breakpointCleared, .breakpointHit, .unknown:
            break
        }
    }

    // MARK: The run

    private mutating func begin(_ created: RunCreated, at time: Timestamp) {
        self.created = created
        createdAt = time
        let (name, attributes) = GenAIConventions.runSpan(created, run: run)
        output.append(
            .start(.run, SpanStart(parent: nil, name: name, kind: .internal, time: time, attributes: attributes)))
    }

    private mutating func end(_ status: RunStatus, at time: Timestamp) {
        // A group's end ends what is inside of it, without an event for each.
        for path in open.keys.sorted(by: >) { finish(path, at: time) }
        hasEnded = true
        let attributes = GenAIConventions.runEnd(status, pipeline: created?.pipelineID, use: use)
        let error = status == .failed ? GenAIConventions.failed : nil
        output.append(.finish(.run, SpanFinish(time: time, attributes: attributes, error: error)))
        measure(GenAIConventions.runMeasures(status, pipeline: pipeline, took: time.since(createdAt ?? time)))
    }

    private mutating func measure(_ measures: [Measure]) {
        output += measures.map { .measure($0) }
    }

    // MARK: Steps

    private mutating func begin(_ started: StepStarted, _ envelope: EventEnvelope) {
        guard let path = envelope.step else { return }
        if open[path] == nil {
            let (name, attributes) = GenAIConventions.stepSpan(
                path, path: items.path(of: path), uses: uses[path.planned], effect: started.effect)
            let around = openStep(around: path).map { SpanKey.step($0) } ?? .run
            output.append(
                .start(
                    .step(path),
                    SpanStart(
                        parent: around, name: name, kind: .internal, time: envelope.time, attributes: attributes)))
            open[path] = OpenStep(path: path, startedAt: envelope.time)
        }
        // What only holds other steps has no attempts.
        guard let number = envelope.attempt else { return }
        // Nobody saw the end of one that is still open.
        endAttempt(envelope, error: GenAIConventions.interrupted, at: interruptedAt)
        change(path) { $0.begin(attempt: number, seq: envelope.seq, at: envelope.time) }
    }

    /// The innermost step under way that `path` is inside of.
    private func openStep(around path: StepPath) -> StepPath? {
        var next = path.container
        while let path = next, open[path] == nil { next = path.container }
        return next
    }

    /// Ends the attempt under way, which others follow.
    private mutating func endAttempt(_ envelope: EventEnvelope, error: String, at time: Timestamp? = nil) {
        guard let path = envelope.step else { return }
        change(path) {
            $0.endAttempt(at: time ?? envelope.time, isLast: false, error: error, leftovers: error)
        }
    }

    private mutating func end(
        _ envelope: EventEnvelope, _ state: StepState, error: String?, isReused: Bool = false
    ) {
        guard let path = envelope.step else { return }
        let took = open[path].map { envelope.time.since($0.startedAt) }
        var attributes: GenAIConventions.Attributes = [GenAIConventions.stepStatus: .string(state.name)]
        if isReused { attributes[GenAIConventions.reused] = true }
        let leftovers = state == .cancelled ? GenAIConventions.cancelled : GenAIConventions.interrupted
        finish(path, at: envelope.time, attributes: attributes, error: error, leftovers: leftovers)
        measure(
            GenAIConventions.stepMeasures(
                state, pipeline: pipeline, uses: uses[path.planned], isReused: isReused, took: took))
    }

    private mutating func finish(
        _ path: StepPath, at time: Timestamp, attributes: GenAIConventions.Attributes = [:], error: String? = nil,
        leftovers: String = GenAIConventions.interrupted
    ) {
        guard open[path] != nil else { return }
        change(path) { $0.endAttempt(at: time, isLast: true, error: error, leftovers: leftovers) }
        open[path] = nil
        output.append(.finish(.step(path), SpanFinish(time: time, attributes: attributes, error: error)))
    }

    /// Changes an open step and takes what it has to tell.
    private mutating func change(_ path: StepPath, _ body: (inout OpenStep) -> Void) {
        guard var step = open[path] else { return }
        body(&step)
        output += step.take()
        open[path] = step
    }

    // MARK: Models

    private mutating func begin(_ requested: ModelRequested, _ envelope: EventEnvelope) {
        guard let path = envelope.step else { return }
        change(path) { $0.change { $0.begin(requested, seq: envelope.seq, at: envelope.time) } }
    }

    private mutating func end(_ completed: ModelCompleted, _ envelope: EventEnvelope) {
        guard let path = envelope.step else { return }
        use.add(completed)
        let asked = open[path]?.attempt?.asked
        change(path) { $0.change { $0.end(completed, at: envelope.time) } }
        measure(
            GenAIConventions.measures(
                of: completed, asked: asked?.model ?? completed.model,
                took: asked.map { max(.zero, envelope.time.since($0.since)) } ?? completed.latency))
    }

    private mutating func begin(_ call: ModelToolCalled, _ envelope: EventEnvelope) {
        guard let path = envelope.step else { return }
        change(path) { $0.change { $0.begin(call, seq: envelope.seq, at: envelope.time) } }
    }

    private mutating func end(_ returned: ModelToolReturned, _ envelope: EventEnvelope) {
        guard let path = envelope.step else { return }
        change(path) { $0.change { $0.end(returned, at: envelope.time) } }
    }

    // MARK: Notes

    private mutating func note(_ envelope: EventEnvelope, _ rule: NoteRule) {
        let attributes = rule.attributes(of: envelope.event.data)
        let note = SpanNote(
            name: "switchyard.\(envelope.event.type)", time: envelope.time, attributes: attributes)
        if let path = envelope.step, open[path] != nil {
            change(path) { $0.note(note, endsCall: rule.endsCall) }
        } else if created != nil {
            output.append(.note(.run, note))
        }
        if let counter = rule.counter { measure([.count(counter, dimensions(of: attributes))]) }
    }

    private func dimensions(of attributes: GenAIConventions.Attributes) -> [String: String] {
        var dimensions: [String: String] = [:]
        for name in GenAIConventions.noteDimensions {
            if case .string(let text)? = attributes[name] { dimensions[name] = text }
        }
        return dimensions
    }
}

extension StepPath {
    /// What the step is inside of: of an item its `foreach` step, else the group, whichever its iteration.
    fileprivate var container: StepPath? {
        if rawValue.hasSuffix("]"), let open = rawValue.lastIndex(of: "[") {
            return StepPath(String(rawValue[..<open]))
        }
        return parent.map { $0.splitIteration?.group ?? $0 }
    }
}
