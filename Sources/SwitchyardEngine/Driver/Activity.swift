import Glibc
import SwitchyardCore
import Synchronization

/// When an attempt last gave a sign of life.
final class Activity: Sendable {
    /// The variable that tells a program which file to touch.
    static let heartbeatVariable = "SWITCHYARD_HEARTBEAT"

    /// The file that the attempt touches to say that it is alive; nil if nobody asks.
    let heartbeatFile: String?
    /// Nil while the attempt only waits for another, which has limits of its own.
    private let last: Mutex<Timestamp?>

    init(at time: Timestamp, heartbeats file: String? = nil) {
        last = Mutex(time)
        heartbeatFile = file
    }

    func happened(at time: Timestamp) {
        last.withLock { $0 = time }
    }

    /// Nothing happens for a reason until something does.
    func waits() {
        last.withLock { $0 = nil }
    }

    /// How long nothing has happened that `timer` looks for; zero if the clock was set back since.
    func silence(at now: Timestamp, of timer: TimerID) -> Duration {
        guard let last = last.withLock({ $0 }) else { return .zero }
        let silence = max(.zero, now.since(last))
        guard case .heartbeat = timer, let heartbeatFile, let age = Self.age(of: heartbeatFile) else { return silence }
        return min(silence, age)
    }

    /// How long the file at `path` has not been changed, by the clock that gives files their times; nil if there is none.
    private static func age(of path: String) -> Duration? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let seconds = now.tv_sec - status.st_mtim.tv_sec
        return max(.zero, .seconds(seconds) + .nanoseconds(now.tv_nsec - status.st_mtim.tv_nsec))
    }
}
