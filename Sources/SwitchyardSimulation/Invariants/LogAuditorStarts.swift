import SwitchyardCore

// What must be true when a step becomes ready and when it starts.

extension LogAuditor {
    mutating func ready(_ place: Int, _ event: EventEnvelope) throws(Violation) {
        let at = table.places[place]
        for need in at.needs where !tracks[need].hasEnded {
            throw Violation(.needsEnded, "\(at.path) is ready before \(table.places[need].path) ended")
        }
        if at.list == PlaceTable.compensation, let order = compensations?.firstIndex(of: place) {
            for earlier in compensations?[..<order] ?? [] where !tracks[earlier].hasEnded {
                throw Violation(.compensation, "\(at.path) is ready before \(table.places[earlier].path) ended")
            }
        }
        try isFree(place, "ready")
        // A step that was under way when its process died is no longer.
        leave(place)
        // Who asks for the next attempt at once does not want to wait.
        let mustWait = event.actor == nil && !tracks[place].isResolvedToRetry && tracks[place].mayRepeat
        if let due = tracks[place].due, event.time < due, mustWait {
            throw Violation(.waits, "\(at.path) is tried again \(due.since(event.time)) early")
        }
        tracks[place].isReady = true
        guard !tracks[place].wasReadied else { return }
        tracks[place].wasReadied = true
        lists[at.list].inWindow += 1
        guard let window = window(of: at), lists[at.list].inWindow > window else { return }
        let others = lists[at.list].inWindow - 1
        throw Violation(.window, "\(at.path) is ready beside \(others) others, of \(window) at most")
    }

    private func window(of place: PlaceTable.Place) -> Int? {
        if place.list == PlaceTable.compensation { return 1 }
        return place.isItem ? table.facts[place.facts].window : nil
    }

    mutating func start(_ place: Int, _ event: EventEnvelope, _ started: StepStarted) throws(Violation) {
        let at = table.places[place]
        guard tracks[place].isReady else { throw Violation(.needsEnded, "\(at.path) started without being ready") }
        try isFree(place, "started")
        if isPaused, event.actor == nil { throw Violation(.pauseHolds, "\(at.path) started in a paused run") }
        if !at.isItem {
            let list = lists[at.list]
            if list.isTaken || (table.facts[at.facts].isSerial && list.active > 0) {
                throw Violation(.serialAlone, "\(at.path) started beside \(list.active) others, one of them serial")
            }
        }
        tracks[place].isReady = false
        tracks[place].isActive = true
        tracks[place].startedAt = event.time
        tracks[place].startedSeq = event.seq
        if tracks[place].firstStartedAt == nil { tracks[place].firstStartedAt = event.time }
        tracks[place].key = started.key
        tracks[place].inputHash = started.inputHash
        tracks[place].effect = started.effect
        lists[at.list].active += 1
        lists[at.list].isTaken = !at.isItem && table.facts[at.facts].isSerial
        guard let attempt = event.attempt, isAttempt(place) else { return }
        try attemptStarted(place, attempt)
    }

    /// Whether the step's start is an attempt of a tool, which holds a slot.
    func isAttempt(_ place: Int) -> Bool {
        let at = table.places[place]
        return table.facts[at.facts].callsTool && !at.holdsItems
    }

    private mutating func attemptStarted(_ place: Int, _ number: Int) throws(Violation) {
        let path = table.places[place].path
        tracks[place].attempts += 1
        guard number == tracks[place].attempts else {
            throw Violation(.retryPolicy, "attempt \(number) of \(path) is number \(tracks[place].attempts)")
        }
        tracks[place].isRepetition = tracks[place].mayRepeat
        tracks[place].mayRepeat = false
        tracks[place].isResolvedToRetry = false
        runningAttempts += 1
        guard runningAttempts <= slots else {
            throw Violation(.slots, "\(path) is attempt \(runningAttempts) at once, and there are \(slots) slots")
        }
    }

    /// Nothing new begins inside of what is stopped, unless a person asks for this very step.
    private func isFree(_ place: Int, _ verb: String) throws(Violation) {
        guard isStopped(place), !tracks[place].isResolvedToRetry else { return }
        let path = table.places[place].path
        throw Violation(.nothingAfterStop, "\(path) is \(verb) after what it belongs to was stopped")
    }

    /// Whether anything around the step is stopped.
    func isStopped(_ place: Int) -> Bool {
        var list = table.places[place].list
        while let owner = table.lists[list].owner {
            if tracks[owner].isStopped { return true }
            list = table.places[owner].list
        }
        return stoppedLists.contains(list)
    }
}
