import SwitchyardCore

// Steps that are left though nothing can go on. A plan that was checked has none; what is here keeps a fault from
// being a run that hangs.

extension RunMachine {
    /// Ends the run if steps are left and none of them will ever start. Returns whether it did.
    mutating func endDeadlock() -> Bool {
        guard phase != .ended, running == 0, !isPaused, !hasLiveUnit else { return false }
        deadlock = deadlocked
        let cause = emit(.runDeadlocked(deadlock), durability: .disk)
        guard let first = deadlock.first else { return false }
        stop(root, .failed(by: first.path), cause: cause)
        settleAndFill()
        return frames[root].open == 0
    }

    var deadlockFailure: RunFailure {
        let steps = deadlock.map { step in
            step.waitsFor.isEmpty
                ? "\(step.path) never starts"
                : "\(step.path) waits for \(step.waitsFor.map(\.rawValue).joined(separator: ", "))"
        }
        return RunFailure(message: "deadlock: \(steps.joined(separator: "; "))", steps: [])
    }

    /// Whether anything goes on by itself, or a person can make it go on.
    private var hasLiveUnit: Bool {
        mutating get {
            if let liveUnit, isLive(liveUnit) { return true }
            for frame in frames.indices.reversed() {
                for index in frames[frame].steps.indices where isLive(UnitID(frame: frame, index: index)) {
                    liveUnit = UnitID(frame: frame, index: index)
                    return true
                }
            }
            liveUnit = nil
            return false
        }
    }

    private func isLive(_ unit: UnitID) -> Bool {
        guard unit.index < frames[unit.frame].steps.count else { return false }
        switch state(unit) {
        case .ready, .running, .awaitingRetry, .waiting, .unknown: return true
        case .blocked, .open, .ended: return false
        }
    }

    /// Every step that is left, with the needs that have not ended.
    private var deadlocked: [DeadlockedStep] {
        frames.indices.flatMap { frame in
            frames[frame].steps.indices.compactMap { index -> DeadlockedStep? in
                let unit = UnitID(frame: frame, index: index)
                guard case .blocked = state(unit) else { return nil }
                let needs = frames[frame].window == nil ? node(unit).needs : []
                let open = needs.filter { !frames[frame].steps[$0.node].hasEnded }
                return DeadlockedStep(path: path(unit), waitsFor: open.map { frames[frame].paths[$0.node] })
            }
        }
    }
}
