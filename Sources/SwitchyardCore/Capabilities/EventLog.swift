import OrderedCollections

/// The durable record of runs: events are appended and read back, nothing else.
///
/// Every implementation passes the same conformance suite.
package protocol EventLog: Sendable {
    /// Appends `events`, all of the leased run and in order, and returns once they are as durable as `durability`
    /// says.
    ///
    /// All or nothing: after an error none of them is in the log. The first event of a new run has `seq` 1; every
    /// other follows the last one recorded without a gap, or the call fails with ``EventLogError/outOfOrder``. A lease
    /// of this run that was taken after `lease` makes it fail with ``EventLogError/fenced(_:)``: an owner that lost
    /// its lock without knowing it records nothing more.
    func append(
        _ events: [EventEnvelope], durability: Durability, under lease: any RunLease
    ) async throws(EventLogError)

    /// The events of `run` with `seq` of at least `first`, in order, at most `limit`; empty for an unknown run.
    func events(of run: RunID, from first: Int, limit: Int) async throws(EventLogError) -> [EventEnvelope]

    /// The runs recorded, the newest first, at most `limit`.
    func runs(limit: Int) async throws(EventLogError) -> [RunSummary]

    /// The runs with a number above `number` that have not ended, the newest first; those without an owner too.
    func openRuns(after number: Int) async throws(EventLogError) -> [RunSummary]

    /// The run that `reference` names: its number (`12` or `#12`), its whole id, an unambiguous beginning of it of at
    /// least 4 characters, or `last`. Nil where none does.
    func run(matching reference: String) async throws(EventLogError) -> RunSummary?

    /// The newest event, of any run, whose result is kept under `key`: a ``StepSucceeded`` with that
    /// ``StepSucceeded/cacheKey``. Nil where there is none.
    func keptResult(_ key: String) async throws(EventLogError) -> EventEnvelope?

    /// Takes sole ownership of `run` until the lease is closed or the process ends.
    ///
    /// Fails with ``EventLogError/owned`` while another process or lease holds it.
    func lease(_ run: RunID) async throws(EventLogError) -> any RunLease

    /// The folder for the log files of `run`, made if it is missing; absolute.
    func logFolder(of run: RunID) throws(EventLogError) -> String
}

/// Sole ownership of a run, and the right to append to it.
package protocol RunLease: Sendable {
    var run: RunID { get }
    /// The number of the lease among all there were of the run, from 1. The log takes appends under the newest only.
    var epoch: Int { get }
    /// Gives the run up. Closing twice does nothing.
    func close()
}

/// How safe an event must be before what follows it may happen.
package enum Durability: Hashable, Sendable, Comparable {
    /// Survives the end of the process.
    case process
    /// Survives the loss of power: a barrier.
    case disk
}

/// What a list of runs shows of one. Derived from the run's events.
package struct RunSummary: Hashable, Sendable {
    package var run: RunID
    /// Counts the runs of one store from 1.
    package var number: Int
    package var pipelineID: String
    package var status: RunStatus
    package var createdAt: Timestamp
    package var endedAt: Timestamp?
    /// Steps of the pipeline's own lists: what they hold or repeat is not counted.
    package var stepCount: Int
    /// How many of them succeeded.
    package var succeededCount: Int
    /// How many of them failed.
    package var failedCount: Int
    /// How many events the run has.
    package var eventCount: Int

    package init(
        run: RunID, number: Int, pipelineID: String, status: RunStatus, createdAt: Timestamp, endedAt: Timestamp?,
        stepCount: Int, succeededCount: Int, failedCount: Int, eventCount: Int
    ) {
        self.run = run
        self.number = number
        self.pipelineID = pipelineID
        self.status = status
        self.createdAt = createdAt
        self.endedAt = endedAt
        self.stepCount = stepCount
        self.succeededCount = succeededCount
        self.failedCount = failedCount
        self.eventCount = eventCount
    }
}

/// Why the event log refused.
package enum EventLogError: Error, Hashable, Sendable {
    /// The store cannot be opened or made: the path and the system's reason.
    case cannotOpen(path: String, reason: String)
    /// The disk is full.
    case diskFull(path: String)
    /// The store may not be written.
    case readOnly(path: String)
    /// Another owner holds the run.
    case owned(RunID)
    /// Another owner has taken the run over since the lease was taken.
    case fenced(RunID)
    /// An event does not follow the last one recorded.
    case outOfOrder(run: RunID, expected: Int, got: Int)
    /// The store was written by a newer Switchyard.
    case newerSchema(path: String)
    /// A record cannot be read: what and why.
    case corrupt(path: String, reason: String)
    /// A beginning of an id that several runs share.
    case ambiguous(reference: String)
    /// Anything else the storage reported.
    case failed(path: String, reason: String)
}

// What every implementation shares, so that they cannot differ.

extension EventLogError {
    /// What keeps a holder of `lease` from appending while the newest lease of the run has the number `newest`; nil
    /// where nothing does.
    package static func refusal(of lease: any RunLease, newest: Int?) -> EventLogError? {
        lease.epoch == newest ? nil : .fenced(lease.run)
    }

    /// What keeps `events`, which must be of one run, from following the event number `last` of that run; nil where
    /// nothing does.
    package static func refusal(of events: [EventEnvelope], after last: Int) -> EventLogError? {
        for (index, event) in events.enumerated() {
            precondition(event.run == events[0].run, "the events of one append are of one run")
            let expected = last + 1 + index
            if event.seq != expected { return .outOfOrder(run: event.run, expected: expected, got: event.seq) }
        }
        return nil
    }
}

/// How a person names a run: what ``EventLog/run(matching:)`` takes.
package struct RunReference: Hashable, Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// Whether it names the newest run.
    package var isLast: Bool { text == "last" }

    /// The number it may be. Numbers have no leading zeros; ids do.
    package var number: Int? {
        let digits = text.hasPrefix("#") ? text.dropFirst() : text[...]
        guard let first = digits.utf8.first, (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(first) else { return nil }
        return Int(digits)
    }

    /// The beginning of an id it may be.
    package var prefix: String? { text.utf8.count >= 4 ? text : nil }

    /// The one of `runs`, oldest first, that the reference names: a whole id before a number, a number before a
    /// beginning.
    package func match(in runs: [(run: RunID, number: Int)]) throws(EventLogError) -> RunID? {
        if isLast { return runs.last?.run }
        if let run = runs.first(where: { $0.run.rawValue == text }) { return run.run }
        if let number, let run = runs.first(where: { $0.number == number }) { return run.run }
        guard let prefix else { return nil }
        let matches = runs.filter { $0.run.rawValue.hasPrefix(prefix) }
        if matches.count > 1 { throw .ambiguous(reference: text) }
        return matches.first?.run
    }
}

extension RunSummary {
    /// The summary of the run that `snapshot` is the whole of. A run that has not ended and that nobody owns was
    /// interrupted.
    package init(of snapshot: RunSnapshot, number: Int, isOwned: Bool) {
        var snapshot = snapshot
        if !isOwned { snapshot.markInterrupted() }
        let listed = snapshot.steps.values.filter { $0.path.isListed }
        self.init(
            run: snapshot.run, number: number, pipelineID: snapshot.created?.pipelineID ?? "",
            status: snapshot.status, createdAt: snapshot.createdAt ?? Timestamp(microseconds: 0),
            endedAt: snapshot.endedAt, stepCount: listed.count,
            succeededCount: listed.count { $0.state == .succeeded }, failedCount: listed.count { $0.state == .failed },
            eventCount: snapshot.lastSeq
        )
    }
}
