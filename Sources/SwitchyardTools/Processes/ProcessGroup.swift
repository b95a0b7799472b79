import Glibc
package import SwitchyardCore

/// The processes that a step's leader started and that stayed in its group.
package struct ProcessGroup: Sendable {
    /// The leader's process identifier, which is also the group's and the session's.
    package let leader: Int32

    package init(_ leader: Int32) {
        self.leader = leader
    }

    /// Whether any process of the group is left, one that nobody has reaped included.
    ///
    /// The kernel gives no new process the number of a group that still has members, and hands numbers out in a
    /// circle, so a moment after the leader's end the number still means this group.
    package var exists: Bool {
        kill(-leader, 0) == 0 || errno == EPERM
    }

    /// Ends every process of the group (of the whole session if `includingSession`): TERM, up to `grace`, KILL.
    ///
    /// Returns whether there was anything alive to end. Returns when nothing runs any more, or two seconds after KILL
    /// if something sleeps where no signal reaches it.
    @discardableResult
    package func end(within grace: Duration, includingSession: Bool) async -> Bool {
        guard includingSession || exists else { return false }
        guard await signal(SIGTERM, includingSession) else { return false }
        if await isGone(within: grace, includingSession) { return true }
        _ = await signal(SIGKILL, includingSession)
        _ = await isGone(within: .seconds(2), includingSession) { _ = await signal(SIGKILL, includingSession) }
        return true
    }

    /// Sends `number` to everything alive; returns whether there was anything.
    private func signal(_ number: Int32, _ includingSession: Bool) async -> Bool {
        let members = await members(includingSession)
        guard !members.isEmpty else { return false }
        _ = kill(-leader, number)
        for member in members where member.group != leader { _ = kill(member.process, number) }
        return true
    }

    /// Polls, because no kernel interface waits for processes that are not one's children. In an uncancelled task:
    /// this runs exactly when the caller's task is cancelled, where a sleep would return at once.
    private func isGone(
        within time: Duration, _ includingSession: Bool, retry: @escaping @Sendable () async -> Void = {}
    ) async -> Bool {
        await Task {
            let deadline = ContinuousClock.now + time
            var pause = Duration.milliseconds(1)
            while await !members(includingSession).isEmpty {
                if ContinuousClock.now >= deadline { return false }
                try? await Task.sleep(for: min(pause, deadline - ContinuousClock.now))
                pause = min(pause * 2, .milliseconds(50))
                // A process that was forking while the signal went out has a child that did not get it.
                await retry()
            }
            return true
        }.value
    }

    /// Ends the group that `leader` led for a step of `run` in a process that has died, if it is still that group: its
    /// leader started when the record says, or, where the leader has ended, every member carries the run's name.
    package static func reap(leader: Int32, startTime recorded: UInt64, run: RunID) async {
        let group = ProcessGroup(leader)
        if let start = startTime(of: leader) {
            guard start == recorded else { return }
        } else {
            let members = await group.members(false).map(\.process)
            let areOfRun = await Blocking.run { _ in members.allSatisfy { belongs($0, to: run) } }
            guard !members.isEmpty, areOfRun else { return }
        }
        await group.end(within: .seconds(2), includingSession: true)
    }

    /// Ends every process group whose members carry the name of `run` and of one of `steps`: those that were started
    /// just before their process died, before their group was recorded. This process's own session is left alone.
    package static func reapStrays(of run: RunID, steps: Set<StepPath>) async {
        let own = getsid(0)
        let others = await ProcessTable.shared.entries().filter { $0.session != own }
        let groups = await Blocking.run { _ in
            Set(others.filter { entry in steps.contains { belongs(entry.process, to: run, step: $0) } }.map(\.group))
        }
        for group in groups.sorted() {
            await ProcessGroup(group).end(within: .seconds(2), includingSession: true)
        }
    }

    /// Whether the environment of `process` says that it belongs to `run`, and to `step` of it.
    private static func belongs(_ process: Int32, to run: RunID, step: StepPath? = nil) -> Bool {
        let path = "/proc/\(process)/environ"
        guard let (bytes, _) = try? FileContents.read(path, named: path, limit: 1 << 20, Cancellation()) else {
            return false
        }
        let variables = bytes.split(separator: 0)
        func has(_ name: String, _ value: String) -> Bool {
            variables.contains { $0.elementsEqual("\(name)=\(value)".utf8) }
        }
        return has("SWITCHYARD_RUN", run.rawValue) && (step.map { has("SWITCHYARD_STEP", $0.rawValue) } ?? true)
    }

    /// Whoever is alive: a process that is dead but not reaped by its parent is not.
    private func members(_ includingSession: Bool) async -> [(process: Int32, group: Int32)] {
        if !includingSession, !exists { return [] }
        return await ProcessTable.shared.entries().compactMap { entry in
            guard entry.group == leader || includingSession && entry.session == leader else { return nil }
            return (entry.process, entry.group)
        }
    }

    /// Whether `process`, a child of this one, has ended; leaves its status for whoever waits for it.
    static func hasEnded(_ process: Int32) -> Bool {
        var info = siginfo_t()
        return waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_signo != 0
    }

    /// When `process` was started, in clock ticks since the machine's start; nil if there is no such process.
    package static func startTime(of process: Int32) -> UInt64? {
        guard let fields = ProcessTable.fields(of: process, upTo: 20), fields.count > 19 else { return nil }
        return UInt64(fields[19])
    }
}
