import SwitchyardCore

/// `seconds` after the moment at which every transcript begins.
func at(_ seconds: Double) -> Timestamp {
    Timestamp(microseconds: 1_800_000_000_000_000 + Int64((seconds * 1e6).rounded()))
}

/// A time as transcripts write it: seconds after their beginning.
func text(_ time: Timestamp) -> String {
    let tenths = (time.since(at(0)).inSeconds * 10).rounded() / 10
    return tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)"
}

func text(_ event: BreakerEvent) -> String {
    let change =
        switch event.change {
        case .opened(let until): "opened" + (until.map { " until \(text($0))" } ?? "")
        case .halfOpened: "half-opened"
        case .closed: "closed"
        case .degraded: "degraded"
        case .parked(let until): "parked until \(text(until))"
        }
    let reason =
        switch event.reason {
        case nil: ""
        case .share(let bad, let calls): ": \(bad) of \(calls)"
        case .consecutive(let count): ": \(count) in a row"
        case .probeFailed(let kind): ": probe \(kind.rawValue)"
        case .refusedKey(let kind): ": \(kind.rawValue)"
        case .elapsed: ": elapsed"
        case .recovered(let count): ": \(count) succeeded"
        case .lastCandidate: ": last candidate"
        case .person: ": person"
        }
    return "\(text(event.time)) \(event.breaker) \(change)\(reason)"
}

func model(_ name: String) -> ModelID { ModelID(name) ?? ModelID(provider: "none", name: name) }

func text(_ event: CallMachine.Event) -> String {
    switch event {
    case .breaker(let event): "  \(text(event))"
    case .retry(let model, let kind, let time):
        "  retry \(model.name) after \(kind.rawValue) at \(text(time))"
    case .fallback(let from, let to, let kind):
        "  fall back from \(from.name) to \(to.name)" + (kind.map { " after \($0.rawValue)" } ?? "")
    }
}

func text(_ instruction: CallMachine.Instruction) -> String {
    switch instruction {
    case .call(let candidate, let attempt): "call \(candidate.model.name) \(attempt)"
    case .wait(_, let until): "wait until \(text(until))"
    case .finish: "finish"
    case .giveUp(let failure): "give up, \(failure.cause): \(failure.message)"
    case .stop: "stop"
    }
}
