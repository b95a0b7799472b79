import SwitchyardCore
import SwitchyardEngine
import Synchronization

/// A clock on which every wait is over at once: it jumps to the wait's end.
final class JumpingClock: Sendable {
    private let time = Mutex(Timestamp(microseconds: 1_767_225_600_000_000))

    var now: Timestamp { time.withLock { $0 } }

    func move(by duration: Duration) { time.withLock { $0 = $0.advanced(by: duration) } }

    var engineClock: EngineClock {
        EngineClock(now: { self.now }) { duration in
            try Task.checkCancellation()
            self.time.withLock { $0 = $0.advanced(by: max(.zero, duration)) }
        }
    }
}
