import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import Testing

@Suite struct ResumeTests {
    /// The events of a run that got as far as `work` takes it, and then lost its process.
    private func record(
        _ steps: [Step], finally: [Step] = [], _ work: (inout MachineTranscript, inout [Instruction]) -> Void
    ) throws -> [EventEnvelope] {
        var run = try MachineTranscript(steps, finally: finally)
        var instructions = run.perform(.start(paused: false))
        work(&run, &instructions)
        return instructions.events
    }

    @Test func whatSucceededIsNotDoneAgain() throws {
        let steps: [Step] = try [.fake("a"), .fake("b", tool: "pure", needs: ["a"]), .fake("c", needs: ["b"])]
        let events = try record(steps) { $1 += $0.perform(.attemptEnded(AttemptID("a", 1), .succeeded(ToolOutput(1)))) }
        var run = try MachineTranscript(resuming: events, steps)
        #expect(
            run.handle(.takeOver(by: Actor("bob"))) == [
                "lease.taken by bob !", "step.ready b", "step.started b#2", "START b#2",
            ])
        #expect(
            run.succeed("b", attempt: 2) == ["step.succeeded b#2", "step.ready c", "step.started c#1 !", "START c#1"])
        #expect(run.snapshot.steps["a"]?.attempts.count == 1)
    }

    @Test(arguments: [
        (Resolution.retry, ["step.resolved a#1 by ada !", "step.ready a", "step.started a#2 !", "START a#2"]),
        (.done, ["step.resolved a#1 by ada !", "step.succeeded a#1 !", "run.succeeded !", "FINISH"]),
        (
            .failed,
            [
                "step.resolved a#1 by ada !", "step.failed a#1 exit_code !",
                "run.failed (step a failed: a person says that it failed) !", "FINISH",
            ]
        ),
    ]) func anUnsafeAttemptIsNeverRepeatedUnasked(resolution: Resolution, lines: [String]) throws {
        let events = try record([.fake("a")]) { _, _ in }
        var run = try MachineTranscript(resuming: events, [.fake("a")])
        #expect(
            run.handle(.takeOver(by: Actor("bob"))) == ["lease.taken by bob !", "step.outcome_unknown a#1 !"])
        #expect(run.snapshot.steps["a"]?.state == .outcomeUnknown)
        #expect(run.send(.resolve("a", resolution)) == lines)
        #expect(run.send(.resolve("a", resolution)).first?.hasPrefix("REFUSE") == true)
    }

    @Test func aRetryGoesOnWaiting() throws {
        let step = try Step.fake(
            "a", retry: RetryPolicy(maxAttempts: 2, backoff: Backoff(initial: .seconds(8), jitter: .none)))
        let events = try record([step]) { run, instructions in
            instructions += run.perform(
                .attemptEnded(AttemptID("a", 1), .failed(StepFailure(.exitCode, "it broke"))))
        }
        var run = try MachineTranscript(resuming: events, [step])
        run.advance(by: .seconds(3))
        #expect(
            run.handle(.takeOver(by: Actor("bob"))) == ["lease.taken by bob !", "TIMER retry a#1 5s"])
        #expect(run.fire(.retry(AttemptID("a", 1))).last == "START a#2")
    }

    @Test func aCancelledRunGoesOnBeingCancelled() throws {
        let steps: [Step] = try [.fake("a", tool: "pure"), .fake("b", needs: ["a"])]
        let finally: [Step] = try [.fake("f")]
        let events = try record(steps, finally: finally) { run, instructions in
            instructions += run.perform(.command(.cancel, by: Actor("ada")))
        }
        // The power went before the rest of the cancellation was recorded.
        let cut = Array(events.prefix { $0.event.type != "step.cancelled" })
        var run = try MachineTranscript(resuming: cut, steps, finally: finally)
        #expect(
            run.handle(.takeOver(by: Actor("bob"))) == [
                "lease.taken by bob !", "step.cancelled a", "step.cancelled b", "step.ready finally/f",
                "step.started finally/f#1 !", "START finally/f#1",
            ])
        #expect(run.succeed("finally/f").suffix(2) == ["run.cancelled !", "FINISH"])
    }

    /// Wherever a run of any shape is cut, and by whom it is taken over, it ends as it would have.
    @Test(arguments: 0..<40) func aCutRunEndsAsAWholeOne(block: UInt64) throws {
        for seed in (block * 10)..<(block * 10 + 10) {
            let steps = try RandomPipeline(seed: seed).steps.map { try Self.repeatable($0, seed: seed) }
            var whole = SimulatedProcess(seed: seed)
            let expected = try whole.run(MachineTranscript(steps, seed: seed), first: .start(paused: false))
            var random = SeededGenerator(state: seed)
            for _ in 0..<6 {
                let cut = Int.random(in: 1..<whole.events.count, using: &random)
                var rest = SimulatedProcess(seed: seed &+ UInt64(cut))
                rest.resultSeed = seed
                let snapshot = try rest.run(
                    MachineTranscript(resuming: Array(whole.events[..<cut]), steps, seed: seed),
                    first: .takeOver(by: Actor("bob")))
                #expect(snapshot.status == expected.status, "seed \(seed) cut at \(cut)")
                let difference = expected.steps.first { path, step in
                    let other = snapshot.steps[path]
                    return other?.state != step.state || other?.output != step.output
                }
                #expect(difference == nil, "seed \(seed) cut at \(cut): \(difference?.key ?? "")")
                #expect(snapshot.steps.count == expected.steps.count, "seed \(seed) cut at \(cut)")
                let fold = RunSnapshot(run: RunID("run"), folding: whole.events[..<cut] + rest.events)
                #expect(fold == snapshot, "seed \(seed) cut at \(cut)")
            }
        }
    }

    /// The step with what may be repeated, and with some waits.
    private static func repeatable(_ step: Step, seed: UInt64) throws -> Step {
        var step = step
        switch step.kind {
        case .group(let body): step.kind = .group(try body.map { try repeatable($0, seed: seed) })
        case .tool(_, let with):
            switch (seed ^ UInt64(step.id.utf8.last ?? 0)) % 7 {
            case 0: step.kind = .wait(.duration(try Template.parse("5s")))
            case 1: step.kind = .approval(ApprovalStep(message: try Template.parse("?")))
            case 2:
                step.kind = .tool(name: "fake", with: with)
                step.retry = RetryPolicy(maxAttempts: 2)
            default: step.kind = .tool(name: "pure", with: with)
            }
        default: break
        }
        return step
    }
}

