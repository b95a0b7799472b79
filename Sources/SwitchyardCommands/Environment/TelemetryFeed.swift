import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import Synchronization

/// Makes telemetry of what runs record, and writes it where nobody waits for it.
///
/// Events are taken notice of at once and looked at in the background. Whatever goes wrong there is said once, and is no
/// trouble of a run.
final class TelemetryFeed: RunObserver {
    /// Hears what a call teaches: of calls of this process, once each.
    typealias Teach = @Sendable (Lesson, CallRecord) -> Void

    let log: any TelemetryLog
    private let premium: PremiumReference?
    private let teach: Teach
    private let report: @Sendable (String) -> Void
    /// What happened before is known from the log, and was learned from it.
    private let start: Timestamp

    private struct State {
        /// In the order in which they came.
        var waiting: [EventEnvelope] = []
        /// What is known of the runs under way, but of those that are looked at now.
        var folds: [RunID: TelemetryFold] = [:]
        var isWorking = false
        var hasReported = false
        /// Who waits until everything is written.
        var flushes: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// So many events wait at most; what comes beyond is lost to telemetry.
    private static let mostWaiting = 500_000

    init(
        _ log: any TelemetryLog, premium: PremiumReference?, start: Timestamp, teach: @escaping Teach,
        report: @escaping @Sendable (String) -> Void
    ) {
        self.log = log
        self.premium = premium
        self.start = start
        self.teach = teach
        self.report = report
    }

    /// A run that has asked no model needs no past: what is to be known of it is in its snapshot.
    func wantsPast(of snapshot: RunSnapshot) -> Bool {
        let routing = snapshot.routing
        // A call that was under way when its process died has no answer, and counts.
        if snapshot.modelUse.calls > 0 || routing.failedAttempts > 0 || !routing.reserved.isEmpty { return true }
        let fold = TelemetryFold(goingOn: snapshot, premium: premium)
        state.withLock { $0.folds[snapshot.run] = fold }
        return false
    }

    func recorded(_ events: [EventEnvelope]) {
        let heeded = events.filter { TelemetryFold.heeds($0.event) }
        if heeded.isEmpty { return }
        let (mustStart, isFull) = state.withLock { state in
            guard state.waiting.count + heeded.count <= Self.mostWaiting else { return (false, true) }
            state.waiting += heeded
            defer { state.isWorking = true }
            return (!state.isWorking, false)
        }
        if isFull { say("telemetry cannot keep up, and some of it is lost") }
        if mustStart { Task { await self.work() } }
    }

    /// Returns when everything is written, or after `limit`.
    func flush(within limit: Duration) async {
        let timer = Task {
            // Cancelled, it was in time: whoever waits by now waits for something else.
            guard (try? await Task.sleep(for: limit)) != nil else { return }
            self.endFlushes()
        }
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if state.isWorking { state.flushes.append(continuation) }
                return !state.isWorking
            }
            if isIdle { continuation.resume() }
        }
        timer.cancel()
    }

    /// Says once what is wrong; later troubles are more of the same.
    func say(_ sentence: String) {
        let isFirst = state.withLock { state in
            defer { state.hasReported = true }
            return !state.hasReported
        }
        if isFirst { report(sentence) }
    }

    private func endFlushes() {
        let flushes = state.withLock { state in
            defer { state.flushes = [] }
            return state.flushes
        }
        for flush in flushes { flush.resume() }
    }

    /// Folds and writes until nothing waits. What comes while a batch is being written goes into the next.
    private func work() async {
        while let (events, known) = take() {
            var folds = known
            var batch = TelemetryGathering()
            for event in events {
                let change = folds[event.run, default: TelemetryFold(run: event.run, premium: premium)].apply(event)
                batch.add(change)
                if folds[event.run]?.record?.status.isFinal == true { folds[event.run] = nil }
                guard let call = change.calls.first, event.time >= start else { continue }
                for lesson in change.lessons { teach(lesson, call) }
            }
            keep(folds)
            guard !batch.isEmpty else { continue }
            do throws(EventLogError) {
                try await log.enter(batch.records)
            } catch {
                say("telemetry is not kept: \(ErrorMessage.sentence(error))")
            }
        }
    }

    /// What waits, and what is known of the runs under way; nil where nothing waits, which ends the work and whoever
    /// waits for that: in one, so that nobody is told who waits for the work that follows.
    private func take() -> (events: [EventEnvelope], folds: [RunID: TelemetryFold])? {
        let (next, flushes) = state.withLock { state in
            guard !state.waiting.isEmpty else {
                defer { state.flushes = [] }
                state.isWorking = false
                return (nil as ([EventEnvelope], [RunID: TelemetryFold])?, state.flushes)
            }
            defer {
                state.waiting = []
                state.folds = [:]
            }
            return ((state.waiting, state.folds), [])
        }
        for flush in flushes { flush.resume() }
        return next
    }

    private func keep(_ folds: [RunID: TelemetryFold]) {
        // Runs that came meanwhile are in it already.
        state.withLock { $0.folds.merge(folds) { come, _ in come } }
    }
}

/// Records on their way into the log: the newest of each.
private struct TelemetryGathering {
    private var calls: OrderedDictionary<CallRecord.Key, CallRecord> = [:]
    private var runs: OrderedDictionary<RunID, RunRecord> = [:]

    var isEmpty: Bool { calls.isEmpty && runs.isEmpty }
    var records: TelemetryBatch { TelemetryBatch(calls: Array(calls.values), runs: Array(runs.values)) }

    mutating func add(_ change: TelemetryChange) {
        for call in change.calls { calls[call.key] = call }
        for run in change.runs { runs[run.run] = run }
    }
}
