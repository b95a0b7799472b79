import OrderedCollections

// The stored form of what models do. A name here is in people's logs: it is added, never changed.

extension ModelSelected {
    var json: Value {
        var object: OrderedDictionary<String, Value> = [
            "model": Value(candidates.first?.description), "candidates": Value(candidates.map(\.description)),
            "explanation": .string(explanation), "seed": .string(String(seed)),
        ]
        if !removals.isEmpty { object["removals"] = Value(removals) }
        if !measures.isEmpty { object["measures"] = .array(measures.map(\.json)) }
        if let task { object["task"] = .string(task) }
        if let strategy { object["strategy"] = .string(strategy.rawValue) }
        if let source { object["source"] = .string(source) }
        return .object(object)
    }

    init(json: Value) throws(EventDecodingError) {
        let candidates = (json["candidates"].arrayValue ?? []).compactMap { $0.stringValue.flatMap { ModelID($0) } }
        guard !candidates.isEmpty, let seed = json["seed"].stringValue.flatMap({ UInt64($0) }) else {
            throw .missing(field: "candidates")
        }
        self.init(
            candidates: candidates, measures: (json["measures"].arrayValue ?? []).compactMap(CandidateMeasure.init),
            explanation: json["explanation"].stringValue ?? "", seed: seed,
            removals: (json["removals"].arrayValue ?? []).compactMap(\.stringValue), task: json["task"].stringValue,
            strategy: json["strategy"].stringValue.flatMap(ModelStrategy.init), source: json["source"].stringValue)
    }
}

extension CandidateMeasure {
    fileprivate var json: Value {
        [
            "score": .double(score), "quality": .double(quality), "samples": .int(samples),
            "expected_microdollars": Value(expectedCost.map { Int($0.amount) }),
            "expected_latency_us": .int(Int(expectedLatency.wholeMicroseconds)),
        ]
    }

    fileprivate init?(json: Value) {
        guard let score = json["score"].doubleValue, let quality = json["quality"].doubleValue else { return nil }
        self.init(
            score: score, quality: quality, samples: json["samples"].intValue ?? 0,
            expectedCost: json["expected_microdollars"].intValue.map { MicroDollars(Int64($0)) },
            expectedLatency: .microseconds(json["expected_latency_us"].intValue ?? 0))
    }
}

extension ModelRequested {
    var json: Value {
        var object: OrderedDictionary<String, Value> = ["model": .string(model.description)]
        if let tier { object["tier"] = .string(tier.rawValue) }
        object["turn"] = .int(turn)
        object["simulated"] = .bool(isSimulated)
        return .object(object)
    }

    init(json: Value) throws(EventDecodingError) {
        self.init(
            model: try json.model("model"), tier: json["tier"].stringValue.flatMap(ModelTier.init),
            turn: try json.number("turn"), isSimulated: json["simulated"].boolValue ?? false)
    }
}

extension ModelCompleted {
    var json: Value {
        var object: OrderedDictionary<String, Value> = [
            "model": .string(model.description), "turn": .int(turn), "message": message.json,
            "finish": .string(finish.text), "usage": usage.json, "latency_us": .int(Int(latency.wholeMicroseconds)),
            "attempts": .int(attempts), "simulated": .bool(isSimulated),
        ]
        if !structured.isNull { object["structured"] = structured }
        if let cost { object["cost_microdollars"] = .int(Int(cost.amount)) }
        if let firstTokenAfter { object["first_token_us"] = .int(Int(firstTokenAfter.wholeMicroseconds)) }
        if let requestID { object["request_id"] = .string(requestID) }
        if let tier { object["tier"] = .string(tier.rawValue) }
        return .object(object)
    }

    init(json: Value) throws(EventDecodingError) {
        self.init(
            model: try json.model("model"), tier: json["tier"].stringValue.flatMap(ModelTier.init),
            turn: try json.number("turn"), message: try ModelMessage(json: json["message"]),
            structured: json["structured"],
            finish: FinishReason(text: json["finish"].stringValue ?? "stop"), usage: TokenUsage(json: json["usage"]),
            cost: json["cost_microdollars"].intValue.map { MicroDollars(Int64($0)) },
            latency: .microseconds(json["latency_us"].intValue ?? 0),
            firstTokenAfter: json["first_token_us"].intValue.map { .microseconds($0) },
            attempts: json["attempts"].intValue ?? 1, requestID: json["request_id"].stringValue,
            isSimulated: json["simulated"].boolValue ?? false)
    }
}

extension ModelToolCalled {
    var json: Value {
        [
            "id": .string(id), "turn": .int(turn), "tool": .string(tool), "arguments": arguments,
            "effect": .string(effect.rawValue), "key": .string(key),
        ]
    }

