import OrderedCollections

// The stored form of telemetry. A name here is in people's files: it is added, never changed.

extension CallRecord.Outcome {
    /// `answered`, or the class of the error.
    package var name: String {
        switch self {
        case .answered: "answered"
        case .failed(let kind): kind.rawValue
        }
    }

    package init?(name: String) {
        if name == "answered" {
            self = .answered
        } else if let kind = ModelError.Kind(rawValue: name) {
            self = .failed(kind)
        } else {
            return nil
        }
    }
}

extension CallRecord {
    package var json: Value {
        var object: OrderedDictionary<String, Value> = [
            "run": .string(key.run.rawValue), "seq": .int(key.seq), "pipeline": .string(pipeline),
            "step": .string(step.rawValue), "time": .string(time.iso8601), "model": .string(model.description),
            "outcome": .string(outcome.name), "turn": .int(turn), "attempt": .int(attempt), "usage": usage.json,
            "cost_microdollars": Value(cost), "premium_microdollars": Value(premiumCost),
            "latency_us": .int(Int(latency.wholeMicroseconds)), "simulated": .bool(isSimulated),
        ]
        let texts = [
            ("task", task), ("strategy", strategy?.rawValue), ("source", source), ("tier", tier?.rawValue),
            ("verdict", verdict?.rawValue),
        ]
        for (name, text) in texts { if let text { object[name] = .string(text) } }
        if isEstimate { object["estimate"] = true }
        if isRepaired { object["repaired"] = true }
        if let firstTokenAfter { object["first_token_us"] = .int(Int(firstTokenAfter.wholeMicroseconds)) }
        if let quality { object["quality"] = .double(quality) }
        if let rating { object["good"] = .bool(rating) }
        return .object(object)
    }

    /// The record that ``json`` wrote; nil for anything else.
    package init?(json: Value) {
        guard let run = json["run"].stringValue, let seq = json["seq"].intValue, seq >= 1,
            let pipeline = json["pipeline"].stringValue, let step = json["step"].stringValue,
            let time = json["time"].stringValue.flatMap(Timestamp.init(iso8601:)),
            let model = json["model"].stringValue.flatMap({ ModelID($0) }),
            let outcome = json["outcome"].stringValue.flatMap(Outcome.init(name:))
        else { return nil }
        self.init(
            key: Key(RunID(run), seq), pipeline: pipeline, step: StepPath(step), time: time, model: model,
            tier: json["tier"].stringValue.flatMap(ModelTier.init), outcome: outcome,
            turn: json["turn"].intValue ?? 1, attempt: json["attempt"].intValue ?? 1,
            usage: TokenUsage(json: json["usage"]), cost: MicroDollars(json["cost_microdollars"]),
            latency: .microseconds(json["latency_us"].intValue ?? 0),
            isSimulated: json["simulated"].boolValue ?? false)
        task = json["task"].stringValue
        strategy = json["strategy"].stringValue.flatMap(ModelStrategy.init)
        source = json["source"].stringValue
        isEstimate = json["estimate"].boolValue ?? false
        premiumCost = MicroDollars(json["premium_microdollars"])
        firstTokenAfter = json["first_token_us"].intValue.map { .microseconds($0) }
        isRepaired = json["repaired"].boolValue ?? false
        verdict = json["verdict"].stringValue.flatMap(Verdict.init)
        quality = json["quality"].doubleValue
        rating = json["good"].boolValue
    }
}

extension RunRecord {
    package var json: Value {
        [
            "run": .string(run.rawValue), "pipeline": .string(pipeline), "status": .string(status.rawValue),
            "time": .string(time.iso8601), "duration_us": Value(duration.map { Int($0.wholeMicroseconds) }),
            "cost_microdollars": .int(Int(cost.amount)), "unpriced_calls": .int(unpricedCalls),
            "premium_microdollars": Value(premiumCost), "input_tokens": .int(inputTokens),
            "output_tokens": .int(outputTokens), "calls": .int(calls), "failed_calls": .int(failedCalls),
            "fallbacks": .int(fallbacks), "taken_results": .int(takenResults), "simulated": .bool(isSimulated),
        ]
    }

    /// The record that ``json`` wrote; nil for anything else.
    package init?(json: Value) {
        guard let run = json["run"].stringValue, let pipeline = json["pipeline"].stringValue,
            let status = json["status"].stringValue.flatMap(RunStatus.init),
            let time = json["time"].stringValue.flatMap(Timestamp.init(iso8601:))
        else { return nil }
        self.init(run: RunID(run), pipeline: pipeline, time: time)
        self.status = status
        duration = json["duration_us"].intValue.map { .microseconds($0) }
        cost = MicroDollars(json["cost_microdollars"]) ?? .zero
        unpricedCalls = json["unpriced_calls"].intValue ?? 0
        premiumCost = MicroDollars(json["premium_microdollars"])
        inputTokens = json["input_tokens"].intValue ?? 0
        outputTokens = json["output_tokens"].intValue ?? 0
        calls = json["calls"].intValue ?? 0
        failedCalls = json["failed_calls"].intValue ?? 0
        fallbacks = json["fallbacks"].intValue ?? 0
        takenResults = json["taken_results"].intValue ?? 0
        isSimulated = json["simulated"].boolValue ?? false
    }
}

extension MicroDollars {
    fileprivate init?(_ value: Value) {
        guard let amount = value.intValue else { return nil }
        self.init(Int64(amount))
    }
}

extension Value {
    /// The amount in micro-dollars; `null` for one that is not known.
    package init(_ cost: MicroDollars?) { self = cost.map { .int(Int($0.amount)) } ?? .null }
}
