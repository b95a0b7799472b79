import SwitchyardCore
import Synchronization

/// Sends spans and metrics to a collector, in the background and in batches.
///
/// Nobody who gives it something waits. What it has no room for, or cannot send, is counted.
final class OTLPExporter: Sendable {
    /// What it needs of the world.
    struct Outside: Sendable {
        var now: @Sendable () -> Timestamp
        var sleep: @Sendable (Duration) async throws -> Void
        var send: @Sendable (OTLPRequest) async -> OTLPReply
        /// From 0 to 1.
        var draw: @Sendable () -> Double
    }

    private enum Wake {
        case spans, metrics
    }

    private struct Pause {
        var sleep: Task<Void, any Error>
        var due: Timestamp
        var isAsked: Bool
    }

    private struct State {
        var queue: SpanQueue
        /// What is sent once a time is over.
        var timers: [Wake: Task<Void, Never>] = [:]
        /// Whether the worker was told of a full batch and has not begun with it.
        var isBatchDue = false
        /// When the metrics' next reading begins.
        var readFrom: Timestamp
        /// The wait before a request is sent again.
        var pause: Pause?
        /// When whoever waits for the end waits no longer; nil while nobody does.
        var closingDue: Timestamp?
        var losses = TelemetryLosses()
        var worker: Task<Void, Never>?
    }

    private let settings: ExporterSettings
    private let resource: OTLPResource
    private let outside: Outside
    private let metrics: CollectingMetrics
    private let state: Mutex<State>
    private let wakes: AsyncStream<Wake>.Continuation

    init(_ settings: ExporterSettings, of resource: OTLPResource, metrics: CollectingMetrics, outside: Outside) {
        self.settings = settings
        self.resource = resource
        self.metrics = metrics
        self.outside = outside
        state = Mutex(State(queue: SpanQueue(capacity: settings.queueSize), readFrom: outside.now()))
        let (stream, wakes) = AsyncStream.makeStream(of: Wake.self)
        self.wakes = wakes
        let worker = Task { await work(stream) }
        state.withLock { $0.worker = worker }
    }

    // MARK: Giving

    func add(_ span: FinishedSpan) {
        state.withLock { state in
            guard state.closingDue == nil else { return state.losses.add(spans: 1, .deadline) }
            state.queue.add(span)
            guard !state.isBatchDue else { return }
            if state.queue.count >= settings.batchSize {
                state.isBatchDue = true
                wakes.yield(.spans)
            } else {
                setTimer(.spans, after: settings.spanDelay, &state)
            }
        }
    }

    /// There may be new values of metrics.
    func noteMetrics() {
        guard settings.metrics != nil else { return }
        state.withLock { setTimer(.metrics, after: settings.metricInterval, &$0) }
    }

    private func setTimer(_ wake: Wake, after delay: Duration, _ state: inout State) {
        guard state.timers[wake] == nil, state.closingDue == nil else { return }
        state.timers[wake] = Task {
            guard (try? await outside.sleep(delay)) != nil else { return }
            self.state.withLock { $0.timers[wake] = nil }
            wakes.yield(wake)
        }
    }

    // MARK: Sending

    private func work(_ stream: AsyncStream<Wake>) async {
        for await wake in stream {
            switch wake {
            case .spans: await sendSpans()
            case .metrics: await sendMetrics()
            }
        }
        // Closed: what is left.
        await sendSpans()
        await sendMetrics()
    }

    private func sendSpans() async {
        state.withLock { $0.isBatchDue = false }
        while true {
            let batch = state.withLock { $0.queue.take(settings.batchSize) }
            guard !batch.isEmpty, let target = settings.traces else { return }
            guard let body = try? OTLPTraces.body(batch, of: resource) else {
                lose(spans: batch.count, .refused("cannot be encoded"))
                continue
            }
            switch await deliver(body, to: target) {
            case .success(let answer):
                if let refusal = OTLPTraces.refusal(in: answer) {
                    lose(spans: min(refusal.count, batch.count), .refused(refusal.message))
                }
            case .failure(let failure):
                lose(spans: batch.count, failure.reason)
                giveUpIfHopeless(failure.reason)
            }
        }
    }

    /// Lets go of what waits if somebody waits for the end and the collector is not there: the next batch would fare no
    /// better.
    private func giveUpIfHopeless(_ reason: ExportFailure) {
        switch reason {
        case .unreachable, .deadline:
            state.withLock { state in
                guard state.closingDue != nil else { return }
                state.losses.add(spans: state.queue.take(.max).count, reason)
            }
        case .status, .refused, .queueFull: break
        }
    }

