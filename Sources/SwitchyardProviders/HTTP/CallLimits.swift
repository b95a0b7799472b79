import SwitchyardCore
import Synchronization

/// Watches how long a call takes, and how long nothing comes.
final class CallLimits: Sendable {
    private let clock = ContinuousClock()
    private let deadline: ContinuousClock.Instant?
    private let timeout: Duration
    private let idle: Duration?
    /// When something came last; nil while nothing is expected yet.
    private let last: Mutex<ContinuousClock.Instant?>

    /// - Parameter isExpected: whether something is expected from now on, not only once something has come.
    init(timeout: Duration?, idle: Duration?, isExpected: Bool) {
        let now = clock.now
        deadline = timeout.map { now + $0 }
        self.timeout = timeout ?? .zero
        self.idle = idle
        last = Mutex(isExpected ? now : nil)
    }

    /// Something came.
    func arrived() {
        guard idle != nil else { return }
        last.withLock { $0 = clock.now }
    }

    /// Waits until a limit is passed; nil if there is none, or the task is cancelled.
    func passed() async -> WireFailure? {
        while true {
            let now = clock.now
            if let deadline, now >= deadline { return WireFailure(.timeout, .deadline(timeout)) }
            var next = deadline
            if let idle {
                let end = (last.withLock(\.self) ?? now) + idle
                if now >= end { return WireFailure(.timeout, .silence(idle)) }
                next = min(next ?? end, end)
            }
            guard let next else { return nil }
            do { try await clock.sleep(until: next) } catch { return nil }
        }
    }
}
