import OrderedCollections
import SwitchyardCore
import SwitchyardEngine

// Processes that die.

extension Simulation {
    /// Where in a turn the process dies.
    enum Fault: Hashable, CaseIterable {
        /// Before the batch reaches the log, or because the log refuses it: the disk is full.
        case beforeRecord
        /// The batch is recorded, and nothing of it performed.
        case beforeEffects
        /// In the midst of performing it.
        case amongEffects
        case afterEffects
    }

    mutating func nextFault() -> Fault? {
        guard let left = turnsLeft else { return nil }
        guard left > 0 else { return random.pick(Fault.allCases) }
        turnsLeft = left - 1
        return nil
    }

    /// The process dies, sometimes with the power, and another takes the run over.
    ///
    /// - Parameter isBehind: whether the log does not hold what the machine decided last.
    mutating func crash(isBehind: Bool = false) throws(Violation) {
        if !isBehind { try checkFold() }
        crashes += 1
        crashesLeft -= 1
        ledger.processDied(at: now)
        children.processDied(at: now)
        note("CRASH after event \(log.events.count)")
        if log.durableCount < log.events.count, !random.chance(3) { losePower() }
        // Sometimes the clock is set back meanwhile.
        now = now.advanced(by: .seconds(random.pick([0, 0, 1, 5, 3600, -3])))
        guard !log.snapshot.status.isFinal else {
            isFinished = true
            return
        }
        isFinished = false
        try begin()
    }

    private mutating func losePower() {
        let kept = log.durableCount + random.below(log.events.count - log.durableCount + 1)
        guard kept < log.events.count else { return }
        powerLosses += 1
        note("POWER LOST with events \(kept + 1) to \(log.events.count)")
        log.cut(to: kept)
        auditor = Self.auditor(of: scenario)
        // They were read before, and kept every promise.
        for event in log.events { try? auditor.read(event) }
    }

    /// What the machine believes is what the log says.
    func checkFold() throws(Violation) {
        guard machine.snapshot != log.snapshot else { return }
        let ours = machine.snapshot
        let differing = log.snapshot.steps.first { ours.steps[$0.key] != $0.value }?.key
        let place = differing.map { "at \($0)" } ?? "in what belongs to no step"
        throw Violation(.fold, "the machine's state is not the fold of the log: they differ \(place)")
    }
}
