import Glibc
package import SwitchyardCore

/// The time as the engine sees it; tests put a manual one in its place.
package struct EngineClock: Sendable {
    /// The current moment. Never earlier than one it gave before.
    package var now: @Sendable () -> Timestamp
    /// Returns after the duration, or throws `CancellationError` when the task is cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }

    /// The system's clock: the date at the moment of this call, moved on by the monotonic clock, so that setting the
    /// date back during a run does not turn its events round.
    package static func system() -> EngineClock {
        let clock = ContinuousClock()
        let start = clock.now
        let date = wallClock()
        return EngineClock(
            now: { date.advanced(by: clock.now - start) },
            sleep: { try await clock.sleep(for: $0) }
        )
    }

    private static func wallClock() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}
