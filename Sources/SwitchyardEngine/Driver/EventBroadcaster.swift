import SwitchyardCore
import Synchronization

/// Hands the events of one run to any number of subscribers, each at its own pace.
///
/// A subscriber's events gather until it takes them; a slow one delays nobody. Lines are bounded: of those that
/// gather, the newest stay.
final class EventBroadcaster: Sendable {
    private struct State {
        var subscriptions: [Int: EventSubscription] = [:]
        var nextID = 0
        var isFinished = false
    }

    private let state = Mutex(State())

    /// A new subscription to everything published from now on.
    func subscribe() -> EventSubscription {
        state.withLock { state in
            let id = state.nextID
            state.nextID += 1
            let subscription = EventSubscription { [weak self] in self?.unsubscribe(id) }
            if state.isFinished { subscription.finish() } else { state.subscriptions[id] = subscription }
            return subscription
        }
    }

    var subscriberCount: Int { state.withLock { $0.subscriptions.count } }

    private func unsubscribe(_ id: Int) {
        state.withLock { _ = $0.subscriptions.removeValue(forKey: id) }
    }

    func publish(_ events: [EventEnvelope]) {
        for subscription in subscriptions { subscription.push(events) }
    }

    func publish(_ lines: [StepLine]) {
        for subscription in subscriptions { subscription.push(lines) }
    }

    /// Ends every subscription once it has given out what has gathered.
    func finish() {
        let ended = state.withLock { state in
            state.isFinished = true
            defer { state.subscriptions = [:] }
            return state.subscriptions.values.map(\.self)
        }
        for subscription in ended { subscription.finish() }
    }

    private var subscriptions: [EventSubscription] {
        state.withLock { $0.subscriptions.values.map(\.self) }
    }
}

/// One subscriber's gathered events.
final class EventSubscription: Sendable {
    /// How many lines may gather, and how many bytes of them; what is more is dropped from the front and counted.
    static let maximumLines = 2000
    static let maximumBytes = 512 * 1024

    private struct State {
        var batch = EventBatch()
        /// The size of the batch's lines.
        var bytes = 0
        var reader: CheckedContinuation<EventBatch?, Never>?
        var isFinished = false
    }

    private let state = Mutex(State())
    private let onCancel: @Sendable () -> Void

    init(onCancel: @escaping @Sendable () -> Void) {
        self.onCancel = onCancel
    }

    func push(_ events: [EventEnvelope]) {
        deliver { $0.batch.events += events }
    }

    func push(_ lines: [StepLine]) {
        deliver { state in
            state.batch.lines += lines
            for line in lines { state.bytes += line.line.text.utf8.count }
            // Trimmed in strides, so that a flood does not move the array for every line.
            guard state.batch.lines.count > Self.maximumLines * 3 / 2 || state.bytes > Self.maximumBytes * 3 / 2 else {
                return
            }
            var kept = state.batch.lines.count
            var excess = 0
            while kept > Self.maximumLines || state.bytes > Self.maximumBytes && kept > 1 {
                state.bytes -= state.batch.lines[excess].line.text.utf8.count
                excess += 1
                kept -= 1
            }
            state.batch.lines.removeFirst(excess)
            state.batch.droppedLines += excess
        }
    }

    func finish() {
        let reader = state.withLock { state in
            state.isFinished = true
            return state.reader.take()
        }
        // A waiting reader means that nothing has gathered.
        reader?.resume(returning: nil)
    }

    /// Everything that has gathered, waiting for it if there is nothing; nil once finished or cancelled.
    func next() async -> EventBatch? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state -> EventBatch?? in
                    if let batch = Self.takeBatch(&state) { return batch }
                    if state.isFinished || Task.isCancelled { return .some(nil) }
                    precondition(state.reader == nil, "two readers")
                    state.reader = continuation
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            cancel()
        }
    }

    private static func takeBatch(_ state: inout State) -> EventBatch? {
        guard !state.batch.events.isEmpty || !state.batch.lines.isEmpty else { return nil }
        defer {
            state.batch = EventBatch()
            state.bytes = 0
        }
        return state.batch
    }

    /// Ends the subscription at once.
    func cancel() {
        finish()
        onCancel()
    }

    private func deliver(_ change: (inout State) -> Void) {
        let delivery = state.withLock { state -> (CheckedContinuation<EventBatch?, Never>, EventBatch)? in
            change(&state)
            guard state.reader != nil, let batch = Self.takeBatch(&state), let reader = state.reader.take() else {
                return nil
            }
            return (reader, batch)
        }
        if let (reader, batch) = delivery { reader.resume(returning: batch) }
    }
}
