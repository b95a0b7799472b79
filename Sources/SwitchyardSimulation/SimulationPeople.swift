import OrderedCollections
import SwitchyardCore
import SwitchyardEngine

// What people ask of a run, and what they answer.

extension Simulation {
    /// What an item of the queue asks of the machine by now; nil for nothing.
    mutating func stimulus(of item: StimulusQueue.Item) -> Stimulus? {
        switch item {
        case .stimulus(let stimulus): return stimulus
        case .answer(let path): return answer(path)
        case .resolution(let path): return resolution(path)
        case .command: return .command(command(), by: Self.person)
        }
    }

    /// The person who is asked answers in a while, or leaves it to the limit.
    mutating func ask(_ path: StepPath) {
        guard let place = auditor.place(of: path) else { return }
        if scenario.table.facts(of: place).timeoutAnswer != nil, random.chance(2) { return }
        queue.add(.answer(path), due: later(seconds: 8), order: random.next())
    }

    private mutating func answer(_ path: StepPath) -> Stimulus? {
        guard let place = auditor.place(of: path) else { return nil }
        let isApproved =
            plan.isHarmless ? script.approves(path, scenario.table.facts(of: place)) : !random.chance(4)
        return .command(.answerApproval(path, isApproved: isApproved), by: Self.person)
    }

    private mutating func resolution(_ path: StepPath) -> Stimulus {
        let resolution = random.pick([Resolution.retry, .retry, .retry, .done, .failed])
        if resolution != .retry { isComparable = false }
        return .command(.resolve(path, resolution), by: Self.person)
    }

    private mutating func command() -> RunCommand {
        let path = target()
        if plan.areCommandsHarmless {
            return random.pick([.pause, .pause, .resume, .step, .step, .stepGroup, .setBreakpoint(.step(path))])
        }
        return random.pick([
            .pause, .resume, .step, .stepGroup, .cancel, .cancel, .cancelStep(path), .cancelStep(path),
            .skipStep(path), .skipStep(path), .retryStep(path), .setBreakpoint(.step(path)),
            .setBreakpoint(.condition("run.failed > 0")), .answerApproval(path, isApproved: random.chance(2)),
            .resolve(path, random.pick(Resolution.allCases)),
        ])
    }

    /// Some step, often one that has not ended.
    private mutating func target() -> StepPath {
        let steps = log.snapshot.steps.values
        guard !steps.isEmpty else { return "nothing" }
        for _ in 0..<8 {
            let step = steps[random.below(steps.count)]
            if !step.state.isFinal { return step.path }
        }
        return steps[random.below(steps.count)].path
    }

    /// Nothing comes by itself any more: what a person does who looks at the run.
    ///
    /// Fails where there is nothing to do, and the run has not ended.
    mutating func whatAPersonDoes() throws(Violation) -> StimulusQueue.Item {
        now = now.advanced(by: .seconds(1))
        let snapshot = log.snapshot
        for step in snapshot.steps.values {
            switch step.state {
            case .waiting(.approval): return .answer(step.path)
            case .outcomeUnknown: return .resolution(step.path)
            case .pending, .ready, .running, .waiting, .succeeded, .failed, .skipped, .cancelled: break
            }
        }
        if snapshot.status == .paused { return .stimulus(.command(.resume, by: Self.person)) }
        let open = snapshot.steps.values.filter { !$0.state.isFinal }.map { "\($0.path) \($0.state.name)" }
        throw Violation(.runEnds, "nothing is under way, and these wait: \(open.joined(separator: ", "))")
    }
}
