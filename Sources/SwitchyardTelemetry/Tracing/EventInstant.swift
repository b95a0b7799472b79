import SwitchyardCore
import Tracing

/// The moment of an event, as tracers want it.
struct EventInstant: TracerInstant {
    /// What lies before 1970 is 1970.
    let nanosecondsSinceEpoch: UInt64

    init(_ time: Timestamp) {
        nanosecondsSinceEpoch = UInt64(max(0, time.microseconds)) * 1000
    }

    static func < (left: EventInstant, right: EventInstant) -> Bool {
        left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch
    }
}
