import SwitchyardCore

/// Lets one run of a concurrency group be under way at a time, whichever process it is in.
///
/// The log says which runs there are and who of them has an owner. Runs wait for those of their group that came before
/// them, and for any that is under way: so no two wait for each other, and nobody is passed by.
struct RunGate: Sendable {
    /// How often the log is looked at while a run waits.
    static let interval = Duration.milliseconds(250)

    let log: any EventLog
    let clock: EngineClock
    /// Asks another run to be cancelled.
    let cancel: @Sendable (RunID) async -> Void
    /// Ends what the dead process of a run left of its steps.
    let reap: @Sendable (RunID) async -> Void

    /// Waits until `run` may be under way, and tells `report` why it is not and at last that it is, or never will be.
    ///
    /// - Parameter ancestors: the runs that `run` is a part of, which it need not wait for.
    func enter(
        _ group: String, _ onConflict: ConcurrencyPolicy.OnConflict, run: RunID, ancestors: [RunID],
        report: (Stimulus) -> Void
    ) async {
        var seen = Seen()
        var told: [RunID] = []
        var cancelled: Set<RunID> = Set()
        while !Task.isCancelled {
            // Who cannot read the log does not know that it is the run's turn.
            let found = try? await conflicts(group, run, except: ancestors, &seen)
            let conflicts = found ?? told
            guard found == nil || !conflicts.isEmpty else {
                guard !seen.dead.isEmpty else { return report(.admitted) }
                // What they had started may still be at work. Somebody may have come while that is ended.
                for other in seen.dead where seen.reaped.insert(other).inserted { await reap(other) }
                continue
            }
            switch onConflict {
            case .queue: break
            case .reject: if let first = conflicts.first { return report(.rejected(by: first)) }
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
        _ group: String, _ run: RunID, except ancestors: [RunID], _ seen: inout Seen
    ) async throws(EventLogError) -> [RunID] {
        let runs = try await log.openRuns(after: seen.ended)
        // What has ended stays so.
        if let oldest = runs.last { seen.ended = oldest.number - 1 }
        guard let own = runs.first(where: { $0.run == run }) else { return [] }
        var conflicts: [RunID] = []
        // Who is part of a run that has the turn has it too, among the other parts: those that wait, wait for that run.
        var holder: RunID?
        for ancestor in ancestors where try await membership(of: ancestor, &seen).group == group {
            let status = runs.first { $0.run == ancestor }?.status
            if status == .running || status == .paused { holder = ancestor }
        }
        seen.dead = []
        for other in runs.reversed() where other.run != run && !ancestors.contains(other.run) {
            if other.status != .interrupted {
                seen.reaped.remove(other.run)
            } else if !seen.reaped.contains(other.run), try await isPart(other.run, of: group, &seen) {
                seen.dead.append(other.run)
            }
            let isBefore = other.number < own.number
            let isConflict =
                switch other.status {
                case .running, .paused: true
                // One that is about to start may have looked before this one was taken over.
                case .pending: isBefore || own.status == .running || own.status == .paused
                case .waiting: isBefore
                case .succeeded, .failed, .cancelled, .interrupted: false
                }
            guard isConflict else { continue }
            let member = try await membership(of: other.run, &seen)
            guard member.group == group, holder.map(member.ancestors.contains) ?? true else { continue }
            conflicts.append(other.run)
        }
        return conflicts
    }

    /// Whether `run`, or a run that it is a part of, is of `group`.
    private func isPart(_ run: RunID, of group: String, _ seen: inout Seen) async throws(EventLogError) -> Bool {
        let member = try await membership(of: run, &seen)
        if member.group == group { return true }
        for ancestor in member.ancestors where try await membership(of: ancestor, &seen).group == group { return true }
        return false
    }

    private func membership(
        of run: RunID, _ seen: inout Seen
    ) async throws(EventLogError) -> Membership {
        if let member = seen.members[run] { return member }
        var member = Membership(group: nil, ancestors: [])
        do throws(EventLogError) {
            let first = try await log.events(of: run, from: 1, limit: 1).first?.event
            guard case .runCreated(let created)? = first else { return member }
            member = Membership(group: created.concurrencyGroup, ancestors: created.parent?.ancestors ?? [])
        } catch .corrupt {
            // No later look would read it either.
        }
        seen.members[run] = member
        return member
    }

    /// What was found out.
    private struct Seen {
        var members: [RunID: Membership] = [:]
        /// Of the group and without an owner at the last look, and not reaped.
        var dead: [RunID] = []
        /// Without an owner since they were.
        var reaped: Set<RunID> = []
        /// All runs up to this number have ended.
        var ended = 0
    }

    /// What a run belongs to, which never changes.
    private struct Membership {
        var group: String?
        var ancestors: [RunID]
    }
}
