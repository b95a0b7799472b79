import SwitchyardCore

/// Lets one run of a concurrency group be under way at a time, whichever process it is in.
///
/// The log says which runs there are and who of them has an owner. Runs wait for those of their group that came before
/// them, and for any that is under way: so no two wait for each other, and nobody is passed by.
struct RunGate: Sendable {
    /// How often the log is looked at while a run waits.
    static let interval = Duration.milliseconds(250)

    /// How many runs back others are looked for.
    private static let reach = 1000

    let log: any EventLog
    let clock: EngineClock
    /// Asks another run to be cancelled.
    let cancel: @Sendable (RunID) async -> Void

    /// Waits until `run` may be under way, and tells `report` why it is not and at last that it is, or never will be.
    ///
    /// - Parameter ancestors: the runs that `run` is a part of, which it need not wait for.
    func enter(
        _ group: String, _ onConflict: ConcurrencyPolicy.OnConflict, run: RunID, ancestors: [RunID],
        report: (Stimulus) -> Void
    ) async {
        var groups: [RunID: String] = [:]
        var told: [RunID] = []
        var cancelled: Set<RunID> = Set()
        while !Task.isCancelled {
            // A log that cannot be read is one that nothing can be appended to: what follows says so.
            let conflicts = (try? await conflicts(group, run, except: ancestors, known: &groups)) ?? []
            guard let first = conflicts.first else { return report(.admitted) }
            switch onConflict {
            case .queue: break
            case .reject: return report(.rejected(by: first))
            case .cancelOlder:
                for other in conflicts where cancelled.insert(other).inserted { await cancel(other) }
            }
            if conflicts != told { report(.queued(QueuedRun(group: group, behind: conflicts))) }
            told = conflicts
            do {
                try await clock.sleep(Self.interval)
            } catch {
                return
            }
        }
    }

    /// The runs of `group` that `run` has to wait for, the oldest first.
    private func conflicts(
        _ group: String, _ run: RunID, except ancestors: [RunID], known groups: inout [RunID: String]
    ) async throws(EventLogError) -> [RunID] {
        let runs = try await log.runs(limit: Self.reach)
        guard let own = runs.first(where: { $0.run == run }) else { return [] }
        var conflicts: [RunID] = []
        for other in runs.reversed() where other.run != run && !ancestors.contains(other.run) {
            let isBefore = other.number < own.number
            let isConflict =
                switch other.status {
                case .running, .paused: true
                case .pending, .waiting: isBefore
                case .succeeded, .failed, .cancelled, .interrupted: false
                }
            guard isConflict, try await self.group(of: other.run, known: &groups) == group else { continue }
            conflicts.append(other.run)
        }
        return conflicts
    }

    private func group(of run: RunID, known: inout [RunID: String]) async throws(EventLogError) -> String? {
        if let group = known[run] { return group }
        guard case .runCreated(let created)? = try await log.events(of: run, from: 1, limit: 1).first?.event else {
            return nil
        }
        // No group has an empty name.
        known[run] = created.concurrencyGroup ?? ""
        return created.concurrencyGroup
    }
}
