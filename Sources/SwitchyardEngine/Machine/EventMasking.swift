import SwitchyardCore

extension RunEvent {
    /// The event without the secrets that `mask` hides. What is masked in the record is masked for every reader of it,
    /// the steps that follow among them: an expression gets a secret as `secrets.NAME` and in no other way.
    func masked(by mask: SecretMask) -> RunEvent {
        guard !mask.isEmpty else { return self }
        switch self {
        case .runCreated(var created):
            created.inputs = mask.masking(created.inputs)
            created.concurrencyGroup = created.concurrencyGroup.map { mask.masking($0) }
            return .runCreated(created)
        case .runSucceeded(let outputs): return .runSucceeded(outputs: mask.masking(outputs))
        case .runFailed(var failure):
            failure.message = mask.masking(failure.message)
            return .runFailed(failure)
        case .mapExpanded(let map):
            return .mapExpanded(
                MapExpansion(items: map.items.map { mask.masking($0) }, keys: map.keys.map { mask.masking($0) }))
        case .stepStarted(var started):
            started.input = mask.masking(started.input)
            started.inputHash = started.input.hash
            return .stepStarted(started)
        case .stepSucceeded(var success):
            success.output = mask.masking(success.output)
            success.outputHash = success.output.hash
            success.summary = success.summary.map { mask.masking($0) }
            return .stepSucceeded(success)
        case .stepFailed(var failure, let willRetry):
            failure.message = mask.masking(failure.message)
            failure.details = mask.masking(failure.details)
            return .stepFailed(failure, willRetry: willRetry)
        case .approvalRequested(var request):
            request.message = mask.masking(request.message)
            return .approvalRequested(request)
        case .modelCompleted(var completed):
            completed.message = completed.message.masked(by: mask)
            completed.structured = mask.masking(completed.structured)
            return .modelCompleted(completed)
        case .modelToolCalled(var call):
            call.arguments = mask.masking(call.arguments)
            return .modelToolCalled(call)
        case .modelToolReturned(var result):
            result.content = mask.masking(result.content)
            return .modelToolReturned(result)
        case .routing(.attemptFailed(var attempt)):
            attempt.message = mask.masking(attempt.message)
            return .routing(.attemptFailed(attempt))
        case .routing(.callFailed(var call)):
            call.message = mask.masking(call.message)
            return .routing(.callFailed(call))
        case .routing(.autoResolved(var resolution)):
            resolution.text = mask.masking(resolution.text)
            resolution.understood = resolution.understood.map { mask.masking($0) }
            return .routing(.autoResolved(resolution))
        case .routing: return self
        case .runQueued(var queued):
            queued.group = mask.masking(queued.group)
            return .runQueued(queued)
        case .runStarted, .runPaused, .runResumed, .runCancelRequested, .runCancelled, .planCompiled, .loopIterated,
            .branchDecided, .compensationPlanned, .stepReady, .stepProgress, .stepDelegated, .qualityScored,
            .modelSelected, .modelRequested,
            .stepRetryScheduled, .stepTimedOut,
            .stepSkipped, .stepCancelRequested, .stepCancelled, .stepSkipRequested, .stepOutcomeUnknown, .stepResolved,
            .leaseTaken, .runDeadlocked,
            .timerSet, .timerFired, .approvalAnswered, .approvalExpired, .runForked, .breakpointSet, .breakpointCleared,
            .breakpointHit, .unknown:
            return self
        }
    }
}

extension ModelMessage {
    /// What a provider wants back as it came is masked as well: it may come back useless, but holds no secret.
    fileprivate func masked(by mask: SecretMask) -> ModelMessage {
        ModelMessage(
            role,
            parts.map { part in
                switch part {
                case .text(let text): return .text(mask.masking(text))
                case .image: return part
                case .toolCall(var call):
                    call.arguments =
                        switch call.arguments {
                        case .object(let value): .object(mask.masking(value))
                        case .malformed(let text): .malformed(mask.masking(text))
                        }
                    return .toolCall(call)
                case .toolResult(var result):
                    result.content = mask.masking(result.content)
                    return .toolResult(result)
                case .carried(var state):
                    state.content = mask.masking(state.content)
                    return .carried(state)
                }
            })
    }
}
