/// What was learned about how well, how fast and at what length each model does each task.
///
/// What is old counts less: a signal halves with every 200 that follow it and every 7 days. A model that changes is
/// noticed sooner: when the last dozen signals do not fit the others, the others are forgotten, and most of what is
/// believed of the model at other tasks.
package struct QualityLedger: Hashable, Sendable {
    struct Key: Hashable {
        var task: String?
        var model: ModelID
    }

    /// Signals, each counting what is left of it.
    struct Evidence: Hashable {
        var good = 0.0
        var bad = 0.0

        var sum: Double { good + bad }
        var mean: Double { good / sum }

        mutating func fade(_ share: Double) {
            good *= share
            bad *= share
        }

        mutating func add(_ reward: Double, _ weight: Double) {
            good += reward * weight
            bad += (1 - reward) * weight
        }
    }

    struct Cell: Hashable {
        var all = Evidence()
        var recent = Evidence()
        var samples = 0
        var changedAt: Timestamp?
        var logSeconds = FadingMean()
        var outputTokens = FadingMean()
        var cachedShare = FadingMean()
    }

    private static let halfLifeInSignals = 200.0
    private static let recentHalfLife = 12.0
    private static let halfLife = Duration.seconds(7 * 86_400)
    /// How many standard errors the last signals are from the others when those are forgotten.
    private static let surprise = 2.5
    private static let enoughRecent = 5.0
    /// As many signals as what is doubted counts for.
    private static let doubted = 8.0

    var cells: [Key: Cell] = [:]

    package init() {}

    /// Learns from what became of an answer.
    package mutating func record(_ signal: QualitySignal, task: String?, model: ModelID, at now: Timestamp) {
        guard let (reward, weight) = signal.reward else { return }
        let isSurprised = change(task, model) { cell in
            let time = Self.left(of: cell, at: now)
            cell.all.fade(time * Elementary.half(weight / Self.halfLifeInSignals))
            cell.recent.fade(time * Elementary.half(weight / Self.recentHalfLife))
            cell.all.add(reward, weight)
            cell.recent.add(reward, weight)
            cell.samples += 1
            cell.changedAt = max(now, cell.changedAt ?? now)
            guard Self.isSurprising(cell) else { return false }
            cell.all = cell.recent
            return true
        }
        if isSurprised { doubt(model, except: task) }
    }

    /// Keeps only so much of what is known of the model at other tasks that a few new signals can change it.
    private mutating func doubt(_ model: ModelID, except task: String?) {
        for key in Array(cells.keys) where key.model == model && key.task != task {
            guard let sum = cells[key]?.all.sum, sum > Self.doubted else { continue }
            cells[key]?.all.fade(Self.doubted / sum)
        }
    }

    /// Learns from how long an answer took and how long it was.
    package mutating func record(latency: Duration, usage: TokenUsage, task: String?, model: ModelID) {
        change(task, model) { cell in
            cell.logSeconds.add(Elementary.log(max(0.001, latency.inSeconds)))
            if let output = usage.output { cell.outputTokens.add(Double(output)) }
            if let input = usage.input, input > 0, let cached = usage.cacheRead {
                cell.cachedShare.add(min(1, Double(cached) / Double(input)))
            }
        }
    }

    /// What is believed now of a model of `tier` at a task that wants `taskTier`.
    package func belief(
        task: String?, model: ModelID, tier: ModelTier, taskTier: ModelTier?, at now: Timestamp
    ) -> QualityBelief {
        let prior = QualityPrior.mean(of: tier, for: taskTier)
        var belief = QualityBelief(
            alpha: prior * QualityPrior.mass, beta: (1 - prior) * QualityPrior.mass, samples: 0)
        guard let cell = cells[Key(task: task, model: model)] else { return belief }
        let left = Self.left(of: cell, at: now)
        belief.alpha += cell.all.good * left
        belief.beta += cell.all.bad * left
        belief.samples = cell.samples
        return belief
    }

    /// The median time of the model's answers to the task, nearly; nil if none is known.
    package func latency(task: String?, model: ModelID) -> Duration? {
        cells[Key(task: task, model: model)]?.logSeconds.mean.map {
            .milliseconds(Int((Elementary.exp($0) * 1000).rounded()))
        }
    }

    /// How long the model's answers to the task usually are, in tokens; nil if that is not known.
    package func outputTokens(task: String?, model: ModelID) -> Int? {
        cells[Key(task: task, model: model)]?.outputTokens.mean.map { Int($0.rounded()) }
    }

    /// How much of the input usually comes from the provider's cache, from 0 to 1; nil if that is not known.
    package func cachedShare(task: String?, model: ModelID) -> Double? {
        cells[Key(task: task, model: model)]?.cachedShare.mean
    }

    private mutating func change<Result>(
        _ task: String?, _ model: ModelID, _ body: (inout Cell) -> Result
    ) -> Result {
        body(&cells[Key(task: task, model: model), default: Cell()])
    }

    private static func left(of cell: Cell, at now: Timestamp) -> Double {
        guard let changedAt = cell.changedAt, now > changedAt else { return 1 }
        return Elementary.half(now.since(changedAt).inSeconds / halfLife.inSeconds)
    }

    private static func isSurprising(_ cell: Cell) -> Bool {
        guard cell.recent.sum >= enoughRecent, cell.all.sum > cell.recent.sum else { return false }
        let expected = min(0.95, max(0.05, cell.all.mean))
        let error = (expected * (1 - expected) / cell.recent.sum).squareRoot()
        return abs(cell.recent.mean - cell.all.mean) > surprise * error
    }
}

/// A mean in which each number counts less with every one that follows.
struct FadingMean: Hashable {
    private static let fading = 0.95
    var sum = 0.0
    var weight = 0.0

    var mean: Double? { weight > 0 ? sum / weight : nil }

    mutating func add(_ number: Double) {
        sum = sum * Self.fading + number
        weight = weight * Self.fading + 1
    }
}
