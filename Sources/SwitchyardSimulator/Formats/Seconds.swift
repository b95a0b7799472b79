import SwitchyardCore

/// Durations as headers and bodies spell them.
enum Seconds {
    /// `34`, or `34.4` where it is no whole number.
    static func text(_ duration: Duration) -> String {
        let milliseconds = duration.wholeMicroseconds / 1000
        return milliseconds % 1000 == 0 ? String(milliseconds / 1000) : String(Double(milliseconds) / 1000)
    }
}
