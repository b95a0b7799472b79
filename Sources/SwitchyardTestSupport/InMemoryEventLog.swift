import Foundation
package import SwitchyardCore
import Synchronization

/// An event log that remembers and forgets: for tests of whatever appends.
///
/// It records every append with its durability, fails the ones it is told to, and holds appends until they are
/// released.
package final class InMemoryEventLog: EventLog {
    /// One call of ``append(_:durability:under:)``.
    package struct Append: Hashable, Sendable {
        package var events: [EventEnvelope]
        package var durability: Durability
        /// What it was answered; nil for success.
        package var error: EventLogError?
    }

    fileprivate struct State {
        var order: [RunID] = []
        var events: [RunID: [EventEnvelope]] = [:]
        var owned: Set<RunID> = []
        var epochs: [RunID: Int] = [:]
        var appends: [Append] = []
        var callCount = 0
        var failures: [Int: EventLogError] = [:]
        var isHolding = false
        var held: [CheckedContinuation<Void, Never>] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    private let folder = FileManager.default.temporaryDirectory.path + "/switchyard-logs-" + UUID().uuidString

    package init() {}

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    // MARK: What tests see and script

    /// Every append so far, in the order they were answered.
    package var appends: [Append] { state.withLock { $0.appends } }

    /// Every event of `run`.
    package func events(of run: RunID) -> [EventEnvelope] { state.withLock { $0.events[run] ?? [] } }

    /// Makes the append number `call`, from 1 and counting all that were ever called, fail with `error`.
    package func fail(call: Int, with error: EventLogError) {
        state.withLock { $0.failures[call] = error }
    }

    /// Makes the owner of `run` lose its lock without knowing it: the run can be leased again.
    package func loseLock(of run: RunID) {
        state.withLock { _ = $0.owned.remove(run) }
    }

    /// Makes appends wait from now on, before they are recorded.
    package func hold() {
        state.withLock { $0.isHolding = true }
    }

    /// Lets go of every held append and holds no more.
    package func release() {
        let held = state.withLock { state in
            state.isHolding = false
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// Returns once at least `count` appends are held.
    package func waitUntilHolding(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isReached = state.withLock {
                if $0.held.count < count { $0.watchers.append((count, continuation)) }
                return $0.held.count >= count
            }
            if isReached { continuation.resume() }
        }
    }

    // MARK: EventLog

    package func append(
        _ events: [EventEnvelope], durability: Durability, under lease: any RunLease
    ) async throws(EventLogError) {
        let call = state.withLock {
            $0.callCount += 1
            return $0.callCount
        }
        await passGate()
        let error = state.withLock { state -> EventLogError? in
            let error = state.failures[call] ?? state.record(events, under: lease)
            state.appends.append(Append(events: events, durability: durability, error: error))
            return error
        }
        if let error { throw error }
    }

    package func events(
        of run: RunID, from first: Int, limit: Int
    ) async throws(EventLogError) -> [EventEnvelope] {
        Array(events(of: run).drop { $0.seq < first }.prefix(max(0, limit)))
    }

    package func runs(limit: Int) async throws(EventLogError) -> [RunSummary] {
        state.withLock { state in state.order.reversed().prefix(max(0, limit)).map { state.summary(of: $0) } }
    }

    package func openRuns(after number: Int) async throws(EventLogError) -> [RunSummary] {
        let runs = try await runs(limit: .max)
        return runs.filter { $0.number > number && !$0.status.isFinal }
    }

    package func run(matching reference: String) async throws(EventLogError) -> RunSummary? {
        let runs = state.withLock { $0.order.enumerated().map { (run: $1, number: $0 + 1) } }
        guard let run = try RunReference(reference).match(in: runs) else { return nil }
        return state.withLock { $0.summary(of: run) }
    }

    package func keptResult(_ key: String) async throws(EventLogError) -> EventEnvelope? {
        state.withLock { state in
            state.order.flatMap { state.events[$0] ?? [] }.last { event in
                if case .stepSucceeded(let success) = event.event { success.cacheKey == key } else { false }
            }
        }
    }

    package func lease(_ run: RunID) async throws(EventLogError) -> any RunLease {
        let epoch = state.withLock { state -> Int? in
            guard state.owned.insert(run).inserted else { return nil }
            state.epochs[run, default: 0] += 1
            return state.epochs[run]
        }
        guard let epoch else { throw .owned(run) }
        return Lease(log: self, run: run, epoch: epoch)
    }

    package func logFolder(of run: RunID) throws(EventLogError) -> String {
        let path = folder + "/" + run.rawValue
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .cannotOpen(path: path, reason: "\(error)")
        }
        return path
    }

    private func passGate() async {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> [CheckedContinuation<Void, Never>] in
                guard state.isHolding else { return [continuation] }
                state.held.append(continuation)
                let count = state.held.count
                defer { state.watchers.removeAll { $0.count <= count } }
                return state.watchers.filter { $0.count <= count }.map(\.continuation)
            }
            for continuation in ready { continuation.resume() }
        }
    }

    private final class Lease: RunLease {
        private let log: InMemoryEventLog
        let run: RunID
        let epoch: Int
        private let isClosed = Mutex(false)

        init(log: InMemoryEventLog, run: RunID, epoch: Int) {
            self.log = log
            self.run = run
            self.epoch = epoch
        }

        func close() {
            // Once only, or it would end the lease of a later owner.
            let isFirst = isClosed.withLock { isClosed in
                defer { isClosed = true }
                return !isClosed
            }
            guard isFirst else { return }
            log.state.withLock { if $0.epochs[run] == epoch { $0.owned.remove(run) } }
        }

        deinit { close() }
    }
}

extension InMemoryEventLog.State {
    fileprivate mutating func record(_ events: [EventEnvelope], under lease: any RunLease) -> EventLogError? {
        guard let run = events.first?.run else { return nil }
        if let refusal = EventLogError.refusal(of: lease, newest: epochs[run]) { return refusal }
        if let refusal = EventLogError.refusal(of: events, after: self.events[run]?.count ?? 0) { return refusal }
        if self.events[run] == nil { order.append(run) }
        self.events[run, default: []] += events
        return nil
    }

    fileprivate func summary(of run: RunID) -> RunSummary {
        RunSummary(
            of: RunSnapshot(run: run, folding: events[run] ?? []), number: (order.firstIndex(of: run) ?? 0) + 1,
            isOwned: owned.contains(run)
        )
    }
}
