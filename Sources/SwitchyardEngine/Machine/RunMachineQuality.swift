import OrderedCollections
import SwitchyardCore

// What a step's `quality` says of a result.

extension RunMachine {
    /// The result of `attempt` as the step's `quality` lets it count, and the policy that says whether it is tried
    /// again.
    mutating func judged(
        _ result: ToolResult, of unit: UnitID, _ attempt: AttemptID
    ) -> (result: ToolResult, policy: RetryPolicy) {
        let step = step(unit)
        guard let quality = step.quality else { return (result, step.retry) }
        guard case .succeeded(let output) = result else {
            // A rehearsal knows what was made of a result, and not the result.
            guard case .failed(let failure) = result, failure.kind == .lowQuality, quality.onLow == .retry else {
                return (result, step.retry)
            }
            return (result, step.retry.retryingLowQuality)
        }
        let value: Value
        var reason: String?
        switch quality.check {
        case .expression(let check):
            do throws(EvaluationError) {
                // As later steps will see it.
                let shown = definition.mask.masking(output.value)
                value = try check.evaluate(
                    in: definition.scopes.scope(of: step, at: attempt.step, result: shown, in: snapshot))
            } catch {
                return (.failed(StepFailure(.invalidInput, "`quality.check`: \(error.message)")), step.retry)
            }
        case .prompt:
            // What was taken from a record was judged when it was made.
            guard let judgement = snapshot.steps[attempt.step]?.conversation.judgement else {
                return (result, step.retry)
            }
            value = judgement.structured["score"]
            reason = judgement.structured["reason"].stringValue
        }
        guard let score = Self.score(value) else {
            let message =
                "`quality.check` wants true, false or a score from 0 to 1, and is \(JSON.text(of: value).prefix(40))"
            return (.failed(StepFailure(.invalidInput, message)), step.retry)
        }
        let scored = QualityScore(score: score, minScore: quality.minScore, onLow: quality.onLow)
        emit(.qualityScored(scored), step: attempt.step, attempt: attempt.number)
        guard scored.isLow, quality.onLow != .warn else { return (result, step.retry) }
        let failure = StepFailure(
            .lowQuality,
            "the result has quality \(JSON.text(of: .double(score))), less than \(JSON.text(of: .double(quality.minScore)))"
                + (reason.map { ": \($0)" } ?? ""),
            details: ["score": .double(score), "min_score": .double(quality.minScore), "reason": Value(reason)])
        // What was kept for other checks than these is made again.
        let isTriedAgain = quality.onLow == .retry || output.source != nil
        return (.failed(failure), isTriedAgain ? step.retry.retryingLowQuality : step.retry)
    }

    /// From 0 to 1; nil for a value that is no score.
    private static func score(_ value: Value) -> Double? {
        if let isGood = value.boolValue { return isGood ? 1 : 0 }
        guard let score = value.doubleValue, (0...1).contains(score) else { return nil }
        return score
    }
}

extension RetryPolicy {
    /// The policy where `on_low: retry` asks for another attempt: as many as the step may have, and at least one more.
    fileprivate var retryingLowQuality: RetryPolicy {
        RetryPolicy(maxAttempts: max(2, maxAttempts), backoff: backoff, on: [.lowQuality])
    }
}
