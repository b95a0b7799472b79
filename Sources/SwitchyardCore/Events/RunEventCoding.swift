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
        case .leaseTaken: "lease.taken"
        case .runForked: "run.forked"
        case .runQueued: "run.queued"
        case .runDeadlocked: "run.deadlocked"
        case .planCompiled: "plan.compiled"
        case .mapExpanded: "map.expanded"
        case .loopIterated: "loop.iterated"
        case .branchDecided: "branch.decided"
        case .compensationPlanned: "compensation.planned"
        case .stepReady: "step.ready"
        case .stepStarted: "step.started"
        case .stepProgress: "step.progress"
        case .stepDelegated: "step.delegated"
        case .stepSucceeded: "step.succeeded"
        case .qualityScored: "model.quality_scored"
        case .modelSelected: "model.selected"
        case .modelRequested: "model.requested"
        case .modelCompleted: "model.completed"
        case .modelToolCalled: "model.tool_called"
        case .modelToolReturned: "model.tool_returned"
        case .routing(let event): event.type
        case .stepFailed: "step.failed"
        case .stepRetryScheduled: "step.retry_scheduled"
        case .stepTimedOut: "step.timed_out"
        case .stepSkipped: "step.skipped"
        case .stepCancelRequested: "step.cancel_requested"
        case .stepCancelled: "step.cancelled"
        case .stepSkipRequested: "step.skip_requested"
        case .stepOutcomeUnknown: "step.outcome_unknown"
        case .stepResolved: "step.resolved"
        case .timerSet: "timer.set"
        case .timerFired: "timer.fired"
        case .approvalRequested: "approval.requested"
        case .approvalAnswered: "approval.answered"
        case .approvalExpired: "approval.expired"
        case .breakpointSet: "breakpoint.set"
        case .breakpointCleared: "breakpoint.cleared"
        case .breakpointHit: "breakpoint.hit"
        case .unknown(let type, _): type
        }
    }

    /// Whether a reader that does not know the type may skip it: true of what changes no state.
    package var isIgnorable: Bool {
        switch self {
        case .routing(let event): event.isIgnorable
        case .stepProgress, .stepTimedOut, .stepCancelRequested, .branchDecided, .timerFired, .approvalAnswered,
            .approvalExpired, .leaseTaken, .stepSkipRequested, .breakpointSet, .breakpointCleared, .breakpointHit,
            .stepDelegated, .qualityScored, .runQueued, .runDeadlocked, .modelSelected, .modelRequested, .unknown:
            true
        case .runCreated, .runStarted, .runPaused, .runResumed, .runCancelRequested, .runSucceeded, .runFailed,
            .runCancelled, .planCompiled, .stepReady, .stepStarted, .stepSucceeded, .stepFailed, .stepRetryScheduled,
            .stepSkipped, .stepCancelled, .mapExpanded, .loopIterated, .compensationPlanned, .timerSet,
            .approvalRequested, .stepOutcomeUnknown, .stepResolved, .runForked, .modelCompleted, .modelToolCalled,
            .modelToolReturned:
            false
        }
    }

    /// The event's own facts, as an object.
    package var data: Value {
        switch self {
        case .runStarted, .runPaused, .runResumed, .runCancelRequested, .runCancelled, .stepReady,
            .stepCancelRequested, .stepCancelled, .stepSkipRequested, .stepOutcomeUnknown, .timerFired:
            return [:]
        case .runCreated(let created): return created.json
        case .runSucceeded(let outputs): return ["outputs": outputs]
        case .runFailed(let failure):
            return ["message": .string(failure.message), "steps": Value(failure.steps.map(\.rawValue))]
        case .planCompiled(let plan): return plan.json
        case .mapExpanded(let map): return ["keys": Value(map.keys), "items": .array(map.items)]
        case .leaseTaken(let epoch): return ["epoch": .int(epoch)]
        case .runForked(let origin): return origin.json
        case .breakpointSet(let breakpoint), .breakpointCleared(let breakpoint), .breakpointHit(let breakpoint):
            return breakpoint.json
        case .stepResolved(let resolution): return ["as": .string(resolution.rawValue)]
        case .loopIterated(let number): return ["iteration": .int(number)]
        case .branchDecided(let target): return ["to": .string(target.rawValue)]
        case .compensationPlanned(let steps): return ["steps": Value(steps.map(\.rawValue))]
        case .timerSet(let until): return ["until": .string(until.iso8601)]
        case .approvalRequested(let request):
            return ["message": .string(request.message), "until": Value(request.until?.iso8601)]
        case .approvalAnswered(let isApproved), .approvalExpired(let isApproved):
            return ["approved": .bool(isApproved)]
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
            if let source = success.source { object["cached_from"] = source.json }
            if let key = success.cacheKey { object["cache_key"] = .string(key) }
            return .object(object)
        case .stepDelegated(let run): return ["run": .string(run.rawValue)]
        case .runQueued(let queued):
            return ["group": .string(queued.group), "behind": Value(queued.behind.map(\.rawValue))]
        case .runDeadlocked(let steps):
            let entries = steps.map { step -> Value in
                ["step": .string(step.path.rawValue), "waits_for": Value(step.waitsFor.map(\.rawValue))]
            }
            return ["steps": .array(entries)]
        case .modelSelected(let selected): return selected.json
        case .modelRequested(let requested): return requested.json
        case .modelCompleted(let completed): return completed.json
        case .modelToolCalled(let call): return call.json
        case .modelToolReturned(let result): return result.json
        case .routing(let event): return event.json
        case .qualityScored(let score):
            return [
                "score": .double(score.score), "min_score": .double(score.minScore),
                "on_low": .string(score.onLow.rawValue),
            ]
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
        case "map.expanded":
            let keys = (data["keys"].arrayValue ?? []).compactMap(\.stringValue)
            guard let items = data["items"].arrayValue, items.count == keys.count else {
                throw .missing(field: "items")
            }
            self = .mapExpanded(MapExpansion(items: items, keys: keys))
        case "loop.iterated": self = .loopIterated(try data.int("iteration"))
        case "branch.decided": self = .branchDecided(to: StepPath(try data.string("to")))
        case "compensation.planned":
            let steps = (data["steps"].arrayValue ?? []).compactMap(\.stringValue)
            self = .compensationPlanned(steps.map { StepPath($0) })
        case "timer.set":
            guard let until = Timestamp(iso8601: try data.string("until")) else { throw .missing(field: "until") }
            self = .timerSet(until: until)
        case "timer.fired": self = .timerFired
        case "approval.requested":
            let until = data["until"].stringValue.flatMap(Timestamp.init(iso8601:))
            self = .approvalRequested(ApprovalRequest(message: try data.string("message"), until: until))
        case "approval.answered": self = .approvalAnswered(isApproved: try data.bool("approved"))
        case "approval.expired": self = .approvalExpired(isApproved: try data.bool("approved"))
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
                    bytesBeforeCut: data["bytes_before_cut"].intValue, summary: data["summary"].stringValue,
                    source: data["cached_from"].isNull ? nil : try ResultSource(json: data["cached_from"]),
                    cacheKey: data["cache_key"].stringValue
                )
            )
        case "step.delegated": self = .stepDelegated(to: RunID(try data.string("run")))
        case "run.queued":
            self = .runQueued(
                QueuedRun(
                    group: try data.string("group"), behind: try data.strings("behind").map { RunID($0) }))
        case "run.deadlocked":
            var steps: [DeadlockedStep] = []
            for entry in data["steps"].arrayValue ?? [] {
                steps.append(
                    DeadlockedStep(
                        path: StepPath(try entry.string("step")),
                        waitsFor: try entry.strings("waits_for").map { StepPath($0) }))
            }
            self = .runDeadlocked(steps)
        case "model.selected": self = .modelSelected(try ModelSelected(json: data))
        case "model.requested": self = .modelRequested(try ModelRequested(json: data))
        case "model.completed": self = .modelCompleted(try ModelCompleted(json: data))
        case "model.tool_called": self = .modelToolCalled(try ModelToolCalled(json: data))
        case "model.tool_returned": self = .modelToolReturned(try ModelToolReturned(json: data))
        case "model.quality_scored":
            guard let score = data["score"].doubleValue, let minScore = data["min_score"].doubleValue,
                let onLow = QualityPolicy.OnLow(rawValue: try data.string("on_low"))
            else { throw .missing(field: "score") }
            self = .qualityScored(QualityScore(score: score, minScore: minScore, onLow: onLow))
        case "step.failed":
            self = .stepFailed(try StepFailure(json: data), willRetry: data["will_retry"].boolValue ?? false)
        case "step.retry_scheduled":
            guard let until = Timestamp(iso8601: try data.string("until")) else { throw .missing(field: "until") }
            self = .stepRetryScheduled(delay: .microseconds(try data.int("delay_us")), until: until)
        case "step.timed_out": self = .stepTimedOut(after: .microseconds(try data.int("after_us")))
        case "step.skipped": self = .stepSkipped(try SkipReason(json: data))
        case "step.cancel_requested": self = .stepCancelRequested
        case "step.cancelled": self = .stepCancelled
        case "step.outcome_unknown": self = .stepOutcomeUnknown
        case "step.resolved": self = .stepResolved(try data.choice("as"))
        case "lease.taken": self = .leaseTaken(epoch: try data.int("epoch"))
        case "run.forked": self = .runForked(try ForkOrigin(json: data))
        case "step.skip_requested": self = .stepSkipRequested
        case "breakpoint.set": self = .breakpointSet(try Breakpoint(json: data))
        case "breakpoint.cleared": self = .breakpointCleared(try Breakpoint(json: data))
        case "breakpoint.hit": self = .breakpointHit(try Breakpoint(json: data))
        default:
            if let event = try RoutingEvent(type: type, json: data) {
                self = .routing(event)
                return
            }
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

    fileprivate func strings(_ field: String) throws(EventDecodingError) -> [String] {
        guard let strings = self[field].arrayValue?.compactMap(\.stringValue) else { throw .missing(field: field) }
        return strings
    }

    fileprivate func bool(_ field: String) throws(EventDecodingError) -> Bool {
        guard let bool = self[field].boolValue else { throw .missing(field: field) }
        return bool
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
        if !settings.isNull { object["settings"] = settings }
        if !secretSources.isNull { object["secret_sources"] = secretSources }
        if let concurrencyGroup { object["concurrency_group"] = .string(concurrencyGroup) }
        if let folder { object["folder"] = .string(folder) }
        if let parent { object["parent"] = parent.json }
        return .object(object)
    }

    fileprivate init(json: Value) throws(EventDecodingError) {
        guard let seed = UInt64(try json.string("seed")) else { throw .missing(field: "seed") }
        self.init(
            pipelineID: try json.string("pipeline"), pipelineName: json["name"].stringValue,
            definition: try json.string("definition"), definitionHash: try json.string("definition_hash"),
            file: try json.string("file"), inputs: json["inputs"], seed: seed, slots: try json.int("slots"),
            workspace: try json.string("workspace"), settings: json["settings"],
            secretSources: json["secret_sources"], concurrencyGroup: json["concurrency_group"].stringValue,
            folder: json["folder"].stringValue,
            parent: json["parent"].isNull ? nil : try ParentStep(json: json["parent"])
        )
    }
}

