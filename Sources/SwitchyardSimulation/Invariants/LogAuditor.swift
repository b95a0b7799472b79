import SwitchyardCore

/// Reads the log of a run as it grows and says which promise it breaks. It knows the definition and the events, and
/// nothing of the machine that made them.
struct LogAuditor {
    /// What is known of a step.
    struct Track {
        var isReady = false
        /// Whether it is under way: it runs, waits for a moment or a person, or what is inside of it does.
        var isActive = false
        var hasEnded = false
        /// Whether it was failed by a failure or a person that fails what is around it.
        var fails = false
        var isCancelRequested = false
        /// Whether nothing new starts inside of it.
        var isStopped = false
        var wasReadied = false
        var attempts = 0
        var recordedFailures = 0
        /// Whether a failure, or a person, lets it be tried again.
        var mayRepeat = false
        /// Whether the last attempt was such a repetition.
        var isRepetition = false
        var isResolvedToRetry = false
        var isResolvedAsDone = false
        var mayJump = false
        var startedAt: Timestamp?
        var firstStartedAt: Timestamp?
        var startedSeq = 0
        var endedSeq = 0
        var key = ""
        var inputHash = ""
        var effect = Effect.pure
        /// When what it waits for is due.
        var due: Timestamp?
        var retryAfter: Duration?
        var iteration = 0
    }

    /// What is known of the steps that stand beside each other.
    struct ListTrack {
        var active = 0
        /// Whether the one under way must be so alone.
        var isTaken = false
        var inWindow = 0
    }

    let table: PlaceTable
    let slots: Int
    let hasOutputs: Bool
    var tracks: [Track] = []
    var lists: [ListTrack] = []
    /// The phases in which nothing new starts.
    var stoppedLists: Set<Int> = []
    /// The part of the run that is under way: its list.
    var phase = PlaceTable.main
    var lastSeq = 0
    var isOver = false
    var isPaused = false
    var isCancelled = false
    var runningAttempts = 0
    /// What succeeded and can be undone, in the order it ended.
    var undoable: [Int] = []
    var compensations: [Int]?

    init(_ table: PlaceTable, slots: Int, hasOutputs: Bool) {
        self.table = table
        self.slots = slots
        self.hasOutputs = hasOutputs
        grow()
    }

    /// The number of the step at `path`, once an event has named it.
    func place(of path: StepPath) -> Int? { table.number(of: path).flatMap { $0 < tracks.count ? $0 : nil } }

    func inputHash(of place: Int) -> String { tracks[place].inputHash }

    private mutating func grow() {
        while tracks.count < table.places.count { tracks.append(Track()) }
        while lists.count < table.lists.count { lists.append(ListTrack()) }
    }

    /// Reads the next event.
    mutating func read(_ event: EventEnvelope) throws(Violation) {
        guard event.seq == lastSeq + 1 else {
            throw Violation(.sequence, "event \(event.seq) follows event \(lastSeq)")
        }
        if let cause = event.cause, cause >= event.seq {
            throw Violation(.sequence, "event \(event.seq) is caused by event \(cause)")
        }
        guard !isOver else { throw Violation(.sequence, "\(event.event.type) follows the end of the run") }
        lastSeq = event.seq
        guard let path = event.step else { return try readRun(event) }
        guard let place = table.number(of: path) else {
            throw Violation(.needsEnded, "\(event.event.type) of \(path), which is no step of the pipeline")
        }
        grow()
        if table.places[place].list == PlaceTable.finally { phase = PlaceTable.finally }
        try readStep(event, place)
    }

    private mutating func readRun(_ event: EventEnvelope) throws(Violation) {
        switch event.event {
        case .runPaused: isPaused = true
        case .runResumed: isPaused = false
        case .runCancelRequested:
            isCancelled = true
            isPaused = false
            stoppedLists.insert(phase)
        case .compensationPlanned(let paths): try compensationPlanned(paths)
        case .runSucceeded, .runFailed, .runCancelled: try runEnded(event.event)
        case .runCreated, .runStarted, .leaseTaken, .runQueued, .runDeadlocked, .planCompiled, .runForked,
            .breakpointSet, .breakpointCleared, .breakpointHit, .unknown:
            break
        case .routing(let routing):
            if routing.isAboutStep { throw Violation(.sequence, "\(event.event.type) names no step") }
        case .mapExpanded, .loopIterated, .branchDecided, .stepReady, .stepStarted, .stepProgress, .stepDelegated,
            .qualityScored, .modelSelected, .modelRequested, .modelCompleted, .modelToolCalled, .modelToolReturned,
            .stepSucceeded,
            .stepFailed, .stepRetryScheduled, .stepTimedOut, .stepSkipped, .stepCancelRequested, .stepCancelled,
            .stepOutcomeUnknown, .stepResolved, .timerSet, .timerFired, .approvalRequested, .approvalAnswered,
            .approvalExpired, .stepSkipRequested:
            throw Violation(.sequence, "\(event.event.type) names no step")
        }
    }

