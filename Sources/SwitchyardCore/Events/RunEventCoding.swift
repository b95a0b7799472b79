package import OrderedCollections

// The stored form of every event. A name here is in people's logs: it is added, never changed.

extension RunEvent {
    /// The event's stored name.
    package var type: String {
        switch self {
        case .runCreated: "run.created"
        case .runStarted: "run.started"
        case .runPaused: "run.paused"
        case .runResumed: "run.resumed"
        case .runCancelRequested: "run.cancel_requested"
        case .runSucceeded: "run.succeeded"
        case .runFailed: "run.failed"
        case .runCancelled: "run.cancelled"
        case .planCompiled: "plan.compiled"
        case .stepReady: "step.ready"
        case .stepStarted: "step.started"
        case .stepProgress: "step.progress"
        case .stepSucceeded: "step.succeeded"
        case .stepFailed: "step.failed"
        case .stepRetryScheduled: "step.retry_scheduled"
        case .stepTimedOut: "step.timed_out"
        case .stepSkipped: "step.skipped"
        case .stepCancelRequested: "step.cancel_requested"
        case .stepCancelled: "step.cancelled"
        case .unknown(let type, _): type
        }
    }

    /// Whether a reader that does not know the type may skip it: true of what changes no state.
    package var isIgnorable: Bool {
        switch self {
        case .stepProgress, .stepTimedOut, .stepCancelRequested, .unknown: true
        case .runCreated, .runStarted, .runPaused, .runResumed, .runCancelRequested, .runSucceeded, .runFailed,
            .runCancelled, .planCompiled, .stepReady, .stepStarted, .stepSucceeded, .stepFailed, .stepRetryScheduled,
            .stepSkipped, .stepCancelled:
            false
        }
    }

    /// The event's own facts, as an object.
    package var data: Value {
        switch self {
        case .runStarted, .runPaused, .runResumed, .runCancelRequested, .runCancelled, .stepReady,
            .stepCancelRequested, .stepCancelled:
            return [:]
        case .runCreated(let created): return created.json
        case .runSucceeded(let outputs): return ["outputs": outputs]
        case .runFailed(let failure):
            return ["message": .string(failure.message), "steps": Value(failure.steps.map(\.rawValue))]
        case .planCompiled(let plan): return plan.json
        case .stepStarted(let started):
            return [
                "key": .string(started.key), "effect": .string(started.effect.rawValue),
                "input_hash": .string(started.inputHash), "input": started.input,
            ]
        case .stepProgress(let progress):
            return [
                "process_group": .int(Int(progress.processGroup)),
                "process_start_time": .int(Int(clamping: progress.processStartTime)),
            ]
        case .stepSucceeded(let success):
            var object: OrderedDictionary<String, Value> = [
                "output": success.output, "output_hash": .string(success.outputHash),
            ]
            if let bytes = success.bytesBeforeCut { object["bytes_before_cut"] = .int(bytes) }
            if let summary = success.summary { object["summary"] = .string(summary) }
            return .object(object)
        case .stepFailed(let failure, let willRetry):
            var json = failure.json
            json["will_retry"] = .bool(willRetry)
            return .object(json)
        case .stepRetryScheduled(let delay, let until):
            return ["delay_us": .int(Int(delay.wholeMicroseconds)), "until": .string(until.iso8601)]
        case .stepTimedOut(let after): return ["after_us": .int(Int(after.wholeMicroseconds))]
        case .stepSkipped(let reason): return reason.json
        case .unknown(_, let data): return data
        }
    }

    /// The event stored as `type` and `data`.
    package init(type: String, data: Value, isIgnorable: Bool) throws(EventDecodingError) {
        switch type {
        case "run.created": self = .runCreated(try RunCreated(json: data))
        case "run.started": self = .runStarted
        case "run.paused": self = .runPaused
        case "run.resumed": self = .runResumed
        case "run.cancel_requested": self = .runCancelRequested
        case "run.succeeded": self = .runSucceeded(outputs: data["outputs"])
        case "run.failed":
            self = .runFailed(
                RunFailure(
                    message: try data.string("message"),
                    steps: (data["steps"].arrayValue ?? []).compactMap(\.stringValue).map { StepPath($0) }
                )
            )
        case "run.cancelled": self = .runCancelled
        case "plan.compiled": self = .planCompiled(try CompiledPlan(json: data))
        case "step.ready": self = .stepReady
        case "step.started":
            self = .stepStarted(
                StepStarted(
                    key: try data.string("key"), input: data["input"], inputHash: try data.string("input_hash"),
                    effect: try data.choice("effect")
                )
            )
        case "step.progress":
            self = .stepProgress(
                StepProgress(
                    processGroup: Int32(clamping: try data.int("process_group")),
                    processStartTime: UInt64(clamping: try data.int("process_start_time"))
                )
            )
        case "step.succeeded":
            self = .stepSucceeded(
                StepSucceeded(
                    output: data["output"], outputHash: try data.string("output_hash"),
                    bytesBeforeCut: data["bytes_before_cut"].intValue, summary: data["summary"].stringValue
                )
            )
        case "step.failed":
            self = .stepFailed(try StepFailure(json: data), willRetry: data["will_retry"].boolValue ?? false)
        case "step.retry_scheduled":
            guard let until = Timestamp(iso8601: try data.string("until")) else { throw .missing(field: "until") }
            self = .stepRetryScheduled(delay: .microseconds(try data.int("delay_us")), until: until)
        case "step.timed_out": self = .stepTimedOut(after: .microseconds(try data.int("after_us")))
        case "step.skipped": self = .stepSkipped(try SkipReason(json: data))
        case "step.cancel_requested": self = .stepCancelRequested
        case "step.cancelled": self = .stepCancelled
        default:
            guard isIgnorable else { throw .unknownType(type) }
            self = .unknown(type: type, data: data)
        }
    }
}