extension ParentStep {
    fileprivate var json: Value {
        [
            "run": .string(run.rawValue), "step": .string(step.rawValue),
            "ancestors": Value(ancestors.map(\.rawValue)),
        ]
    }

    fileprivate init(json: Value) throws(EventDecodingError) {
        self.init(
            run: RunID(try json.string("run")), step: StepPath(try json.string("step")),
            ancestors: try json.strings("ancestors").map { RunID($0) })
    }
}

extension CompiledPlan {
    fileprivate var json: Value {
        var object: OrderedDictionary<String, Value> = [
            "strategy": .string(strategy.rawValue), "steps": .array(steps.map(\.json)),
        ]
        if !compensations.isEmpty { object["compensations"] = .array(compensations.map(\.json)) }
        return .object(object)
    }

    fileprivate init(json: Value) throws(EventDecodingError) {
        var steps: [PlannedStep] = []
        for step in json["steps"].arrayValue ?? [] { steps.append(try PlannedStep(json: step)) }
        var compensations: [PlannedStep] = []
        for step in json["compensations"].arrayValue ?? [] { compensations.append(try PlannedStep(json: step)) }
        self.init(strategy: try json.choice("strategy"), steps: steps, compensations: compensations)
    }
}

extension CompiledPlan.PlannedStep {
    fileprivate var json: Value {
        var object: OrderedDictionary<String, Value> = [
            "path": .string(path.rawValue), "uses": .string(uses), "level": .int(level),
            "effect": .string(effect.rawValue), "mode": .string(mode.rawValue),
            "needs": .array(
                needs.map { ["path": .string($0.path.rawValue), "origin": .string($0.origin.rawValue)] }),
        ]
        if let parent { object["parent"] = .string(parent.rawValue) }
        if let repeats { object["repeats"] = .string(repeats.rawValue) }
        return .object(object)
    }

