import SwitchyardCore

@testable import SwitchyardEngine

/// A broadcaster with one subscriber who does not read until asked.
struct EventBroadcasterProbe {
    private let broadcaster = EventBroadcaster()
    private let subscription: EventSubscription

    init() {
        subscription = broadcaster.subscribe()
    }

    func publishLines(_ count: Int, text: String? = nil) {
        for index in 0..<count {
            broadcaster.publish([StepLine(step: "a", attempt: 1, line: LogLine(.stdout, text ?? String(index)))])
        }
    }

    func publishEvents(_ count: Int) {
        for seq in 1...count {
            broadcaster.publish([
                EventEnvelope(run: RunID("r"), seq: seq, time: Timestamp(microseconds: 0), event: .stepReady)
            ])
        }
    }

    func take() async -> EventBatch? { await subscription.next() }
}