    private func sendMetrics() async {
        guard let target = settings.metrics else { return }
        let end = outside.now()
        let start = state.withLock { state in
            defer { if settings.sendsDeltas { state.readFrom = end } }
            return state.readFrom
        }
        let readings = metrics.read(resets: settings.sendsDeltas)
        guard !readings.isEmpty else { return }
        let span = OTLPMetrics.Span(start: start, end: end, isDelta: settings.sendsDeltas)
        guard let body = try? OTLPMetrics.body(readings, in: span, of: resource) else {
            return lose(metricExports: 1, .refused("cannot be encoded"))
        }
        switch await deliver(body, to: target) {
        case .success(let answer):
            if let refusal = OTLPMetrics.refusal(in: answer) { lose(metricExports: 1, .refused(refusal.message)) }
        case .failure(let failure): lose(metricExports: 1, failure.reason)
        }
    }

    private struct Undelivered: Error {
        var reason: ExportFailure
    }

    /// Sends `body` until it is taken or there is no hope. Returns the answer.
    private func deliver(_ body: [UInt8], to target: ExporterSettings.Target) async -> Result<[UInt8], Undelivered> {
        var retry = ExportRetry()
        while !Task.isCancelled {
            let reply = await outside.send(OTLPRequest(target: target, body: body))
            // What a cancelled request fails with says nothing of the collector.
            if Task.isCancelled, case .unreachable = reply { break }
            let isClosing = state.withLock { $0.closingDue != nil }
            switch retry.next(after: reply, isClosing: isClosing, draw: outside.draw()) {
            case .accepted(let answer): return .success(answer)
            case .giveUp(let failure): return .failure(Undelivered(reason: failure))
            case .wait(let wait, let isAsked): await pause(wait, isAsked: isAsked)
            }
        }
        return .failure(Undelivered(reason: .deadline))
    }

    /// Waits before a request is sent again. Somebody who waits for the end cuts it short, unless the collector asked
    /// for it; then it ends the worker where there is not that much time.
    private func pause(_ wait: Duration, isAsked: Bool) async {
        let due = outside.now().advanced(by: wait)
        let (sleep, isTooLong) = state.withLock { state in
            let sleep = Task { try await outside.sleep(wait) }
            state.pause = Pause(sleep: sleep, due: due, isAsked: isAsked)
            return (sleep, state.closingDue.map { due >= $0 } ?? false)
        }
        if isTooLong { sleep.cancel() }
        await withTaskCancellationHandler {
            _ = await sleep.result
        } onCancel: {
            sleep.cancel()
        }
        let worker = state.withLock { state in
            state.pause = nil
            return state.worker
        }
        if isTooLong { worker?.cancel() }
    }

    private func lose(spans: Int = 0, metricExports: Int = 0, _ reason: ExportFailure) {
        state.withLock { $0.losses.add(spans: spans, metricExports: metricExports, reason) }
    }

    // MARK: The end

    /// Sends what is left, takes nothing more, and returns after `deadline` at the latest.
    ///
    /// - Returns: what was lost in all.
    func shutdown(deadline: Duration) async -> TelemetryLosses {
        let due = outside.now().advanced(by: deadline)
        let (worker, pause) = state.withLock { state in
            if state.closingDue == nil { state.closingDue = due }
            for timer in state.timers.values { timer.cancel() }
            state.timers = [:]
            return (state.worker, state.pause)
        }
        wakes.finish()
        if let pause, !pause.isAsked { pause.sleep.cancel() }
        if let pause, pause.isAsked, pause.due >= due { worker?.cancel() }
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await worker?.value
                return true
            }
            group.addTask {
                try? await self.outside.sleep(deadline)
                return false
            }
            if await group.next() == false { worker?.cancel() }
            group.cancelAll()
        }
        return state.withLock { state in
            state.losses.add(spans: state.queue.takeTurnedAway(), .queueFull)
            state.losses.add(spans: state.queue.take(.max).count, .deadline)
            return state.losses
        }
    }
}

extension TelemetryLosses {
    fileprivate mutating func add(spans: Int = 0, metricExports: Int = 0, _ reason: ExportFailure) {
        guard spans > 0 || metricExports > 0 else { return }
        self.spans += spans
        self.metricExports += metricExports
        if self.reason == nil { self.reason = reason }
    }
}