    fileprivate init(json: Value) throws(EventDecodingError) {
        var needs: [CompiledPlan.PlannedNeed] = []
        for need in json["needs"].arrayValue ?? [] {
            needs.append(
                CompiledPlan.PlannedNeed(path: StepPath(try need.string("path")), origin: try need.choice("origin"))
            )
        }
        self.init(
            path: StepPath(try json.string("path")), uses: try json.string("uses"), needs: needs,
            level: try json.int("level"), effect: try json.choice("effect"), mode: try json.choice("mode"),
            parent: json["parent"].stringValue.map { StepPath($0) },
            repeats: json["repeats"].isNull ? nil : try json.choice("repeats")
        )
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

extension ForkOrigin {
    fileprivate var json: Value {
        [
            "run": .string(run.rawValue), "seq": .int(seq), "redo": Value(redo.map(\.rawValue)),
            "keeps_failures": .bool(keepsFailures),
        ]
    }

    fileprivate init(json: Value) throws(EventDecodingError) {
        self.init(
            run: RunID(try json.string("run")), seq: try json.int("seq"),
            redo: (json["redo"].arrayValue ?? []).compactMap(\.stringValue).map { StepPath($0) },
            keepsFailures: try json.bool("keeps_failures"))
    }
}

extension ResultSource {
    fileprivate var json: Value {
        ["run": .string(run.rawValue), "seq": .int(seq), "input_hash": .string(inputHash)]
    }

    fileprivate init(json: Value) throws(EventDecodingError) {
        self.init(
            run: RunID(try json.string("run")), seq: try json.int("seq"),
            inputHash: try json.string("input_hash"))
    }
}

extension Breakpoint {
    fileprivate var json: Value {
        switch self {
        case .step(let path): ["step": .string(path.rawValue)]
        case .condition(let text): ["condition": .string(text)]
        }
    }

    fileprivate init(json: Value) throws(EventDecodingError) {
        if let text = json["condition"].stringValue {
            self = .condition(text)
        } else {
            self = .step(StepPath(try json.string("step")))
        }
    }
}

extension SkipReason {
    fileprivate var json: Value {
        switch self {
        case .condition: ["why": "condition"]
        case .needsSkipped: ["why": "needs_skipped"]
        case .needFailed(let step): ["why": "need_failed", "step": .string(step.rawValue)]
        case .runFailed(let step): ["why": "run_failed", "step": .string(step.rawValue)]
        case .notReached: ["why": "not_reached"]
        case .groupEnded(let step): ["why": "group_ended", "step": .string(step.rawValue)]
        case .requested: ["why": "requested"]
        }
    }

    fileprivate init(json: Value) throws(EventDecodingError) {
        switch try json.string("why") {
        case "condition": self = .condition
        case "needs_skipped": self = .needsSkipped
        case "need_failed": self = .needFailed(StepPath(try json.string("step")))
        case "run_failed": self = .runFailed(StepPath(try json.string("step")))
        case "not_reached": self = .notReached
        case "group_ended": self = .groupEnded(StepPath(try json.string("step")))
        case "requested": self = .requested
        default: throw .missing(field: "why")
        }
    }
}