extension Value {
    fileprivate func string(_ field: String) throws(EventDecodingError) -> String {
        guard let string = self[field].stringValue else { throw .missing(field: field) }
        return string
    }

    fileprivate func int(_ field: String) throws(EventDecodingError) -> Int {
        guard let int = self[field].intValue else { throw .missing(field: field) }
        return int
    }

    fileprivate func choice<Choice: RawRepresentable<String>>(_ field: String) throws(EventDecodingError) -> Choice {
        guard let choice = Choice(rawValue: try string(field)) else { throw .missing(field: field) }
        return choice
    }
}

extension RunCreated {
    fileprivate var json: Value {
        var object: OrderedDictionary<String, Value> = ["pipeline": .string(pipelineID)]
        if let pipelineName { object["name"] = .string(pipelineName) }
        object["file"] = .string(file)
        object["definition_hash"] = .string(definitionHash)
        object["definition"] = .string(definition)
        object["inputs"] = inputs
        // A string: JSON readers elsewhere lose the low bits of 64-bit numbers.
        object["seed"] = .string(String(seed))
        object["slots"] = .int(slots)
        object["workspace"] = .string(workspace)
        return .object(object)
    }

    fileprivate init(json: Value) throws(EventDecodingError) {
        guard let seed = UInt64(try json.string("seed")) else { throw .missing(field: "seed") }
        self.init(
            pipelineID: try json.string("pipeline"), pipelineName: json["name"].stringValue,
            definition: try json.string("definition"), definitionHash: try json.string("definition_hash"),
            file: try json.string("file"), inputs: json["inputs"], seed: seed, slots: try json.int("slots"),
            workspace: try json.string("workspace")
        )
    }
}

extension CompiledPlan {
    fileprivate var json: Value {
        [
            "strategy": .string(strategy.rawValue),
            "steps": .array(
                steps.map { step in
                    [
                        "path": .string(step.path.rawValue), "uses": .string(step.uses), "level": .int(step.level),
                        "effect": .string(step.effect.rawValue), "mode": .string(step.mode.rawValue),
                        "needs": .array(
                            step.needs.map {
                                ["path": .string($0.path.rawValue), "origin": .string($0.origin.rawValue)]
                            }
                        ),
                    ]
                }
            ),
        ]
    }

    fileprivate init(json: Value) throws(EventDecodingError) {
        var steps: [PlannedStep] = []
        for step in json["steps"].arrayValue ?? [] {
            var needs: [PlannedNeed] = []
            for need in step["needs"].arrayValue ?? [] {
                needs.append(
                    PlannedNeed(path: StepPath(try need.string("path")), origin: try need.choice("origin"))
                )
            }
            steps.append(
                PlannedStep(
                    path: StepPath(try step.string("path")), uses: try step.string("uses"), needs: needs,
                    level: try step.int("level"), effect: try step.choice("effect"), mode: try step.choice("mode")
                )
            )
        }
        self.init(strategy: try json.choice("strategy"), steps: steps)
    }
}

extension StepFailure {
    /// The failure as an object: what `steps.id.error` is in an expression.
    package var json: OrderedDictionary<String, Value> {
        var object: OrderedDictionary<String, Value> = ["class": .string(kind.rawValue), "message": .string(message)]
        if !details.isNull { object["details"] = details }
        if let retryAfter { object["retry_after_us"] = .int(Int(retryAfter.wholeMicroseconds)) }
        return object
    }

    fileprivate init(json: Value) throws(EventDecodingError) {
        self.init(
            try json.choice("class"), try json.string("message"), details: json["details"],
            retryAfter: json["retry_after_us"].intValue.map { .microseconds($0) }
        )
    }
}

extension SkipReason {
    fileprivate var json: Value {
        switch self {
        case .condition: ["why": "condition"]
        case .needsSkipped: ["why": "needs_skipped"]
        case .needFailed(let step): ["why": "need_failed", "step": .string(step.rawValue)]
        case .runFailed(let step): ["why": "run_failed", "step": .string(step.rawValue)]
        }
    }

    fileprivate init(json: Value) throws(EventDecodingError) {
        switch try json.string("why") {
        case "condition": self = .condition
        case "needs_skipped": self = .needsSkipped
        case "need_failed": self = .needFailed(StepPath(try json.string("step")))
        case "run_failed": self = .runFailed(StepPath(try json.string("step")))
        default: throw .missing(field: "why")
        }
    }
}
