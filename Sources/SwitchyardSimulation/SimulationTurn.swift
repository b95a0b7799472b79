import SwitchyardCore
import SwitchyardEngine

// The driver's loop, without a driver: what gathers is handled, recorded, and then performed.

extension Simulation {
    /// A process begins: the run's first, or one that takes it over.
    mutating func begin() throws(Violation) {
        processes += 1
        queue.endProcess()
        silences.removeAll()
        turnsLeft = nil
        if crashesLeft > 0 { turnsLeft = random.below(random.pick([2, 8, 16, 40])) }
        if log.events.isEmpty {
            machine = RunMachine(scenario.definition)
            try turn([.stimulus(.start(paused: plan.startsPaused))])
        } else {
            let shown = sabotage?.tampered(log, run: scenario.definition.run) ?? log.snapshot
            machine = RunMachine(scenario.definition, resuming: shown)
            try turn([.stimulus(.takeOver(by: Self.person))])
        }
    }

    /// What has gathered by the time that the loop looks.
    mutating func nextBatch() throws(Violation) -> [StimulusQueue.Item] {
        guard let first = queue.takeFirst() else { return [try whatAPersonDoes()] }
        now = max(now, first.due)
        // While the last batch was flushed, time went by.
        if random.chance(4) { now = now.advanced(by: .milliseconds(random.pick([0, 1, 250, 1000]))) }
        var batch = [first.item]
        while !random.chance(3), let next = queue.takeFirst(dueAt: now) { batch.append(next.item) }
        return batch
    }

    /// What was decided about what had gathered.
    private struct Batch {
        var events: [EventEnvelope] = []
        var effects: [Instruction] = []
        var durability = Durability.process
    }

    mutating func turn(_ items: [StimulusQueue.Item]) throws(Violation) {
        var next: Batch? = try decide(items)
        while var batch = next {
            next = nil
            let fault = nextFault()
            if fault == .beforeRecord { return try crash(isBehind: !batch.events.isEmpty) }
            // While the log takes the batch, what comes is decided about.
            if !batch.events.isEmpty, random.chance(3) { next = try decide(gathered()) }
            let isBehind = next?.events.isEmpty == false
            if sabotage == .doubledResult { double(&batch.events) }
            if sabotage == .lostRecord, batch.events.count > 1, random.chance(20) {
                batch.events.remove(at: random.below(batch.events.count))
            }
            if sabotage == .effectsFirst, batch.events.count > 1, random.chance(2) {
                for effect in batch.effects { try perform(effect) }
                batch.effects = []
            }
            try append(batch.events, sabotage == .weakBarrier ? .process : batch.durability)
            if fault == .beforeEffects { return try crash(isBehind: isBehind) }
            let last = fault == .amongEffects ? random.below(max(1, batch.effects.count)) : nil
            for (number, effect) in batch.effects.enumerated() {
                if number == last { return try crash(isBehind: isBehind) }
                try perform(effect)
            }
            if fault != nil { return try crash(isBehind: isBehind) }
        }
    }

    /// What is in the mailbox.
    private mutating func gathered() -> [StimulusQueue.Item] {
        var items: [StimulusQueue.Item] = []
        while let entry = queue.takeFirst(dueAt: now) { items.append(entry.item) }
        return items
    }

    private mutating func decide(_ items: [StimulusQueue.Item]) throws(Violation) -> Batch {
        var batch = Batch()
        for item in items {
            guard var stimulus = stimulus(of: item) else { continue }
            stimuli += 1
            note(stimulus)
            willHandle(stimulus)
            if sabotage == .phantomResult, case .attemptEnded(let id, .failed) = stimulus {
                stimulus = .attemptEnded(id, .succeeded(ToolOutput("well")))
            }
            var instructions = machine.handle(stimulus, at: now)
            if sabotage == .chattyRefusal, case .command = stimulus, !instructions.isEmpty {
                instructions.append(.refuse(.nothingReady))
            }
            note(instructions)
            try checkRefusal(instructions)
            for instruction in instructions {
                if case .record(let event, let needed) = instruction {
                    batch.events.append(event)
                    if !isWeakened(event) { batch.durability = max(batch.durability, needed) }
                } else {
                    batch.effects.append(instruction)
                }
            }
        }
        return batch
    }

