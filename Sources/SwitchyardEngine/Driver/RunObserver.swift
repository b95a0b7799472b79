package import SwitchyardCore

/// Follows what is recorded of the runs of this process.
package protocol RunObserver: Sendable {
    /// Whether it wants to know what an earlier process recorded of a run that goes on here.
    func wantsPast(of snapshot: RunSnapshot) -> Bool

    /// Takes notice of events that are in the log, those of each run in their order; the first of a run that goes on
    /// here may be its past. It must not wait, and cannot fail.
    func recorded(_ events: [EventEnvelope])
}
