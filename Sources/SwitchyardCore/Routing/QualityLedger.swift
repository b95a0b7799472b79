/// What was learned about how well, how fast and at what length each model does each task.
///
/// What is old counts less: a signal halves with every 200 that follow it and every 7 days. A model that changes is
/// noticed sooner: when the last dozen signals do not fit the others, the others are forgotten, its tier says less
/// about it, and it is believed, though not firmly, to have changed by as much at other tasks.
package struct QualityLedger: Hashable, Sendable {
    struct Key: Hashable {
        var task: String?
        var model: ModelID
    }

    /// Signals, each counting what is left of it.
    struct Evidence: Hashable {
        var good = 0.0
        var bad = 0.0

        init(good: Double = 0, bad: Double = 0) {
            self.good = good
            self.bad = bad
        }

        init(mean: Double, sum: Double) {
            good = mean * sum
            bad = (1 - mean) * sum
        }

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
        /// How much the model's tier still says about it.
        var priorShare = 1.0
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
    /// What the prior of a model that has changed still counts: it is no longer what its tier says.
    private static let priorOfChanged = 0.3

    var cells: [Key: Cell] = [:]

    package init() {}

    /// Learns from what became of an answer.
    package mutating func record(_ signal: QualitySignal, task: String?, model: ModelID, at now: Timestamp) {
        guard let (reward, weight) = signal.reward else { return }
        let change = change(task, model) { cell -> Double? in
            let time = Self.left(of: cell, at: now)
            cell.all.fade(time * Elementary.half(weight / Self.halfLifeInSignals))
            cell.recent.fade(time * Elementary.half(weight / Self.recentHalfLife))
            cell.priorShare = 1 - (1 - cell.priorShare) * time
            cell.all.add(reward, weight)
            cell.recent.add(reward, weight)
            cell.samples += 1
            cell.changedAt = max(now, cell.changedAt ?? now)
            guard Self.isSurprising(cell) else { return nil }
            let change = cell.recent.mean / cell.all.mean
            cell.all = cell.recent
            cell.priorShare = Self.priorOfChanged
            return change
        }
        if let change { doubt(model, except: task, change) }
    }

    /// Believes that the model has changed by as much at its other tasks, and only so firmly that a few signals can
    /// tell otherwise.
    private mutating func doubt(_ model: ModelID, except task: String?, _ change: Double) {
        for key in Array(cells.keys) where key.model == model && key.task != task {
            guard let known = cells[key]?.all, known.sum > 0 else { continue }
            cells[key]?.all = Evidence(mean: min(0.95, known.mean * change), sum: min(known.sum, Self.doubted))
            cells[key]?.priorShare = Self.priorOfChanged
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
        let cell = cell(task, model) ?? Cell()
        let left = Self.left(of: cell, at: now)
        let mass = QualityPrior.mass * (1 - (1 - cell.priorShare) * left)
        return QualityBelief(
            alpha: prior * mass + cell.all.good * left, beta: (1 - prior) * mass + cell.all.bad * left,
            samples: cell.samples)
    }

    /// The median time of the model's answers to the task, nearly; nil if none is known.
    package func latency(task: String?, model: ModelID) -> Duration? {
        cell(task, model)?.logSeconds.mean.map {
            .milliseconds(Int((Elementary.exp($0) * 1000).rounded()))
        }
    }

    /// How long the model's answers to the task usually are, in tokens; nil if that is not known.
    package func outputTokens(task: String?, model: ModelID) -> Int? {
        cell(task, model)?.outputTokens.mean.map { Int($0.rounded()) }
    }

    /// How much of the input usually comes from the provider's cache, from 0 to 1; nil if that is not known.
    package func cachedShare(task: String?, model: ModelID) -> Double? {
        cell(task, model)?.cachedShare.mean
    }

    private func cell(_ task: String?, _ model: ModelID) -> Cell? { cells[Key(task: task, model: model)] }

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
