import OrderedCollections

// The stored form of what the layers between a step and its models do. A name here is in people's logs: it is added,
// never changed.

extension RoutingEvent {
    /// The event's stored name.
    var type: String {
        switch self {
        case .autoResolved: "model.auto_resolved"
        case .attemptFailed: "model.attempt_failed"
        case .waitStarted: "model.wait_started"
        case .waitEnded: "model.wait_ended"
        case .fellBack: "model.fallback"
        case .callFailed: "model.failed"
        case .rated: "model.rated"
        case .breakerChanged(let event):
            switch event.change {
            case .opened: "breaker.opened"
            case .halfOpened: "breaker.half_opened"
            case .closed: "breaker.closed"
            case .degraded: "breaker.degraded"
            case .parked: "breaker.parked"
            }
        case .breakerForced: "breaker.forced"
        case .budgetSet: "budget.set"
        case .budgetReserved: "budget.reserved"
        case .budgetSettled: "budget.settled"
        case .budgetReached: "budget.reached"
        case .budgetExceeded: "budget.exceeded"
        }
    }

    /// Whether a reader that does not know the type may skip it: true of what changes no state that a run goes on from.
    var isIgnorable: Bool {
        switch self {
        case .autoResolved, .attemptFailed, .fellBack, .callFailed, .rated, .breakerChanged, .breakerForced,
            .budgetReached, .budgetExceeded:
            true
        case .waitStarted, .waitEnded, .budgetSet, .budgetReserved, .budgetSettled: false
        }
    }

    var json: Value {
        switch self {
        case .autoResolved(let resolution):
            return [
                "text": .string(resolution.text), "understood": Value(resolution.understood),
                "reader": Value(resolution.reader?.description),
            ]
        case .attemptFailed(let attempt): return attempt.json
        case .waitStarted(let wait):
            return [
                "reason": .string(wait.reason.rawValue), "model": Value(wait.model?.description),
                "until": Value(wait.until?.iso8601),
            ]
        case .waitEnded: return [:]
        case .fellBack(let from, let to, let after):
            return [
                "from": .string(from.description), "to": .string(to.description), "after": Value(after?.rawValue),
            ]
        case .callFailed(let call): return call.json
        case .rated(let isUp): return ["up": .bool(isUp)]
        case .breakerChanged(let event): return event.json
        case .breakerForced(let breaker, let force):
            return ["breaker": breaker.json, "force": .string(force.rawValue)]
        case .budgetSet(let budget): return budget.json
        case .budgetReserved(let cost, let tokens):
            return ["microdollars": Value(cost.map { Int($0.amount) }), "tokens": Value(tokens)]
        case .budgetSettled(let cost, let tokens, let isEstimate):
            return [
                "microdollars": Value(cost.map { Int($0.amount) }), "tokens": Value(tokens),
                "estimate": .bool(isEstimate),
            ]
        case .budgetReached(let scope, let unit, let percent):
            return ["scope": scope.json, "unit": .string(unit.rawValue), "percent": .int(percent)]
        case .budgetExceeded(let exceeded): return exceeded.json
        }
    }

    /// Nil for a type that is none of these.
    init?(type: String, json: Value) throws(EventDecodingError) {
        switch type {
        case "model.auto_resolved":
            self = .autoResolved(
                AutoResolution(
                    text: try json.text("text"),
                    understood: (json["understood"].arrayValue ?? []).compactMap(\.stringValue),
                    reader: json["reader"].stringValue.flatMap { ModelID($0) }))
        case "model.attempt_failed": self = .attemptFailed(try FailedModelAttempt(json: json))
        case "model.wait_started":
            self = .waitStarted(
                ModelWait(
                    try json.choice("reason"), model: json["model"].stringValue.flatMap { ModelID($0) },
                    until: json["until"].stringValue.flatMap(Timestamp.init(iso8601:))))
        case "model.wait_ended": self = .waitEnded
        case "model.fallback":
            self = .fellBack(
                from: try json.model("from"), to: try json.model("to"),
                after: json["after"].stringValue.flatMap(ModelError.Kind.init))
        case "model.failed": self = .callFailed(try FailedModelCall(json: json))
        case "model.rated": self = .rated(isUp: json["up"].boolValue ?? false)
        case "breaker.opened", "breaker.half_opened", "breaker.closed", "breaker.degraded", "breaker.parked":
            self = .breakerChanged(try BreakerEvent(type: type, json: json))
        case "breaker.forced":
            self = .breakerForced(try BreakerID(json: json["breaker"]), try json.choice("force"))
        case "budget.set": self = .budgetSet(try Budget(json: json))
        case "budget.reserved":
            self = .budgetReserved(cost: json.cost("microdollars"), tokens: json["tokens"].intValue)
        case "budget.settled":
            self = .budgetSettled(
                cost: json.cost("microdollars"), tokens: json["tokens"].intValue,
                isEstimate: json["estimate"].boolValue ?? false)
        case "budget.reached":
            self = .budgetReached(
                try BudgetScope(json: json["scope"]), try json.choice("unit"),
                percent: try json.number("percent"))
        case "budget.exceeded": self = .budgetExceeded(try BudgetExceeded(json: json))
        default: return nil
        }
    }
}

