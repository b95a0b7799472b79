import OrderedCollections

extension RunSnapshot {
    /// The snapshot as `show --json` prints it.
    package var json: Value {
        var object: OrderedDictionary<String, Value> = [
            "run": .string(run.rawValue), "status": .string(status.rawValue), "last_seq": .int(lastSeq),
            "pipeline": Value(created?.pipelineID), "definition_hash": Value(created?.definitionHash),
            "created_at": Value(createdAt?.iso8601), "started_at": Value(startedAt?.iso8601),
            "ended_at": Value(endedAt?.iso8601), "strategy": Value(strategy?.rawValue),
            "inputs": created?.inputs ?? .null, "outputs": outputs,
        ]
        if isCancelRequested { object["cancel_requested"] = true }
        if let failure {
            object["failure"] = [
                "message": .string(failure.message), "steps": Value(failure.steps.map(\.rawValue)),
            ]
        }
        object["steps"] = .array(steps.values.map(\.json))
        return .object(object)
    }
}

extension StepSnapshot {
    package var json: Value {
        var object: OrderedDictionary<String, Value> = [
            "step": .string(path.rawValue), "uses": .string(planned.uses), "state": .string(state.name),
            "needs": Value(planned.needs.map(\.path.rawValue)), "started_at": Value(startedAt?.iso8601),
            "ended_at": Value(endedAt?.iso8601), "output": output,
        ]
        if let bytesBeforeCut { object["bytes_before_cut"] = .int(bytesBeforeCut) }
        if let summary { object["summary"] = .string(summary) }
        if let failure { object["failure"] = .object(failure.json) }
        object["attempts"] = .array(attempts.map(\.json))
        return .object(object)
    }
}

extension AttemptSnapshot {
    fileprivate var json: Value {
        var object: OrderedDictionary<String, Value> = [
            "attempt": .int(number), "started_at": .string(startedAt.iso8601), "ended_at": Value(endedAt?.iso8601),
            "key": .string(key), "effect": .string(effect.rawValue), "input": input,
        ]
        if let process { object["process_group"] = .int(Int(process.processGroup)) }
        if let timedOutAfter { object["timed_out_after_us"] = .int(Int(timedOutAfter.wholeMicroseconds)) }
        if let failure { object["failure"] = .object(failure.json) }
        return .object(object)
    }
}
