import SwitchyardCore
import SwitchyardTestSupport

@testable import SwitchyardEngine

/// Streams of one run's events, and whether the broadcaster still gathers for any of them.
struct CursorProbe {
    private let broadcaster = EventBroadcaster()
    private let log: InMemoryEventLog
    private let run = RunID("probe")

    init(log: InMemoryEventLog) {
        self.log = log
    }

    /// A live stream that has an event to give.
    func stream() -> AsyncStream<EventBatch> {
        let broadcaster = broadcaster
        let run = run
        let cursor = EventCursor(log: log, run: run, next: 1) {
            let subscription = broadcaster.subscribe()
            broadcaster.publish([
                EventEnvelope(run: run, seq: 1, time: Timestamp(microseconds: 0), event: .runStarted)
            ])
            return subscription
        }
        return AsyncStream(unfolding: { await cursor.next() }, onCancel: { cursor.cancel() })
    }

    var isForgotten: Bool { broadcaster.subscriberCount == 0 }
}