// MARK: Calls

extension FailedModelAttempt {
    fileprivate var json: Value {
        var object: OrderedDictionary<String, Value> = [
            "model": .string(model.description), "class": .string(kind.rawValue), "message": .string(message),
            "took_us": .int(Int(took.wholeMicroseconds)), "waited_us": .int(Int(waited.wholeMicroseconds)),
            "simulated": .bool(isSimulated),
        ]
        if let tier { object["tier"] = .string(tier.rawValue) }
        if let retryAfter { object["retry_after_us"] = .int(Int(retryAfter.wholeMicroseconds)) }
        return .object(object)
    }

    fileprivate init(json: Value) throws(EventDecodingError) {
        self.init(
            model: try json.model("model"), tier: json["tier"].stringValue.flatMap(ModelTier.init),
            kind: try json.choice("class"), message: json["message"].stringValue ?? "",
            took: .microseconds(json["took_us"].intValue ?? 0), waited: .microseconds(json["waited_us"].intValue ?? 0),
            retryAfter: json["retry_after_us"].intValue.map { .microseconds($0) },
            isSimulated: json["simulated"].boolValue ?? false)
    }
}

extension FailedModelCall {
    fileprivate var json: Value {
        [
            "model": .string(model.description), "turn": .int(turn), "class": .string(kind.rawValue),
            "message": .string(message), "attempts": .int(attempts), "latency_us": .int(Int(latency.wholeMicroseconds)),
            "simulated": .bool(isSimulated),
        ]
    }

    fileprivate init(json: Value) throws(EventDecodingError) {
        self.init(
            model: try json.model("model"), turn: try json.number("turn"),
            kind: try json.choice("class"), message: json["message"].stringValue ?? "",
            attempts: json["attempts"].intValue ?? 1, latency: .microseconds(json["latency_us"].intValue ?? 0),
            isSimulated: json["simulated"].boolValue ?? false)
    }
}

// MARK: Breakers

extension BreakerID {
    fileprivate var json: Value { ["provider": .string(provider), "tier": Value(tier?.rawValue)] }

    fileprivate init(json: Value) throws(EventDecodingError) {
        self.init(try json.text("provider"), json["tier"].stringValue.flatMap(ModelTier.init))
    }
}

extension BreakerEvent {
    fileprivate var json: Value {
        var object: OrderedDictionary<String, Value> = ["breaker": breaker.json, "time": .string(time.iso8601)]
        switch change {
        case .opened(let until): object["until"] = Value(until?.iso8601)
        case .parked(let until): object["until"] = .string(until.iso8601)
        case .halfOpened, .closed, .degraded: break
        }
        if let reason { object["reason"] = reason.json }
        return .object(object)
    }

    fileprivate init(type: String, json: Value) throws(EventDecodingError) {
        let until = json["until"].stringValue.flatMap(Timestamp.init(iso8601:))
        let change: Change
        switch type {
        case "breaker.opened": change = .opened(until: until)
        case "breaker.half_opened": change = .halfOpened
        case "breaker.closed": change = .closed
        case "breaker.degraded": change = .degraded
        default:
            guard let until else { throw .missing(field: "until") }
            change = .parked(until: until)
        }
        guard let time = json["time"].stringValue.flatMap(Timestamp.init(iso8601:)) else {
            throw .missing(field: "time")
        }
        self.init(
            try BreakerID(json: json["breaker"]), change,
            reason: json["reason"].isNull ? nil : try BreakerReason(json: json["reason"]), time: time)
    }
}

