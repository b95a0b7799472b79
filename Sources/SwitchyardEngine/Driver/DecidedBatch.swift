import SwitchyardCore

/// What a driver's loop decided since it last gave the log something to take.
struct DecidedBatch: Sendable {
    private(set) var events: [EventEnvelope] = []
    private(set) var durability = Durability.process
    /// What is performed once the events are in the log.
    private(set) var effects: [Instruction] = []
    /// Who asked something of the run, and why it changed nothing; nil if it did.
    var answers: [(CheckedContinuation<CommandRefusal?, Never>, CommandRefusal?)] = []
    /// Models that acted, and whether the run took it.
    var acts: [(CheckedContinuation<Bool, Never>, Bool)] = []
    /// The claims of attempts that ended.
    var settled: [ResultCache.Claim] = []

    var isEmpty: Bool { events.isEmpty && effects.isEmpty && answers.isEmpty && acts.isEmpty && settled.isEmpty }

    mutating func add(_ instructions: [Instruction]) {
        for instruction in instructions {
            if case .record(let event, let needed) = instruction {
                events.append(event)
                durability = max(durability, needed)
            } else {
                effects.append(instruction)
            }
        }
    }
}

extension RunDriver {
    /// Appends the events of `batch`. Returns why the log refused them.
    func append(_ batch: DecidedBatch) async -> EventLogError? {
        guard !batch.events.isEmpty else { return nil }
        do throws(EventLogError) {
            try await log.append(batch.events, durability: batch.durability, under: lease)
            return nil
        } catch {
            return error
        }
    }

    /// Tells everyone who waits for it that `batch` is in the log, or that `problem` kept it out.
    ///
    /// - Parameter goesOn: whether what the batch calls for is performed.
    func tell(_ batch: DecidedBatch, _ problem: EventLogError?, goesOn: Bool = true) {
        let isRecorded = problem == nil
        if isRecorded, !batch.events.isEmpty {
            broadcaster.publish(batch.events)
            for observer in observers { observer.recorded(batch.events) }
        }
        // What became of an attempt is in the log now: whoever waits for its result finds it there.
        for claim in batch.settled { results.release(claim) }
        for (answer, refusal) in batch.answers {
            answer.resume(returning: refusal ?? (isRecorded ? nil : .runHasEnded))
        }
        for (answer, isTaken) in batch.acts { answer.resume(returning: isTaken && isRecorded && goesOn) }
    }
}
