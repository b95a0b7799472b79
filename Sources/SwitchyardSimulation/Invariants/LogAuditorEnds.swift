import SwitchyardCore

// What follows from the end of a step, and what must be true at the end of the run.

extension LogAuditor {
    /// The step is no longer under way.
    mutating func leave(_ place: Int) {
        guard tracks[place].isActive else { return }
        tracks[place].isActive = false
        let at = table.places[place]
        lists[at.list].active -= 1
        lists[at.list].isTaken = false
        if isAttempt(place) { runningAttempts -= 1 }
    }

    mutating func end(_ place: Int, _ event: EventEnvelope) {
        leave(place)
        tracks[place].isReady = false
        tracks[place].hasEnded = true
        tracks[place].endedSeq = event.seq
        if tracks[place].wasReadied { lists[table.places[place].list].inWindow -= 1 }
    }

    mutating func succeeded(_ place: Int, _ event: EventEnvelope) {
        end(place, event)
        let at = table.places[place]
        guard phase == PlaceTable.main, table.facts[at.facts].canBeUndone, !at.holdsItems else { return }
        undoable.append(place)
    }

    mutating func failedForNow(_ place: Int, _ event: EventEnvelope, _ failure: StepFailure) throws(Violation) {
        let facts = table.facts(of: place)
        leave(place)
        tracks[place].recordedFailures += 1
        tracks[place].mayRepeat = true
        tracks[place].retryAfter = failure.retryAfter
        let attempt = event.attempt ?? 1
        let isAllowed =
            facts.retry.allowsRetry(after: failure.kind, attempt: attempt)
            || failure.kind == .lowQuality && attempt < facts.judgedAttempts
        guard isAllowed else {
            let path = table.places[place].path
            throw Violation(.retryPolicy, "\(path) is to be tried again after \(failure.kind.rawValue)")
        }
    }

    mutating func failed(_ place: Int, _ event: EventEnvelope) {
        end(place, event)
        let at = table.places[place]
        let facts = table.facts[at.facts]
        if at.list == PlaceTable.compensation {
            tracks[place].fails = true
            return
        }
        switch facts.onFailure {
        case .continue: return
        case .goto where !at.isItem:
            tracks[place].mayJump = true
            return
        case .goto, .skipDependents, .fail: tracks[place].fails = true
        }
        if at.isItem ? facts.failFast : facts.onFailure == .fail { doom(at.list) }
    }

    /// Nothing new of `list` starts, nor of what is around it if that fails with it.
    private mutating func doom(_ list: Int) {
        var list = list
        while let owner = table.lists[list].owner {
            // What was cancelled, or had its time, ends as that says, and what failed before has gone its way.
            guard !tracks[owner].isStopped else { return }
            tracks[owner].isStopped = true
            let at = table.places[owner]
            let facts = table.facts[at.facts]
            guard facts.onFailure == .fail, !at.isItem || facts.failFast else { return }
            list = at.list
        }
        if list != PlaceTable.finally { stoppedLists.insert(list) }
    }

    mutating func compensationPlanned(_ paths: [StepPath]) throws(Violation) {
        let expected = undoable.reversed().map { table.places[$0].path.compensation }
        guard compensations == nil, paths == expected else {
            throw Violation(.compensation, "\(paths) are to undo what \(expected) should")
        }
        compensations = paths.compactMap { table.number(of: $0) }
        phase = PlaceTable.compensation
        while tracks.count < table.places.count { tracks.append(Track()) }
        while lists.count < table.lists.count { lists.append(ListTrack()) }
    }

    mutating func runEnded(_ event: RunEvent) throws(Violation) {
        isOver = true
        if let open = tracks.indices.first(where: { tracks[$0].isActive || tracks[$0].isReady }) {
            throw Violation(.nothingLeft, "the run ended, and \(table.places[open].path) had not")
        }
        let failed = tracks.indices.first { tracks[$0].fails && table.lists[table.places[$0].list].owner == nil }
        try checkStatus(event, failed: failed)
        // What fails or is cancelled later undoes nothing.
        let isUndone =
            stoppedLists.contains(PlaceTable.main)
            || tracks.indices.contains { tracks[$0].fails && table.places[$0].list == PlaceTable.main }
        guard isUndone, !undoable.isEmpty else { return }
        guard let compensations else {
            throw Violation(.compensation, "\(undoable.count) steps were to be undone, and were not")
        }
        if let open = compensations.first(where: { !tracks[$0].hasEnded }) {
            throw Violation(.compensation, "\(table.places[open].path) was planned, and has not ended")
        }
    }

    private func checkStatus(_ event: RunEvent, failed: Int?) throws(Violation) {
        let isRight =
            if case .runCancelled = event {
                isCancelled
            } else if case .runFailed(let failure) = event {
                // Without steps, its outputs could not be computed.
                !isCancelled && (failure.steps.isEmpty ? failed == nil && hasOutputs : failed != nil)
            } else {
                !isCancelled && failed == nil
            }
        guard !isRight else { return }
        let reason = failed.map { "\(table.places[$0].path) failed it" } ?? "no step failed it"
        let person = isCancelled ? ", and a person cancelled it" : ""
        throw Violation(.status, "the run ended with \(event.type), and \(reason)\(person)")
    }
}
