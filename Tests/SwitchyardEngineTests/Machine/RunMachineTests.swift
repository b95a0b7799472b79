import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import Testing

/// `!` marks an event that must be on disk before anything else happens.
@Suite struct RunMachineTests {
    @Test func aChainRunsInOrder() throws {
        var run = try MachineTranscript([.fake("a"), .fake("b", needs: ["a"])])
        #expect(
            run.start() == [
                "run.created by test !", "plan.compiled", "run.started", "step.ready a", "step.started a#1 !",
                "START a#1",
            ]
        )
        #expect(
            run.succeed("a") == ["step.succeeded a#1 !", "step.ready b", "step.started b#1 !", "START b#1"]
        )
        #expect(run.succeed("b") == ["step.succeeded b#1 !", "run.succeeded !", "FINISH"])
        #expect(run.snapshot.status == .succeeded)
        #expect(run.snapshot.counts.succeeded == 2)
    }

    @Test func aStepStartsTheMomentItsLastNeedEnds() throws {
        var run = try MachineTranscript([
            .fake("a"), .fake("b"), .fake("slow"), .fake("join", needs: ["a", "b"]),
        ])
        _ = run.start()
        #expect(run.succeed("b") == ["step.succeeded b#1 !"])
        #expect(run.succeed("a").contains("START join#1"))
    }

    @Test func pureStepsDoNotWaitForTheDisk() throws {
        var run = try MachineTranscript([.fake("a", tool: "pure")])
        #expect(run.start().contains("step.started a#1"))
        #expect(run.succeed("a").first == "step.succeeded a#1")
    }

    @Test func readyStepsStartInTheFilesOrderAsSlotsComeFree() throws {
        var run = try MachineTranscript([.fake("a"), .fake("b"), .fake("c")], slots: 2)
        let start = run.start()
        #expect(start.filter { $0.hasPrefix("START") } == ["START a#1", "START b#1"])
        #expect(start.contains("step.ready c"))
        #expect(run.succeed("b") == ["step.succeeded b#1 !", "step.started c#1 !", "START c#1"])
    }

    @Test func aSerialStepRunsAlone() throws {
        var run = try MachineTranscript([.fake("a"), .fake("b", mode: .serial), .fake("c")])
        #expect(run.start().filter { $0.hasPrefix("START") } == ["START a#1"])
        #expect(run.succeed("a").last == "START b#1")
        #expect(run.succeed("b").last == "START c#1")
    }

    // MARK: Failure

    @Test func afterAFailureNothingNewStartsAndFinallyRuns() throws {
        var run = try MachineTranscript(
            [.fake("a"), .fake("b"), .fake("c", needs: ["a"]), .fake("d", needs: ["b"])],
            finally: [.fake("clean")]
        )
        _ = run.start()
        #expect(
            run.fail("a") == [
                "step.failed a#1 exit_code !", "step.skipped c (run failed by a)", "step.skipped d (run failed by a)",
            ]
        )
        #expect(
            run.succeed("b") == [
                "step.succeeded b#1 !", "step.ready finally/clean", "step.started finally/clean#1 !",
                "START finally/clean#1",
            ]
        )
        #expect(
            run.succeed("finally/clean") == [
                "step.succeeded finally/clean#1 !", "run.failed (step a failed: it broke) !", "FINISH",
            ]
        )
    }

    @Test func continueCountsAFailureAsAnEnd() throws {
        var run = try MachineTranscript([.fake("a", onFailure: .continue), .fake("b", needs: ["a"])])
        _ = run.start()
        #expect(run.fail("a").last == "START b#1")
        #expect(run.succeed("b").contains("run.succeeded !"))
    }

    @Test func skipDependentsLetsOtherBranchesGoOnAndFailsTheRunInTheEnd() throws {
        var run = try MachineTranscript([
            .fake("a", onFailure: .skipDependents), .fake("b", needs: ["a"]), .fake("c"), .fake("d", needs: ["c"]),
        ])
        _ = run.start()
        #expect(run.fail("a") == ["step.failed a#1 exit_code !", "step.skipped b (a failed)"])
        #expect(run.succeed("c").last == "START d#1")
        #expect(
            run.succeed("d") == ["step.succeeded d#1 !", "run.failed (step a failed: it broke) !", "FINISH"]
        )
    }

    @Test func aFailureInFinallyLetsTheOthersRunAndFailsTheRun() throws {
        var run = try MachineTranscript(
            [.fake("a")], finally: [.fake("x"), .fake("y", needs: []), .fake("z", needs: ["x"])])
        _ = run.start()
        _ = run.succeed("a")
        #expect(
            run.fail("finally/x") == [
                "step.failed finally/x#1 exit_code !", "step.skipped finally/z (finally/x failed)",
            ])
        #expect(run.succeed("finally/y").contains("run.failed (step finally/x failed: it broke) !"))
    }

    @Test func anExpressionThatFailsFailsItsStepBeforeAnythingStarts() throws {
        var run = try MachineTranscript([.fake("a"), .fake("b", needs: ["a"], value: "${{ steps.a.output.missing }}")])
        _ = run.start()
        let lines = run.succeed("a", ["present": 1])
        #expect(lines.contains("step.failed b invalid_input !"))
        #expect(!lines.contains("START b#1"))
        #expect(lines.last == "FINISH")
    }

    @Test func aStepThatWaitedForItsRetryFailsWithTheRunAndKeepsItsAttempt() throws {
        let retry = RetryPolicy(maxAttempts: 2, backoff: Backoff(initial: .seconds(60), jitter: .none))
        var run = try MachineTranscript([.fake("a", retry: retry), .fake("b")])
        _ = run.start()
        _ = run.fail("a")
        let attemptEnd = run.snapshot.steps["a"]?.attempts.last?.endedAt
        run.advance(by: .seconds(5))
        #expect(
            run.fail("b") == [
                "step.failed b#1 exit_code !", "FORGET retry a#1", "step.failed a#1 exit_code",
                "run.failed (step b failed: it broke, and 1 more) !", "FINISH",
            ]
        )
        #expect(run.snapshot.steps["a"]?.attempts.last?.endedAt == attemptEnd)
        #expect(run.snapshot.failure?.steps == ["b", "a"])
    }

    @Test func statusFunctionsInFinallySpeakOfTheRun() throws {
        func finally(_ change: (inout MachineTranscript) -> Void) throws -> [String] {
            var run = try MachineTranscript(
                [.fake("a", onFailure: .continue), .fake("b")],
                finally: [.fake("bad", when: "failed()"), .fake("good", when: "succeeded()")]
            )
            _ = run.start()
            change(&run)
            return run.succeed("b").filter { $0.hasPrefix("START") }
        }
        #expect(
            try finally { _ = $0.fail("a") } == ["START finally/good#1"], "a tolerated failure is none of the run's")
        #expect(
            try finally {
                _ = $0.send(.cancelStep("a"))
                _ = $0.endCancelled("a")
            } == ["START finally/bad#1"], "a cancelled step fails the run"
        )
    }

    @Test func whatNestsTooDeepToBeRecordedFailsItsStep() throws {
        var run = try MachineTranscript([.fake("a")])
        _ = run.start()
        let deep = (0..<JSON.maximumRecordedDepth).reduce(Value.int(1)) { value, _ in [value] }
        #expect(deep.nests(atMost: JSON.maximumRecordedDepth))
        #expect(run.succeed("a", [deep]).contains("step.failed a#1 invalid_output !"))
    }

    @Test func everyRecordedDepthCanBeReadAgain() throws {
        let deep = (0..<JSON.maximumRecordedDepth).reduce(Value.int(1)) { value, _ in [value] }
        let event = EventEnvelope(
            run: RunID("run"), seq: 1, time: Timestamp(microseconds: 0), step: "a", attempt: 1,
            event: .stepSucceeded(StepSucceeded(output: deep, outputHash: "h"))
        )
        #expect(try EventEnvelope(line: JSON.text(of: event.json)) == event)
    }

    // MARK: Skipping

    @Test func aFalseWhenIsNotHinderedByVariablesItDoesNotAskFor() throws {
        var step = try Step.fake("b", needs: ["a"], when: "steps.a.status == 'succeeded'")
        step.env = ["COUNT": try Template.parse("${{ steps.a.output | length }}")]
        var run = try MachineTranscript([.fake("a", onFailure: .continue), step])
        _ = run.start()
        #expect(run.fail("a").contains("step.skipped b (when)"))
    }

    @Test func aFalseWhenSkipsAndASkippedChainStaysSkipped() throws {
        var run = try MachineTranscript([
            .fake("a", when: "false"), .fake("b", needs: ["a"]), .fake("c", needs: ["b"]),
        ])
        #expect(
            run.start().suffix(5) == [
                "step.skipped a (when)", "step.skipped b (needs skipped)", "step.skipped c (needs skipped)",
                "run.succeeded !", "FINISH",
            ]
        )
    }

    @Test func theJoinOfTwoExclusiveBranchesRuns() throws {
        var run = try MachineTranscript([
            .fake("left", when: "true"), .fake("right", when: "false"), .fake("join", needs: ["left", "right"]),
        ])
        _ = run.start()
        #expect(run.succeed("left").last == "START join#1")
    }

    @Test func aWhenWithAStatusFunctionIsEvaluatedWhateverTheNeedsStates() throws {
        var run = try MachineTranscript([
            .fake("a", onFailure: .skipDependents), .fake("b", needs: ["a"], when: "failed()"),
            .fake("c", needs: ["a"], when: "succeeded()"), .fake("d", needs: ["a"], when: "always()"),
        ])
        _ = run.start()
        let lines = run.fail("a")
        #expect(lines.contains("START b#1"))
        #expect(lines.contains("step.skipped c (when)"))
        #expect(lines.contains("START d#1"))
    }

    @Test func aLongChainOfSkippedStepsNeedsNoStack() throws {
        let steps = try (0..<20_000).map { index in
            try Step.fake("s\(index)", needs: index == 0 ? [] : ["s\(index - 1)"], when: index == 0 ? "false" : nil)
        }
        var run = try MachineTranscript(steps)
        #expect(run.start().last == "FINISH")
        #expect(run.snapshot.counts.skipped == 20_000)
    }

    // MARK: Retry and timeout

    @Test func aFailureIsTriedAgainAfterItsBackoffAndHoldsNoSlotMeanwhile() throws {
        let retry = RetryPolicy(maxAttempts: 2, backoff: Backoff(initial: .seconds(3), jitter: .none))
        var run = try MachineTranscript([.fake("a", retry: retry), .fake("b")], slots: 1)
        _ = run.start()
        #expect(
            run.fail("a") == [
                "step.failed a#1 exit_code again !", "step.retry_scheduled a#1", "TIMER retry a#1 3s",
                "step.started b#1 !", "START b#1",
            ]
        )
        #expect(run.fire(.retry(AttemptID("a", 1))) == ["step.ready a"])
        #expect(run.succeed("b").last == "START a#2")
        #expect(run.fail("a", attempt: 2).contains("run.failed (step a failed: it broke) !"))
    }

    @Test func aServersWaitIsNeverShortened() throws {
        let retry = RetryPolicy(maxAttempts: 2, backoff: Backoff(initial: .milliseconds(1), jitter: .full))
        var run = try MachineTranscript([.fake("a", retry: retry)])
        _ = run.start()
        #expect(run.fail("a", .rateLimit, retryAfter: .seconds(7)).contains("TIMER retry a#1 7s"))
    }

    @Test func aClassOutsideOfOnIsNotTriedAgain() throws {
        let retry = RetryPolicy(maxAttempts: 3, on: [.timeout])
        var run = try MachineTranscript([.fake("a", retry: retry)])
        _ = run.start()
        #expect(run.fail("a").contains("step.failed a#1 exit_code !"))
    }

    @Test func jitterDependsOnTheSeedAlone() throws {
        func timer(seed: UInt64) throws -> String? {
            var run = try MachineTranscript(
                [.fake("a", retry: RetryPolicy(maxAttempts: 2, backoff: Backoff(initial: .seconds(60))))], seed: seed
            )
            _ = run.start()
            return run.fail("a").last
        }
        #expect(try timer(seed: 1) == timer(seed: 1))
        #expect(try timer(seed: 1) != timer(seed: 2))
    }

    @Test func aTimeoutEndsTheAttemptAndMayBeTriedAgain() throws {
        let retry = RetryPolicy(maxAttempts: 2, backoff: Backoff(initial: .zero, jitter: .none), on: [.timeout])
        var run = try MachineTranscript([.fake("a", retry: retry, timeout: .seconds(5))])
        #expect(run.start().last == "TIMER timeout a#1 5s")
        #expect(run.fire(.timeout(AttemptID("a", 1))) == ["step.timed_out a#1", "CANCEL a#1"])
        #expect(
            run.endCancelled("a") == [
                "FORGET timeout a#1", "step.failed a#1 timeout again !", "step.retry_scheduled a#1",
                "TIMER retry a#1 0s",
            ]
        )
        #expect(run.snapshot.steps["a"]?.failure?.message == "took longer than its timeout of 5s")
        _ = run.fire(.retry(AttemptID("a", 1)))
        #expect(run.snapshot.steps["a"]?.attempts.count == 2)
        #expect(run.fire(.timeout(AttemptID("a", 1))) == [], "the first attempt's timer says nothing of the second")
    }

    @Test func aResultThatBeatsItsTimeoutCounts() throws {
        var run = try MachineTranscript([.fake("a", timeout: .seconds(5))])
        _ = run.start()
        _ = run.fire(.timeout(AttemptID("a", 1)))
        #expect(run.succeed("a").contains("run.succeeded !"))
    }

    // MARK: Commands

    @Test func pauseHoldsNewStartsAndStepStartsExactlyOne() throws {
        var run = try MachineTranscript([.fake("a"), .fake("b"), .fake("c")])
        #expect(run.start(paused: true).last == "step.ready c")
        #expect(run.send(.pause) == ["REFUSE alreadyPaused"])
        #expect(run.send(.step) == ["step.started a#1 by ada !", "START a#1"])
        #expect(run.succeed("a") == ["step.succeeded a#1 !"])
        #expect(
            run.send(.resume) == [
                "run.resumed by ada", "step.started b#1 !", "START b#1", "step.started c#1 !", "START c#1",
            ])
        #expect(run.send(.step) == ["REFUSE notPaused"])
        #expect(run.send(.pause) == ["run.paused by ada"])
        #expect(run.send(.step) == ["REFUSE nothingReady"])
    }

    @Test func stepNeedsAFreeSlot() throws {
        var run = try MachineTranscript([.fake("a"), .fake("b")], slots: 1)
        _ = run.start(paused: true)
        _ = run.send(.step)
        #expect(run.send(.step) == ["REFUSE noFreeSlot"])
    }

    @Test func cancelEndsRunningStepsAndRunsFinally() throws {
        var run = try MachineTranscript(
            [.fake("a"), .fake("b", needs: ["a"])], finally: [.fake("clean")]
        )
        _ = run.start()
        #expect(run.send(.cancel) == ["run.cancel_requested by ada !", "CANCEL a#1", "step.cancelled b"])
        #expect(run.send(.cancel) == ["REFUSE alreadyCancelling"])
        #expect(
            run.endCancelled("a") == [
                "step.cancelled a#1 !", "step.ready finally/clean", "step.started finally/clean#1 !",
                "START finally/clean#1",
            ]
        )
        #expect(
            run.succeed("finally/clean") == ["step.succeeded finally/clean#1 !", "run.cancelled !", "FINISH"]
        )
        #expect(run.send(.cancel) == ["REFUSE runHasEnded"])
    }

    @Test func cancelEndsAPausedRunAndOneThatWaitsForARetry() throws {
        let retry = RetryPolicy(maxAttempts: 2, backoff: Backoff(initial: .seconds(3), jitter: .none))
        var run = try MachineTranscript([.fake("a", retry: retry), .fake("b", needs: ["a"])])
        _ = run.start()
        _ = run.fail("a")
        _ = run.send(.pause)
        #expect(
            run.send(.cancel) == [
                "run.cancel_requested by ada !", "FORGET retry a#1", "step.cancelled a#1", "step.cancelled b",
                "run.cancelled !", "FINISH",
            ]
        )
    }

    @Test func aSecondCancelEndsTheFinallySteps() throws {
        var run = try MachineTranscript([.fake("a")], finally: [.fake("x"), .fake("y", needs: ["x"])])
        _ = run.start()
        _ = run.send(.cancel)
        _ = run.endCancelled("a")
        #expect(
            run.send(.cancel) == ["run.cancel_requested by ada !", "CANCEL finally/x#1", "step.cancelled finally/y"])
        #expect(run.send(.cancel) == ["REFUSE alreadyCancelling"], "there is no third")
        #expect(run.endCancelled("finally/x").contains("run.cancelled !"))
    }

    @Test func cancellingAStepSkipsItsDependentsAndFailsTheRunInTheEnd() throws {
        var run = try MachineTranscript([.fake("a"), .fake("b", needs: ["a"]), .fake("c")])
        _ = run.start()
        #expect(run.send(.cancelStep("a")) == ["step.cancel_requested a#1 by ada", "CANCEL a#1"])
        #expect(run.endCancelled("a") == ["step.cancelled a#1 !", "step.skipped b (a failed)"])
        #expect(run.succeed("c").contains("run.failed (step a was cancelled) !"))
        #expect(run.send(.cancelStep("a")) == ["REFUSE runHasEnded"])
    }

    @Test func cancellingAStepThatHasNotStartedEndsIt() throws {
        var run = try MachineTranscript([.fake("a"), .fake("b", needs: ["a"]), .fake("c", needs: ["b"])])
        _ = run.start()
        #expect(run.send(.cancelStep("b")) == ["step.cancelled b by ada !", "step.skipped c (b failed)"])
        #expect(run.send(.cancelStep("nobody")) == ["REFUSE unknownStep(nobody)"])
        #expect(run.send(.cancelStep("b")) == ["REFUSE stepHasEnded(b)"])
    }

    // MARK: Outputs

    @Test func outputsAreTheRunsResult() throws {
        var run = try MachineTranscript(
            [.fake("a")], outputs: ["total": .text(try Template.parse("${{ steps.a.output.n + 1 }}"))]
        )
        _ = run.start()
        #expect(run.succeed("a", ["n": 41]).contains(#"run.succeeded {"total":42} !"#))
    }

    @Test func anOutputThatCannotBeComputedFailsTheRun() throws {
        var run = try MachineTranscript(
            [.fake("a")], outputs: ["total": .text(try Template.parse("${{ steps.a.output.n }}"))]
        )
        _ = run.start()
        let lines = run.succeed("a", [:])
        #expect(lines.contains { $0.hasPrefix("run.failed (an output could not be computed:") })
    }

    // MARK: The fold

    @Test func foldingTheRecordedEventsGivesTheMachinesSnapshot() throws {
        let run = try MachineTranscript(
            [.fake("a", onFailure: .continue), .fake("b", needs: ["a"]), .fake("c", when: "false")],
            finally: [.fake("clean")]
        )
        var machine = run.machine
        var events: [EventEnvelope] = []
        func step(_ stimulus: Stimulus) {
            let time = Timestamp(microseconds: Int64(events.count) * 1_000_000)
            for case .record(let event, _) in machine.handle(stimulus, at: time) { events.append(event) }
        }
        step(.start(paused: false))
        step(.attemptEnded(AttemptID("a", 1), .failed(StepFailure(.exitCode, "no"))))
        step(.attemptEnded(AttemptID("b", 1), .succeeded(ToolOutput("x"))))
        step(.attemptEnded(AttemptID("finally/clean", 1), .succeeded(ToolOutput("x"))))
        #expect(machine.snapshot.status == .succeeded)
        #expect(RunSnapshot(run: RunID("run"), folding: events) == machine.snapshot)
        let decoded = try events.map { try EventEnvelope(line: JSON.text(of: $0.json)) }
        #expect(decoded == events)
    }
}
