/// Something that a record says of how well, how fast or at what length a model does a task.
package enum Lesson: Hashable, Sendable {
    case answered(latency: Duration, usage: TokenUsage)
    case signal(QualitySignal)
}

extension CallRecord {
    /// What the record teaches, and did not as it was `before`.
    ///
    /// An answer is judged once: by its score where the step has one, else by what became of it. What a person thinks
    /// is heard besides. An answer that only called tools is judged by nothing.
    package func lessons(since before: CallRecord? = nil) -> [Lesson] {
        var lessons: [Lesson] = []
        if before == nil, isAnswered { lessons.append(.answered(latency: latency, usage: usage)) }
        // Judged once, even where a score comes after the verdict.
        if before?.judgement == nil, let judgement { lessons.append(.signal(judgement)) }
        if let rating, rating != before?.rating { lessons.append(.signal(.thumb(isUp: rating))) }
        return lessons
    }

    private var judgement: QualitySignal? {
        switch outcome {
        case .failed(let kind): return .failed(kind)
        case .answered: break
        }
        if let quality { return .score(quality) }
        return switch verdict {
        case .rejected: .rejected
        case .used: isRepaired ? .repaired : .accepted
        case nil: nil
        }
    }
}

extension QualityLedger {
    /// What telemetry is read back for learning: so old, and so many, at most.
    package static let memory = Duration.seconds(14 * 86_400)
    package static let rememberedCalls = 5000

    /// What `calls` teach, the oldest first.
    package init(_ calls: some Sequence<CallRecord>) {
        self.init()
        for call in calls {
            for lesson in call.lessons() { learn(lesson, task: call.task, model: call.model, at: call.time) }
        }
    }

    package mutating func learn(_ lesson: Lesson, task: String?, model: ModelID, at time: Timestamp) {
        switch lesson {
        case .answered(let latency, let usage): record(latency: latency, usage: usage, task: task, model: model)
        case .signal(let signal): record(signal, task: task, model: model, at: time)
        }
    }

    /// What is known of a model at a task.
    package struct Learned: Hashable, Sendable {
        package var task: String?
        package var model: ModelID
        package var belief: QualityBelief
        package var latency: Duration?
        package var outputTokens: Int?
    }

    /// Everything that was learned, by task, the best model first.
    ///
    /// - Parameter catalogue: says the models' tiers, which is what is believed before anything is learned.
    package func learned(_ catalogue: ModelCatalogue, at now: Timestamp) -> [Learned] {
        let learned = cells.keys.map { key in
            let tier = catalogue.facts(of: key.model).tier
            let taskTier = key.task.flatMap(KnownTask.named)?.tier
            return Learned(
                task: key.task, model: key.model,
                belief: belief(task: key.task, model: key.model, tier: tier, taskTier: taskTier, at: now),
                latency: latency(task: key.task, model: key.model),
                outputTokens: outputTokens(task: key.task, model: key.model))
        }
        return learned.sorted { a, b in
            if a.task != b.task { return (a.task ?? "") < (b.task ?? "") }
            return a.belief.mean != b.belief.mean ? a.belief.mean > b.belief.mean : a.model < b.model
        }
    }
}
