/// What became of checking the record of a run.
package struct RunVerification: Hashable, Sendable {
    package var summary: RunSummary
    /// How many events could be read.
    package var eventCount: Int
    /// In the order of the record; none for a sound one.
    package var problems: [RunProblem]

    package init(summary: RunSummary, eventCount: Int, problems: [RunProblem]) {
        self.summary = summary
        self.eventCount = eventCount
        self.problems = problems
    }
}

extension EventLog {
    /// Reads the run of `summary` again from its first event and checks all of it. What cannot be read is a problem
    /// like any other, and what follows it is checked too.
    package func verify(_ summary: RunSummary) async -> RunVerification {
        var verifier = RunVerifier(run: summary.run)
        var (next, read, unread) = (1, 0, 0)
        let (most, mostUnread) = (1000, 20)
        var limit = most
        while unread < mostUnread {
            do throws(EventLogError) {
                let page = try await events(of: summary.run, from: next, limit: limit)
                if page.isEmpty { break }
                for event in page { verifier.check(event) }
                read += page.count
                next += page.count
                limit = most
            } catch {
                // Half as many, until it is one that cannot be read.
                if limit > 1 {
                    limit /= 2
                    continue
                }
                verifier.skip(next, error)
                guard error.isAboutOneRecord else { break }
                unread += 1
                next += 1
                limit = most
            }
        }
        var problems = verifier.finish()
        // A run that goes on has more events by now than when it was listed.
        if verifier.snapshot.status.isFinal, unread == 0 {
            let folded = RunSummary(of: verifier.snapshot, number: summary.number, isOwned: false)
            problems += folded.fields(unlike: summary).map { RunProblem(.listedDifferently(field: $0)) }
        }
        return RunVerification(summary: summary, eventCount: read, problems: problems)
    }
}

extension EventLogError {
    /// Whether other records of the store may be sound.
    fileprivate var isAboutOneRecord: Bool {
        switch self {
        case .corrupt, .newerSchema: true
        case .cannotOpen, .diskFull, .readOnly, .owned, .fenced, .outOfOrder, .ambiguous, .failed: false
        }
    }
}

extension RunSummary {
    fileprivate func fields(unlike other: RunSummary) -> [String] {
        var fields: [String] = []
        if pipelineID != other.pipelineID { fields.append("pipeline") }
        if status != other.status { fields.append("status") }
        if createdAt != other.createdAt { fields.append("created_at") }
        if endedAt != other.endedAt { fields.append("ended_at") }
        if stepCount != other.stepCount { fields.append("steps") }
        if succeededCount != other.succeededCount { fields.append("succeeded") }
        if failedCount != other.failedCount { fields.append("failed") }
        if eventCount != other.eventCount { fields.append("events") }
        return fields
    }
}