    init(json: Value) throws(EventDecodingError) {
        guard let effect = json["effect"].stringValue.flatMap(Effect.init) else { throw .missing(field: "effect") }
        self.init(
            id: try json.text("id"), turn: try json.number("turn"), tool: try json.text("tool"),
            arguments: json["arguments"], effect: effect, key: try json.text("key"))
    }
}

extension ModelToolReturned {
    var json: Value {
        [
            "id": .string(id), "turn": .int(turn), "tool": .string(tool), "content": .string(content),
            "is_error": .bool(isError),
        ]
    }

    init(json: Value) throws(EventDecodingError) {
        self.init(
            id: try json.text("id"), turn: try json.number("turn"), tool: try json.text("tool"),
            content: try json.text("content"), isError: json["is_error"].boolValue ?? false)
    }
}

// MARK: Parts

extension FinishReason {
    /// `stop`, `length`, `tool_calls`, `refused`, `refused:CATEGORY`; any other as the provider spells it.
    package var text: String {
        switch self {
        case .stop: "stop"
        case .length: "length"
        case .toolCalls: "tool_calls"
        case .refused(nil): "refused"
        case .refused(let category?): "refused:\(category)"
        case .other(let name): name
        }
    }

    init(text: String) {
        switch text {
        case "stop": self = .stop
        case "length": self = .length
        case "tool_calls": self = .toolCalls
        case "refused": self = .refused(nil)
        default: self = text.hasPrefix("refused:") ? .refused(String(text.dropFirst(8))) : .other(text)
        }
    }
}

extension TokenUsage {
    /// The counts that are known.
    package var json: Value {
        let counts: [(String, Int?)] = [
            ("uncached_input", uncachedInput), ("cache_read", cacheRead), ("cache_write", cacheWrite),
            ("cache_write_long", cacheWriteLong), ("output", output), ("reasoning", reasoning),
        ]
        return .object(
            OrderedDictionary(uniqueKeysWithValues: counts.compactMap { name, count in count.map { (name, .int($0)) } })
        )
    }

    init(json: Value) {
        self.init(
            uncachedInput: json["uncached_input"].intValue, cacheRead: json["cache_read"].intValue,
            cacheWrite: json["cache_write"].intValue, cacheWriteLong: json["cache_write_long"].intValue,
            output: json["output"].intValue, reasoning: json["reasoning"].intValue)
    }
}

extension ModelMessage {
    var json: Value { ["role": .string(role.rawValue), "parts": .array(parts.map(\.json))] }

    init(json: Value) throws(EventDecodingError) {
        guard let role = json["role"].stringValue.flatMap(Role.init) else { throw .missing(field: "role") }
        var parts: [MessagePart] = []
        for part in json["parts"].arrayValue ?? [] { parts.append(try MessagePart(json: part)) }
        self.init(role, parts)
    }
}

extension MessagePart {
    fileprivate var json: Value {
        switch self {
        case .text(let text): return ["text": .string(text)]
        // Answers hold none; questions are made again from the step's input.
        case .image(let image): return ["image": .string(image.mediaType)]
        case .toolCall(let call):
            var object: OrderedDictionary<String, Value> = ["id": .string(call.id), "tool_call": .string(call.name)]
            switch call.arguments {
            case .object(let value): object["arguments"] = value
            case .malformed(let text): object["malformed"] = .string(text)
            }
            if let signature = call.signature { object["signature"] = .string(signature) }
            if let signedBy = call.signedBy { object["signed_by"] = .string(signedBy.description) }
            return .object(object)
        case .toolResult(let result):
            return [
                "id": .string(result.id), "tool_result": .string(result.name), "content": .string(result.content),
                "is_error": .bool(result.isError),
            ]
        case .carried(let state): return ["carried": state.content, "model": .string(state.model.description)]
        }
    }

    fileprivate init(json: Value) throws(EventDecodingError) {
        if let text = json["text"].stringValue {
            self = .text(text)
        } else if let name = json["tool_call"].stringValue {
            let arguments: ToolCall.Arguments =
                json["malformed"].stringValue.map { .malformed($0) } ?? .object(json["arguments"])
            self = .toolCall(
                ToolCall(
                    id: try json.text("id"), name: name, arguments: arguments,
                    signature: json["signature"].stringValue,
                    signedBy: json["signed_by"].stringValue.flatMap { ModelID($0) }))
        } else if let name = json["tool_result"].stringValue {
            self = .toolResult(
                ToolCallResult(
                    id: try json.text("id"), name: name, content: try json.text("content"),
                    isError: json["is_error"].boolValue ?? false))
        } else if !json["carried"].isNull {
            self = .carried(CarriedState(model: try json.model("model"), content: json["carried"]))
        } else {
            throw .missing(field: "parts")
        }
    }
}

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
}
