import OrderedCollections

/// Why a step's model was chosen, and what became of the choice: what `why` shows.
package struct StepChoice: Hashable, Sendable {
    package var step: StepPath
    /// Every choice that was made for it, in order: more than one where a new answer was asked for.
    package private(set) var selections: [ModelSelected] = []
    /// What the words of `<AUTO>` were taken to ask for.
    package private(set) var resolution: AutoResolution?
    /// What happened to it, in order. Breakers of its models that changed meanwhile are among it.
    package private(set) var events: [EventEnvelope] = []
    /// Its calls.
    package private(set) var calls: [CallRecord] = []
    /// Where its result was taken from, if it was.
    package private(set) var source: ResultSource?

    package var selected: ModelSelected? { selections.last }

    /// The model whose answer was used, or else the last that answered.
    package var answeredBy: ModelID? {
        (calls.last { $0.verdict == .used } ?? calls.last(where: \.isAnswered))?.model
    }

    /// - Parameter events: all of the run's.
    package init(_ step: StepPath, in events: [EventEnvelope]) {
        self.step = step
        guard let run = events.first?.run else { return }
        var providers: Set<String> = []
        var isUnderWay = false
        var fold = TelemetryFold(run: run, premium: nil)
        var calls: OrderedDictionary<Int, CallRecord> = [:]
        for event in events {
            for call in fold.apply(event).calls where call.step == step { calls[call.key.seq] = call }
            if event.step != step {
                guard isUnderWay, let provider = event.event.breakerProvider, providers.contains(provider) else {
                    continue
                }
                self.events.append(event)
                continue
            }
            if case .modelSelected(let selected) = event.event {
                selections.append(selected)
                providers.formUnion(selected.candidates.map(\.provider))
            } else if case .stepSucceeded(let success) = event.event {
                source = success.source
            } else if case .routing(.autoResolved(let resolution)) = event.event {
                self.resolution = resolution
            }
            if case .stepStarted = event.event { isUnderWay = true }
            if event.event.endsAttempt { isUnderWay = false }
            self.events.append(event)
        }
        self.calls = Array(calls.values)
    }
}

extension RunEvent {
    /// The provider of the breaker that it changes.
    fileprivate var breakerProvider: String? {
        guard case .routing(let event) = self else { return nil }
        if case .breakerChanged(let change) = event { return change.breaker.provider }
        if case .breakerForced(let breaker, _) = event { return breaker.provider }
        return nil
    }

    fileprivate var endsAttempt: Bool {
        if case .stepSucceeded = self { return true }
        if case .stepFailed = self { return true }
        if case .stepCancelled = self { return true }
        return false
    }
}
