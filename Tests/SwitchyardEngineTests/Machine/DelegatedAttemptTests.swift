import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import Testing

/// Attempts that are runs of other pipelines: whoever takes the run over goes on with them, and ends those that nobody
/// wants any more in their own way.
@Suite struct DelegatedAttemptTests {
    /// The instructions of a process that takes over what `work` did with `steps`.
    private func taken(
        _ steps: [Step], after pause: Duration = .zero, _ work: (inout MachineTranscript) -> Void
    ) throws -> (lines: [String], run: MachineTranscript) {
        var first = try MachineTranscript(steps)
        _ = first.start()
        work(&first)
        var run = try MachineTranscript(resuming: first.events, steps)
        run.advance(by: pause)
        return (run.takeOver(), run)
    }

    @Test func itIsTheSameAttemptOfTheSameRun() throws {
        let steps = [Step.nested("a", "child", inputs: ["n": .literal(3)])]
        var first = try MachineTranscript(steps)
        let started = first.perform(.start(paused: false)).last
        var second = try MachineTranscript(resuming: first.events, steps)
        second.advance(by: .seconds(9))
        #expect(second.perform(.takeOver(by: Actor("bob"))).last == started)
        var third = try MachineTranscript(resuming: second.events, steps)
        #expect(third.perform(.takeOver(by: Actor("bob"))).last == started)
        #expect(third.succeed("a").suffix(2) == ["run.succeeded !", "FINISH"])
        #expect(third.snapshot.steps["a"]?.attempts.count == 1)
    }

    @Test func aCancelledRunEndsIt() throws {
        var (lines, run) = try taken([.nested("a", "child")]) { _ = $0.send(.cancel) }
        #expect(lines == ["lease.taken by bob !", "START a#1", "CANCEL a#1"])
        #expect(run.endCancelled("a") == ["step.cancelled a#1 !", "run.cancelled !", "FINISH"])
    }

    @Test func aCancelledGroupEndsIt() throws {
        let (lines, _) = try taken([.group("g", [.nested("a", "child")])]) { _ = $0.send(.cancelStep("g")) }
        #expect(lines == ["lease.taken by bob !", "START g/a#1", "CANCEL g/a#1"])
    }

    @Test func aCancelledStepEnds() throws {
        var (lines, run) = try taken([.nested("a", "child")]) { _ = $0.send(.cancelStep("a")) }
        #expect(lines == ["lease.taken by bob !", "START a#1", "CANCEL a#1"])
        #expect(run.endCancelled("a").first == "step.cancelled a#1 !")
        #expect(run.snapshot.status == .failed)
    }

    @Test func aSkippedStepEnds() throws {
        var (lines, run) = try taken([.nested("a", "child")]) { _ = $0.send(.skipStep("a")) }
        #expect(lines == ["lease.taken by bob !", "START a#1", "CANCEL a#1"])
        #expect(run.endCancelled("a") == ["step.skipped a#1 (requested) !", "run.succeeded !", "FINISH"])
    }

    @Test func itsTimeGoesOn() throws {
        let steps = [Step.nested("a", "child").within(.seconds(60))]
        #expect(
            try taken(steps, after: .seconds(20)) { _ in }.lines == [
                "lease.taken by bob !", "START a#1", "TIMER timeout a#1 40s",
            ])
        #expect(try taken(steps, after: .seconds(90)) { _ in }.lines.last == "TIMER timeout a#1 0s")
        var (lines, run) = try taken(steps) { _ = $0.fire(.timeout(AttemptID("a", 1))) }
        #expect(lines == ["lease.taken by bob !", "START a#1", "CANCEL a#1"])
        #expect(run.endCancelled("a").contains("step.failed a#1 timeout !"))
    }

    @Test func aFailureElsewhereAsksNobodyWhatBecameOfIt() throws {
        var (lines, run) = try taken([.nested("a", "child"), .fake("b")]) { _ = $0.fail("b") }
        #expect(lines == ["lease.taken by bob !", "START a#1"])
        #expect(run.succeed("a").suffix(2) == ["run.failed (step b failed: it broke) !", "FINISH"])
    }

    @Test func nobodyIsAskedThoughItIsUnsafe() throws {
        let steps = [Step.nested("a", "child").having(.unsafe)]
        #expect(try taken(steps) { _ in }.lines == ["lease.taken by bob !", "START a#1"])
    }

    @Test func anAttemptAfterAFailureIsAnotherRun() throws {
        var step = Step.nested("a", "child")
        step.retry = RetryPolicy(maxAttempts: 2, backoff: Backoff(initial: .zero, jitter: .none))
        var delegates: [RunID?] = []
        let (lines, _) = try taken([step]) { run in
            _ = run.fail("a")
            _ = run.fire(.retry(AttemptID("a", 1)))
            delegates = run.snapshot.steps["a"]?.attempts.map(\.delegate) ?? []
        }
        #expect(lines == ["lease.taken by bob !", "START a#2"])
        #expect(Set(delegates).count == 2 && !delegates.contains(nil))
    }

    @Test func anAttemptThatOnceTookARunOverGoesOnWithIt() throws {
        // As it was recorded when whoever took over made a new attempt, which did not name the run.
        let steps = [Step.nested("a", "child")]
        var first = try MachineTranscript(steps)
        _ = first.start()
        var events = first.events
        for type in ["step.ready", "step.started"] {
            var event = try #require(first.events.first { $0.event.type == type })
            event.seq = events.count + 1
            if type == "step.started" { event.attempt = 2 }
            events.append(event)
        }
        var run = try MachineTranscript(resuming: events, steps)
        let start = run.perform(.takeOver(by: Actor("bob"))).last
        guard case .start(let attempt)? = start else {
            Issue.record("\(String(describing: start)) is no start")
            return
        }
        #expect(attempt.id.number == 2)
        #expect(attempt.delegate == first.snapshot.steps["a"]?.delegate)
    }

    @Test func pausingGoesDown() throws {
        var run = try MachineTranscript([.nested("a", "child"), .fake("b"), .nested("c", "child", needs: ["b"])])
        _ = run.start()
        #expect(run.send(.pause) == ["run.paused by ada", "PASS ON pause to a#1 by ada"])
        #expect(run.send(.pause) == ["REFUSE alreadyPaused"])
        // What a person lets start in a paused run is not paused itself.
        _ = run.succeed("b")
        #expect(run.send(.step).last == "START c#1")
        #expect(
            run.send(.resume) == [
                "run.resumed by ada", "PASS ON resume to a#1 by ada", "PASS ON resume to c#1 by ada",
            ])
    }

    @Test func aBreakpointPausesWhatIsInside() throws {
        var run = try MachineTranscript([.nested("a", "child"), .fake("b"), .fake("c", needs: ["b"])])
        _ = run.start()
        _ = run.send(.setBreakpoint(.step("c")))
        #expect(run.succeed("b").suffix(2) == ["run.paused", "PASS ON pause to a#1 by run:run"])
    }

    @Test func aPausedRunIsTakenOverWithWhatIsInside() throws {
        let lines = try taken([.nested("a", "child")]) { _ = $0.send(.pause) }.lines
        #expect(lines == ["lease.taken by bob !", "START a#1", "PASS ON pause to a#1 by test"])
    }
}