    /// Some success is recorded twice.
    private func double(_ events: inout [EventEnvelope]) {
        guard let index = events.firstIndex(where: { if case .stepSucceeded = $0.event { true } else { false } }),
            log.events.count > 30
        else { return }
        events.insert(events[index], at: index + 1)
        for later in events[(index + 1)...].indices { events[later].seq += 1 }
    }

    private func isWeakened(_ event: EventEnvelope) -> Bool {
        guard sabotage == .weakResult, case .stepSucceeded = event.event else { return false }
        return true
    }

    private func checkRefusal(_ instructions: [Instruction]) throws(Violation) {
        guard instructions.count > 1 else { return }
        for case .refuse(let refusal) in instructions {
            throw Violation(.refusals, "refused with \(refusal), and \(instructions.count - 1) instructions more")
        }
    }

    private mutating func willHandle(_ stimulus: Stimulus) {
        guard case .attemptEnded(let id, let result) = stimulus, let place = auditor.place(of: id.step) else { return }
        ledger.ended(place, id.number, result, at: now)
        silences[id] = nil
        if sabotage == .lateReport, case .succeeded = result {
            let report = Stimulus.processStarted(id, Self.progress)
            queue.add(.stimulus(report), due: now.advanced(by: .microseconds(1)), order: 0)
        }
    }

    static let progress = StepProgress(processGroup: 4242, processStartTime: 1)

    private mutating func append(_ events: [EventEnvelope], _ durability: Durability) throws(Violation) {
        guard !events.isEmpty else { return }
        log.append(events, durability)
        for event in events {
            try auditor.read(event)
            guard let path = event.step else { continue }
            if case .stepSucceeded(let success) = event.event { try checkIsReal(success, event, path) }
            if case .approvalRequested = event.event { ask(path) }
            if case .stepOutcomeUnknown = event.event, let place = auditor.place(of: path) {
                unknownOutcomes[place, default: 0] += 1
                queue.add(.resolution(path), due: later(seconds: 8), order: random.next())
            }
        }
    }

    private func checkIsReal(_ success: StepSucceeded, _ event: EventEnvelope, _ path: StepPath) throws(Violation) {
        guard let place = auditor.place(of: path), auditor.isAttempt(place), !auditor.tracks[place].isResolvedAsDone
        else { return }
        guard ledger.output(of: place, event.attempt ?? 0) != success.output else { return }
        throw Violation(.realResult, "the recorded success of \(path)#\(event.attempt ?? 0) is not what it gave")
    }

    // MARK: Performing

    private mutating func perform(_ effect: Instruction) throws(Violation) {
        switch effect {
        // No model is asked in this world: nothing waits for one, and nothing is spent.
        case .record, .refuse, .goOn, .setBudget, .forceBreaker: break
        case .start(var attempt):
            if sabotage == .changedKey { attempt.key += "#\(attempt.id.number)" }
            if sabotage == .lostStart, random.chance(30) { return }
            try start(attempt)
            if sabotage == .doubledStart { try start(attempt) }
        case .enterGroup(let group, _):
            // The others of the group are not in this world; that there are some may be said.
            if random.chance(2) {
                let queued = QueuedRun(group: group, behind: [RunID("other")])
                queue.add(.stimulus(.queued(queued)), due: now, order: random.next())
            }
            queue.add(.stimulus(.admitted), due: later(seconds: 3), order: random.next())
        // The runs inside have no people here, and never wait.
        case .passOn: break
        case .cancelAttempt(let id): cancel(id)
        case .setTimer(let id, let delay): setTimer(id, delay)
        case .cancelTimer(let id):
            if sabotage != .keptTimer { queue.cancelTimer(id, at: now) }
        case .finish:
            isFinished = true
            try checkFinish()
        }
    }

