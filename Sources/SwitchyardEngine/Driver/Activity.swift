import SwitchyardCore
import Synchronization

/// When an attempt last gave a sign of life.
final class Activity: Sendable {
    private let last: Mutex<Timestamp>

    init(at time: Timestamp) {
        last = Mutex(time)
    }

    func happened(at time: Timestamp) {
        last.withLock { $0 = time }
    }

    /// How long nothing has happened; zero if the clock was set back since.
    func silence(at now: Timestamp) -> Duration {
        max(.zero, now.since(last.withLock { $0 }))
    }
}
