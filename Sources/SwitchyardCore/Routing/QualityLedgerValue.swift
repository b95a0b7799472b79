import OrderedCollections

extension QualityLedger {
    /// Everything that was learned, to be kept: a list of objects, sorted by task and model.
    package var value: Value {
        let keys = cells.keys.sorted { ($0.task ?? "", $0.model) < ($1.task ?? "", $1.model) }
        return .array(
            keys.compactMap { key in
                guard let cell = cells[key] else { return nil }
                return [
                    "task": Value(key.task), "model": .string(key.model.description), "samples": .int(cell.samples),
                    "changed_at": cell.changedAt.map { .int(Int($0.microseconds)) } ?? .null, "all": cell.all.value,
                    "recent": cell.recent.value, "log_seconds": cell.logSeconds.value,
                    "output_tokens": cell.outputTokens.value, "cached_share": cell.cachedShare.value,
                ]
            })
    }

    /// What was kept. Entries that cannot be read are left out: what is not known is learned again.
    package init(_ value: Value) {
        self.init()
        for entry in value.arrayValue ?? [] {
            guard let model = entry["model"].stringValue.flatMap({ ModelID($0) }), let all = Evidence(entry["all"]),
                let recent = Evidence(entry["recent"]), let logSeconds = FadingMean(entry["log_seconds"]),
                let outputTokens = FadingMean(entry["output_tokens"]),
                let cachedShare = FadingMean(entry["cached_share"]), let samples = entry["samples"].intValue,
                samples >= 0
            else { continue }
            cells[Key(task: entry["task"].stringValue, model: model)] = Cell(
                all: all, recent: recent, samples: samples,
                changedAt: entry["changed_at"].intValue.map { Timestamp(microseconds: Int64($0)) },
                logSeconds: logSeconds, outputTokens: outputTokens, cachedShare: cachedShare)
        }
    }
}

extension QualityLedger.Evidence {
    fileprivate var value: Value { .array([.double(good), .double(bad)]) }

    fileprivate init?(_ value: Value) {
        guard let (good, bad) = Self.pair(value) else { return nil }
        self.init(good: good, bad: bad)
    }

    /// Two numbers, neither below 0.
    fileprivate static func pair(_ value: Value) -> (Double, Double)? {
        guard let numbers = value.arrayValue?.map(\.doubleValue), numbers.count == 2, let first = numbers[0],
            let second = numbers[1], first.isFinite, second.isFinite, first >= 0, second >= 0
        else { return nil }
        return (first, second)
    }
}

extension FadingMean {
    fileprivate var value: Value { .array([.double(sum), .double(weight)]) }

    fileprivate init?(_ value: Value) {
        guard let numbers = value.arrayValue?.map(\.doubleValue), numbers.count == 2, let sum = numbers[0],
            let weight = numbers[1], sum.isFinite, weight.isFinite, weight >= 0
        else { return nil }
        self.init(sum: sum, weight: weight)
    }
}
