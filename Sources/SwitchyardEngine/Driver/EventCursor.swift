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
    private let subscription = Mutex<EventSubscription?>(nil)

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

    nonisolated func cancel() {
        subscription.withLock { $0 }?.cancel()
    }

    func next() async -> EventBatch? {
        while true {
            switch phase {
            case .new:
                // Subscribed before the log is read, so that nothing falls between the two.
                let live = await subscribe()
                subscription.withLock { $0 = live }
                phase = .recorded(live)
            case .recorded(let live):
                // A log that cannot be read ends what was recorded; live events still come.
                let page = (try? await log.events(of: run, from: next, limit: Self.pageSize)) ?? []
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
