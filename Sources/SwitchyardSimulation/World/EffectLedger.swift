import SwitchyardCore
import SwitchyardEngine

/// What the attempts of a run did to the world: a book kept outside of the engine, which no crash can touch.
struct EffectLedger {
    struct Firing {
        var place: Int
        var attempt: Int
        /// The run that it is a part of the life of, if it is one.
        var delegate: RunID?
        var effect: Effect
        /// The process that fired it, from 1.
        var process: Int
        var firedAt: Timestamp
        /// When its effect comes about, if it lives that long.
        var takesEffectAt: Timestamp
        var endedAt: Timestamp?
        /// How it ended; nil if its process died first.
        var result: ToolResult?
        /// Whether its process died while it ran.
        var wasCut = false

        /// Whether the world has changed by it.
        var tookEffect: Bool { endedAt.map { takesEffectAt <= $0 } ?? true }
    }

    private(set) var firings: [Firing] = []
    private var owners: [String: Int] = [:]
    private var keys: [Int: String] = [:]

    /// Books an attempt, and says which promise its start breaks.
    mutating func fire(
        _ attempt: StepAttempt, at place: Int, process: Int, now: Timestamp, takesEffectAt: Timestamp,
        log: SimulatedLog, auditor: LogAuditor
    ) throws(Violation) {
        let track = auditor.tracks[place]
        let name = "\(attempt.id.step)#\(attempt.id.number)"
        guard track.isActive, track.attempts == attempt.id.number, track.effect == attempt.effect else {
            throw Violation(.recordBeforeEffect, "\(name) is performed, and its start is not recorded")
        }
        if attempt.effect != .pure, track.startedSeq > log.durableCount {
            throw Violation(.recordBeforeEffect, "\(name) is performed before its start is on the disk")
        }
        for need in auditor.table.places[place].needs {
            let needed = auditor.tracks[need]
            if needed.effect != .pure, needed.endedSeq > log.durableCount, auditor.isAttempt(need) {
                let path = auditor.table.places[need].path
                throw Violation(.resultBeforeDependents, "\(name) is performed before \(path)'s end is on the disk")
            }
        }
        guard track.key == attempt.key, keys[place].map({ $0 == attempt.key }) ?? true else {
            throw Violation(.stableKey, "\(name) has the key \(attempt.key), and it was \(keys[place] ?? track.key)")
        }
        keys[place] = attempt.key
        if let owner = owners[attempt.key], owner != place {
            throw Violation(.stableKey, "\(name) has the key of \(auditor.table.places[owner].path)")
        }
        owners[attempt.key] = place
        for earlier in firings where earlier.place == place {
            // Another process goes on with the run that the attempt is.
            if let delegate = attempt.delegate, earlier.delegate == delegate, earlier.process != process { continue }
            // The record of a pure attempt may be lost with the power, and its number given again.
            if earlier.attempt == attempt.id.number, earlier.process == process || earlier.effect != .pure {
                throw Violation(.attemptFiredOnce, "\(name) is performed twice")
            }
            if attempt.effect == .unsafe, !track.isRepetition {
                throw Violation(.unsafeNeverRepeated, "\(name) is performed after #\(earlier.attempt), unasked")
            }
        }
        firings.append(
            Firing(
                place: place, attempt: attempt.id.number, delegate: attempt.delegate, effect: attempt.effect,
                process: process, firedAt: now, takesEffectAt: takesEffectAt))
    }

    /// How many attempts are under way.
    var runningCount: Int { firings.count { $0.endedAt == nil } }

    /// The places of attempts that were performed though their step had taken effect before.
    var repeatedPlaces: [Int] {
        firings.indices.filter { index in
            firings[..<index].contains { earlier in
                earlier.place == firings[index].place && earlier.wasCut && earlier.tookEffect
                    && (earlier.delegate == nil || earlier.delegate != firings[index].delegate)
            }
        }.map { firings[$0].place }
    }

    /// What an attempt gave; nil if it did not succeed.
    func output(of place: Int, _ attempt: Int) -> Value? {
        guard case .succeeded(let output)? = firings.last(where: { $0.place == place && $0.attempt == attempt })?.result
        else { return nil }
        return output.value
    }

    mutating func ended(_ place: Int, _ attempt: Int, _ result: ToolResult, at now: Timestamp) {
        guard let index = firings.lastIndex(where: { $0.place == place && $0.attempt == attempt }) else { return }
        firings[index].endedAt = now
        firings[index].result = result
    }

    /// The process died, and all of its attempts with it.
    mutating func processDied(at now: Timestamp) {
        for index in firings.indices where firings[index].endedAt == nil {
            firings[index].endedAt = now
            firings[index].wasCut = true
        }
    }
}
