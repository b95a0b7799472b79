import SwitchyardCore
import Synchronization

/// One reader's way through a run's events: from the log first, then live, without a gap or a repetition.
actor EventCursor {
    /// How many events are read from the log at a time.
    private static let pageSize = 1000

    private let log: any EventLog
    private let run: RunID
    private let subscribe: @Sendable () async -> EventSubscription?
    /// The `seq` of the next event to give out.
    private var next: Int
    private var phase = Phase.new
    private let shared = Mutex(Shared())

    /// What a cancellation, which comes from any thread, has to reach.
    private struct Shared {
        var subscription: EventSubscription?
        var isCancelled = false
    }

    private enum Phase {
        case new
        /// Reads what was recorded before the subscription began.
        case recorded(EventSubscription?)
        case live(EventSubscription)
        case ended
    }

    init(log: any EventLog, run: RunID, next: Int, subscribe: @escaping @Sendable () async -> EventSubscription?) {
        self.log = log
        self.run = run
        self.next = next
        self.subscribe = subscribe
    }

    /// A reader that leaves its loop lets go of the stream, and so of the cursor: nothing gathers for it any more.
    deinit { cancel() }

    nonisolated func cancel() {
        let subscription = shared.withLock { shared in
            shared.isCancelled = true
            return shared.subscription.take()
        }
        subscription?.cancel()
    }

    /// Keeps `live` where a cancellation finds it. Returns false, and ends it, if one came before.
    private func adopt(_ live: EventSubscription?) -> Bool {
        let isCancelled = shared.withLock { shared in
            if !shared.isCancelled { shared.subscription = live }
            return shared.isCancelled
        }
        if isCancelled { live?.cancel() }
        return !isCancelled
    }

    func next() async -> EventBatch? {
        while true {
            switch phase {
            case .new:
                // Subscribed before the log is read, so that nothing falls between the two.
                let live = await subscribe()
                phase = adopt(live) ? .recorded(live) : .ended
            case .recorded(let live):
                // A log that cannot be read ends the stream: events after a gap would tell a wrong story.
                guard let page = try? await log.events(of: run, from: next, limit: Self.pageSize) else {
                    cancel()
                    phase = .ended
                    continue
                }
                if page.count < Self.pageSize { phase = live.map { .live($0) } ?? .ended }
                if let last = page.last {
                    next = last.seq + 1
                    return EventBatch(events: page)
                }
            case .live(let live):
                guard var batch = await live.next() else {
                    phase = .ended
                    continue
                }
                batch.events.removeAll { $0.seq < next }
                if let last = batch.events.last { next = last.seq + 1 }
                if !batch.events.isEmpty || !batch.lines.isEmpty { return batch }
            case .ended: return nil
            }
        }
    }
}
