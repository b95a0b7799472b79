import OrderedCollections
import SwitchyardCore

extension EventLog {
    /// The newest runs, as a list shows them: one that only a person can help is `waiting`, which no event says.
    func listedRuns(limit: Int) async throws(EventLogError) -> [RunSummary] {
        var listed = try await runs(limit: limit)
        for index in listed.indices where listed[index].status == .running {
            if try await waitsForAPerson(listed[index].run) { listed[index].status = .waiting }
        }
        return listed
    }

    private func waitsForAPerson(_ run: RunID) async throws(EventLogError) -> Bool {
        var snapshot = RunSnapshot(run: run)
        while true {
            let page = try await events(of: run, from: snapshot.lastSeq + 1, limit: 5000)
            for event in page { snapshot.apply(event) }
            if page.count < 5000 { return snapshot.waitsForAPerson }
        }
    }
}

extension RunSnapshot {
    /// Whether a step asks a person and nothing else is under way.
    var waitsForAPerson: Bool {
        var asks = false
        for step in steps.values {
            switch step.state {
            case .waiting(.approval), .outcomeUnknown: asks = true
            case .ready, .waiting: return false
            case .running where !step.attempts.isEmpty: return false
            case .pending, .running, .succeeded, .failed, .skipped, .cancelled: break
            }
        }
        return asks && !status.isFinal
    }
}
