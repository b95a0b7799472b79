import SwitchyardCore

/// What the tools of a simulated run do. It depends on the script's seed, the step, its input and the attempt alone:
/// a run that is cut and taken over meets the same world as one that is not.
struct ToolScript {
    /// What becomes of an attempt that nobody interrupts.
    struct Performance {
        var result: ToolResult
        var duration: Duration
        /// How long after its start it was last heard of; nil is until its end.
        var silentAfter: Duration?
    }

    let seed: UInt64
    /// How many of 100 steps fail for good.
    let failureRate: Int
    let outputs: ScriptedOutputs

    init(seed: UInt64, outputs: ScriptedOutputs) {
        self.seed = seed
        self.outputs = outputs
        failureRate = [0, 0, 3, 12][Int(SplitMix64.mixed(seed) & 3)]
    }

    /// What a step does when it is not well.
    private enum Trouble {
        case none
        case failing(FailureClass)
        case slow
        case silent
    }

    /// - Parameter schedule: how long it takes is no part of the script.
    func perform(
        _ path: StepPath, _ facts: StepFacts, attempt: Int, inputHash: String, schedule: inout SplitMix64
    ) -> Performance {
        var draw = SplitMix64(SplitMix64.hash(seed, path.rawValue))
        let (trouble, attempts) = trouble(of: facts, &draw)
        let limits = [facts.timeout.startToClose, facts.timeout.idle].compactMap { $0?.wholeMicroseconds }
        let longest = min(limits.min() ?? 4_000_000, 4_000_000)
        // Whole quarters, so that things often happen at once.
        let duration = Duration.microseconds(Int64(schedule.below(4)) * longest / 4 + 1)
        guard attempt <= attempts else { return succeed(path, inputHash, duration) }
        switch trouble {
        case .none: return succeed(path, inputHash, duration)
        case .failing(let kind):
            let retryAfter: Duration? = kind == .rateLimit && draw.chance(2) ? .seconds(3) : nil
            let failure = StepFailure(kind, "it is scripted to fail", retryAfter: retryAfter)
            return Performance(result: .failed(failure), duration: duration)
        case .slow:
            var performance = succeed(path, inputHash, .microseconds(longest * 8))
            // Else a silence that it has no mind to would end it first.
            if let limit = facts.timeout.startToClose { performance.duration = limit * 3 }
            return performance
        case .silent:
            let limit = facts.timeout.idle ?? .seconds(1)
            var performance = succeed(path, inputHash, limit * 4)
            performance.silentAfter = .microseconds(duration.wholeMicroseconds)
            return performance
        }
    }

    /// What is wrong with the step, and until which attempt. Whatever is tried again gets well in time, or never: a
    /// crash uses up attempts too.
    private func trouble(of facts: StepFacts, _ draw: inout SplitMix64) -> (Trouble, attempts: Int) {
        let isBad = draw.below(100) < failureRate
        let isFlaky = facts.retry.maxAttempts > 1 && draw.chance(3)
        guard isBad || isFlaky else { return (.none, 0) }
        var trouble = Trouble.failing(draw.pick(FailureClass.allCases))
        if isFlaky, !isBad {
            let curable = FailureClass.allCases.filter { facts.retry.allowsRetry(after: $0, attempt: 1) }
            guard !curable.isEmpty else { return (.none, 0) }
            trouble = .failing(draw.pick(curable))
        }
        if isBad || facts.retry.allowsRetry(after: .timeout, attempt: 1) {
            if facts.timeout.startToClose != nil, draw.chance(4) {
                trouble = .slow
            } else if facts.timeout.idle != nil, draw.chance(3) {
                trouble = .silent
            }
        }
        return (trouble, isBad ? Int.max : 1 + draw.below(facts.retry.maxAttempts - 1))
    }

    private func succeed(_ path: StepPath, _ inputHash: String, _ duration: Duration) -> Performance {
        let own = SplitMix64.hash(seed, path.planned.rawValue)
        // Some tools give the same whatever they are given: loops that end when nothing changes do end.
        let value = outputs.value(of: path, own & 3 == 0 ? own : SplitMix64.hash(own, inputHash))
        return Performance(result: .succeeded(ToolOutput(value)), duration: duration)
    }

    /// What a person answers when the step asks: where it has a limit, what the limit says. Whoever comes first, the
    /// answer is the same.
    func approves(_ path: StepPath, _ facts: StepFacts) -> Bool {
        facts.timeoutAnswer.map { $0 == .approve } ?? (SplitMix64.hash(seed, path.rawValue) & 3 != 0)
    }
}