    private mutating func start(_ attempt: StepAttempt) throws(Violation) {
        guard let place = auditor.place(of: attempt.id.step) else {
            throw Violation(.recordBeforeEffect, "\(attempt.id.step) is performed, and is no step of the pipeline")
        }
        let facts = scenario.table.facts(of: place)
        let performance = performance(of: attempt, facts, inputHash: auditor.inputHash(of: place))
        let share = Int64(random.below(5)) * performance.duration.wholeMicroseconds / 4
        try ledger.fire(
            attempt, at: place, process: processes, now: now, takesEffectAt: now.advanced(by: .microseconds(share)),
            log: log, auditor: auditor)
        guard ledger.runningCount <= auditor.slots else {
            throw Violation(.slots, "\(ledger.runningCount) attempts run at once, and there are \(auditor.slots) slots")
        }
        if let silence = performance.silentAfter { silences[attempt.id] = now.advanced(by: silence) }
        // A run of another pipeline is no process.
        if attempt.delegate == nil, random.chance(4) {
            queue.add(.stimulus(.processStarted(attempt.id, Self.progress)), due: now, order: random.next())
        }
        queue.add(
            .stimulus(.attemptEnded(attempt.id, performance.result)), due: now.advanced(by: performance.duration),
            order: random.next())
    }

    private mutating func performance(
        of attempt: StepAttempt, _ facts: StepFacts, inputHash: String
    ) -> ToolScript.Performance {
        if let run = attempt.delegate, let (result, rest) = children.goOn(run, at: now) {
            return ToolScript.Performance(result: result, duration: rest)
        }
        var performance = script.perform(
            attempt.id.step, facts, attempt: attempt.id.number, inputHash: inputHash, schedule: &random)
        if plan.isRacy { disturb(&performance, facts) }
        if sabotage == .forgetfulTool, case .succeeded = performance.result {
            performance.result = .succeeded(ToolOutput(["value": .int(processes), "items": [], "flag": true]))
        }
        if let run = attempt.delegate {
            // What it is silent about is not looked for: it has limits of its own.
            performance.silentAfter = nil
            children.begin(run, as: attempt.id, performance.result, end: now.advanced(by: performance.duration))
        }
        return performance
    }

    /// Results at the very moment of a limit, and some that nothing explains.
    private mutating func disturb(_ performance: inout ToolScript.Performance, _ facts: StepFacts) {
        if let limit = facts.timeout.startToClose ?? facts.timeout.idle, random.chance(3) {
            performance.duration = limit
        }
        if facts.timeout.idle != nil, random.chance(3) { performance.silentAfter = .zero }
        if random.chance(40) { performance.result = .cancelled }
        if random.chance(20) {
            performance.result = .failed(StepFailure(random.pick(FailureClass.allCases), "it fails for once"))
        }
    }

    private mutating func setTimer(_ id: TimerID, _ delay: Duration) {
        var due = now.advanced(by: sabotage == .earlyTimer ? delay / 2 : delay)
        if case .idle(let attempt) = id {
            // It is set anew for as long as the attempt is heard of.
            guard let silence = silences[attempt] else { return }
            due = silence.advanced(by: delay)
        }
        queue.add(.stimulus(.timerFired(id)), due: due, order: random.next())
    }

    private mutating func cancel(_ id: AttemptID) {
        guard let index = queue.endIndex(of: id, after: now) else { return }
        let entry = queue.entries[index]
        // Behind the report of its process, if that is on its way.
        let due = now.advanced(by: .microseconds(1 + 250_000 * random.below(4)))
        // A tool that would not listen, or was just about to end.
        if plan.isRacy, random.chance(3), case .stimulus(.attemptEnded(_, let result)) = entry.item {
            end(id, index, result, due: min(entry.due, now.advanced(by: .seconds(2))))
        } else if plan.isRacy, random.chance(3) {
            end(id, index, .failed(StepFailure(.signal, "it was ended by a signal")), due: due)
        } else {
            end(id, index, .cancelled, due: due)
        }
    }

    /// Attempt `id`, whose end stands at `index` in the queue, ends otherwise.
    private mutating func end(_ id: AttemptID, _ index: Int, _ result: ToolResult, due: Timestamp) {
        queue.replace(index, with: .stimulus(.attemptEnded(id, result)), due: due)
        children.change(id, result, end: due)
    }

    private func checkFinish() throws(Violation) {
        if let id = queue.attempts.first {
            throw Violation(.nothingLeft, "the run finished, and \(id.step)#\(id.number) still runs")
        }
        if let id = queue.timers(after: now).first {
            throw Violation(.nothingLeft, "the run finished, and the timer \(Self.text(id)) is still set")
        }
    }
}