/// Performs the instructions of a machine: what runs ends in a random order, always with the same result.
private struct SimulatedProcess {
    private(set) var events: [EventEnvelope] = []
    /// What the results come from.
    var resultSeed: UInt64
    private var random: SeededGenerator

    init(seed: UInt64) {
        resultSeed = seed
        random = SeededGenerator(state: seed &+ 7)
    }

    mutating func run(_ transcript: MachineTranscript, first: Stimulus) throws -> RunSnapshot {
        var run = transcript
        var pending: [Stimulus] = []
        var instructions = run.perform(first)
        for _ in 0..<5000 {
            for instruction in instructions {
                switch instruction {
                case .record(let event, _):
                    events.append(event)
                    if case .approvalRequested = event.event, let step = event.step { pending.append(answer(step)) }
                    if case .stepOutcomeUnknown = event.event, let step = event.step {
                        pending.append(.command(.resolve(step, .retry), by: Actor("ada")))
                    }
                case .start(let attempt): pending.append(.attemptEnded(attempt.id, result(of: attempt)))
                case .setTimer(let timer, _): pending.append(.timerFired(timer))
                case .cancelTimer(let timer): pending.removeAll { $0 == .timerFired(timer) }
                case .finish: return run.snapshot
                case .cancelAttempt, .enterGroup, .refuse, .passOn, .goOn, .setBudget, .forceBreaker: break
                }
            }
            if case .takeOver = first, events.count(where: { $0.event.type == "lease.taken" }) == 1, !asked {
                asked = true
                // Questions that were asked before.
                for step in run.snapshot.steps.values {
                    if case .waiting(.approval) = step.state, !pending.contains(answer(step.path)) {
                        pending.append(answer(step.path))
                    }
                    if step.state == .outcomeUnknown {
                        let command = Stimulus.command(.resolve(step.path, .retry), by: Actor("ada"))
                        if !pending.contains(command) { pending.append(command) }
                    }
                }
            }
            guard !pending.isEmpty else { break }
            instructions = run.perform(pending.remove(at: Int.random(in: 0..<pending.count, using: &random)))
        }
        throw Stuck()
    }

    private var asked = false

    private struct Stuck: Error {}

    private func answer(_ step: StepPath) -> Stimulus {
        let isApproved = RandomPipeline.fails(step, seed: resultSeed)
        return .command(.answerApproval(step, isApproved: isApproved), by: Actor("ada"))
    }

    private func result(of attempt: StepAttempt) -> ToolResult {
        RandomPipeline.fails(attempt.id.step, seed: resultSeed)
            ? .failed(StepFailure(.exitCode, "it broke")) : .succeeded(ToolOutput(attempt.arguments["value"]))
    }
}

extension [Instruction] {
    /// The events recorded.
    var events: [EventEnvelope] {
        compactMap { if case .record(let event, _) = $0 { event } else { nil } }
    }
}