extension BreakerReason {
    fileprivate var json: Value {
        switch self {
        case .share(let bad, let count): ["why": "share", "bad": .int(bad), "of": .int(count)]
        case .consecutive(let count): ["why": "consecutive", "count": .int(count)]
        case .probeFailed(let kind): ["why": "probe_failed", "class": .string(kind.rawValue)]
        case .refusedKey(let kind): ["why": "refused_key", "class": .string(kind.rawValue)]
        case .elapsed: ["why": "elapsed"]
        case .recovered(let count): ["why": "recovered", "count": .int(count)]
        case .lastCandidate: ["why": "last_candidate"]
        case .person: ["why": "person"]
        }
    }

    fileprivate init(json: Value) throws(EventDecodingError) {
        switch try json.text("why") {
        case "share": self = .share(bad: try json.number("bad"), of: try json.number("of"))
        case "consecutive": self = .consecutive(try json.number("count"))
        case "probe_failed": self = .probeFailed(try json.choice("class"))
        case "refused_key": self = .refusedKey(try json.choice("class"))
        case "elapsed": self = .elapsed
        case "recovered": self = .recovered(try json.number("count"))
        case "last_candidate": self = .lastCandidate
        case "person": self = .person
        default: throw .missing(field: "why")
        }
    }
}

// MARK: Budgets

extension Budget {
    fileprivate var json: Value {
        [
            "microdollars": Value(microdollars.map { Int($0) }), "tokens": Value(tokens),
            "on_exceed": .string(onExceed.rawValue),
        ]
    }

    fileprivate init(json: Value) throws(EventDecodingError) {
        self.init(
            microdollars: json["microdollars"].intValue.map { Int64($0) }, tokens: json["tokens"].intValue,
            onExceed: try json.choice("on_exceed"))
    }
}

extension BudgetScope {
    fileprivate var json: Value {
        switch self {
        case .run(let run): ["run": .string(run.rawValue)]
        case .step(let run, let step): ["run": .string(run.rawValue), "step": .string(step.rawValue)]
        case .day(let day): ["day": .int(day)]
        case .provider(let provider): ["provider": .string(provider)]
        }
    }

    fileprivate init(json: Value) throws(EventDecodingError) {
        if let run = json["run"].stringValue {
            self = json["step"].stringValue.map { .step(RunID(run), StepPath($0)) } ?? .run(RunID(run))
        } else if let day = json["day"].intValue {
            self = .day(day)
        } else {
            self = .provider(try json.text("provider"))
        }
    }
}

extension BudgetExceeded {
    fileprivate var json: Value {
        [
            "scope": scope.json, "unit": .string(unit.rawValue), "limit": .int(Int(limit)), "spent": .int(Int(spent)),
            "reserved": .int(Int(reserved)), "asked": Value(asked.map { Int($0) }), "action": .string(action.rawValue),
        ]
    }

    fileprivate init(json: Value) throws(EventDecodingError) {
        self.init(
            scope: try BudgetScope(json: json["scope"]), unit: try json.choice("unit"),
            limit: Int64(try json.number("limit")), spent: Int64(try json.number("spent")),
            reserved: Int64(json["reserved"].intValue ?? 0), asked: json["asked"].intValue.map { Int64($0) },
            action: try json.choice("action"))
    }
}

// MARK: Fields

extension Value {
    fileprivate func text(_ field: String) throws(EventDecodingError) -> String {
        guard let text = self[field].stringValue else { throw .missing(field: field) }
        return text
    }

    fileprivate func number(_ field: String) throws(EventDecodingError) -> Int {
        guard let number = self[field].intValue else { throw .missing(field: field) }
        return number
    }

    fileprivate func model(_ field: String) throws(EventDecodingError) -> ModelID {
        guard let model = self[field].stringValue.flatMap({ ModelID($0) }) else { throw .missing(field: field) }
        return model
    }

    fileprivate func choice<Choice: RawRepresentable<String>>(
        _ field: String
    ) throws(EventDecodingError) -> Choice {
        guard let choice = self[field].stringValue.flatMap(Choice.init(rawValue:)) else {
            throw .missing(field: field)
        }
        return choice
    }

    fileprivate func cost(_ field: String) -> MicroDollars? {
        self[field].intValue.map { MicroDollars(Int64($0)) }
    }
}
