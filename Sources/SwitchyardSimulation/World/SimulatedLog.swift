import SwitchyardCore

/// The record of a simulated run: what would survive the end of the process, and what the loss of power.
struct SimulatedLog {
    private(set) var events: [EventEnvelope] = []
    /// The fold of `events`.
    private(set) var snapshot: RunSnapshot
    /// How many of the events, from the first, survive the loss of power.
    private(set) var durableCount = 0
    private let run: RunID

    init(run: RunID) {
        self.run = run
        snapshot = RunSnapshot(run: run)
    }

    /// Everything up to the batch's end is on the disk once a barrier is: the log is written in order.
    mutating func append(_ batch: [EventEnvelope], _ durability: Durability) {
        events += batch
        for event in batch { snapshot.apply(event) }
        if durability == .disk { durableCount = events.count }
    }

    /// The power goes: everything behind the first `count` events is lost. `count` is at least ``durableCount``.
    mutating func cut(to count: Int) {
        precondition(count >= durableCount, "what is on the disk stays there")
        guard count < events.count else { return }
        events.removeLast(events.count - count)
        snapshot = RunSnapshot(run: run, folding: events)
    }
}