    private mutating func readStep(_ event: EventEnvelope, _ place: Int) throws(Violation) {
        let path = table.places[place].path
        if tracks[place].hasEnded {
            if case .branchDecided = event.event, tracks[place].mayJump { return }
            let invariant = event.event.endsStep ? Invariant.oneResult : .silenceAfterEnd
            throw Violation(invariant, "\(event.event.type) of \(path), which had ended")
        }
        switch event.event {
        case .stepReady: try ready(place, event)
        case .stepStarted(let started): try start(place, event, started)
        case .stepSucceeded: succeeded(place, event)
        case .stepFailed(let failure, willRetry: true): try failedForNow(place, event, failure)
        case .stepFailed(_, willRetry: false): failed(place, event)
        case .stepSkipped: end(place, event)
        case .stepCancelled:
            tracks[place].fails = event.actor != nil || tracks[place].isCancelRequested
            end(place, event)
        case .stepRetryScheduled(let delay, let until):
            if let least = tracks[place].retryAfter, delay < least || until.since(event.time) < least {
                throw Violation(.waits, "\(path) is tried again after \(delay), and \(least) was asked for")
            }
            tracks[place].due = until
        case .stepTimedOut(let limit): try timedOut(place, event, limit)
        case .stepCancelRequested:
            tracks[place].isCancelRequested = true
            tracks[place].isStopped = true
        case .stepSkipRequested: tracks[place].isStopped = true
        case .stepOutcomeUnknown: leave(place)
        case .stepResolved(let resolution):
            tracks[place].isResolvedAsDone = resolution == .done
            guard resolution == .retry else { return }
            tracks[place].mayRepeat = true
            tracks[place].isResolvedToRetry = true
        case .timerSet(let until): tracks[place].due = until
        case .timerFired, .approvalExpired: try isDue(place, event)
        case .approvalRequested(let request): tracks[place].due = request.until
        case .mapExpanded: try mayGoOn(place, event)
        case .loopIterated(let number):
            try mayGoOn(place, event)
            guard number == tracks[place].iteration + 1 else {
                throw Violation(.needsEnded, "iteration \(number) of \(path) follows \(tracks[place].iteration)")
            }
            tracks[place].iteration = number
        case .stepProgress, .stepDelegated, .qualityScored, .modelSelected, .modelRequested, .modelCompleted,
            .modelToolCalled, .modelToolReturned, .approvalAnswered, .branchDecided, .routing:
            break
        case .runCreated, .runStarted, .runPaused, .runResumed, .runCancelRequested, .runSucceeded, .runFailed,
            .runCancelled, .leaseTaken, .runQueued, .runDeadlocked, .planCompiled, .compensationPlanned, .runForked,
            .breakpointSet,
            .breakpointCleared, .breakpointHit, .unknown:
            break
        }
    }

    /// A step that holds others begins more of them.
    private func mayGoOn(_ place: Int, _ event: EventEnvelope) throws(Violation) {
        guard tracks[place].isStopped || isStopped(place) else { return }
        throw Violation(.nothingAfterStop, "\(event.event.type) of \(table.places[place].path), which was stopped")
    }

    private func isDue(_ place: Int, _ event: EventEnvelope) throws(Violation) {
        guard let due = tracks[place].due, event.time < due else { return }
        throw Violation(.waits, "\(event.event.type) of \(table.places[place].path) \(due.since(event.time)) early")
    }

    private mutating func timedOut(_ place: Int, _ event: EventEnvelope, _ limit: Duration) throws(Violation) {
        // A group whose time was up before its process died is told so again.
        if event.attempt == nil, tracks[place].isStopped { return }
        // A group's time counts from its first start; after that the clock may have been set back.
        let starts = [event.attempt == nil ? tracks[place].firstStartedAt : nil, tracks[place].startedAt]
        if let start = starts.compactMap({ $0 }).min(), event.time.since(start) < limit {
            let path = table.places[place].path
            throw Violation(.waits, "\(path) timed out after \(event.time.since(start)), with a limit of \(limit)")
        }
        if event.attempt == nil { tracks[place].isStopped = true }
    }
}

extension RunEvent {
    /// Whether a step has ended with it.
    fileprivate var endsStep: Bool {
        if case .stepFailed(_, willRetry: true) = self { return false }
        if case .stepFailed = self { return true }
        if case .stepSucceeded = self { return true }
        if case .stepSkipped = self { return true }
        return self == .stepCancelled
    }
}
