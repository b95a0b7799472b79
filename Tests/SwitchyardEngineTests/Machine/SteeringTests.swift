import SwitchyardCore
import SwitchyardEngine
import Testing

@Suite struct SkipTests {
    @Test func aStepThatHasNotStartedIsPassedOver() throws {
        var run = try MachineTranscript([.fake("a"), .fake("b", needs: ["a"]), .fake("c", needs: ["a", "b"])])
        _ = run.start()
        #expect(run.send(.skipStep("b")) == ["step.skipped b (requested) by ada !"])
        #expect(run.succeed("a").last == "START c#1")
        #expect(run.send(.skipStep("b")) == ["REFUSE stepHasEnded(b)"])
        #expect(run.send(.skipStep("x")) == ["REFUSE unknownStep(x)"])
    }

    @Test func aStepThatIsUnderWayIsEndedAndPassedOver() throws {
        var run = try MachineTranscript([.fake("a"), .fake("b"), .fake("c", needs: ["a", "b"])])
        _ = run.start()
        #expect(run.send(.skipStep("a")) == ["step.skip_requested a#1 by ada !", "CANCEL a#1"])
        #expect(run.send(.skipStep("a")) == ["REFUSE alreadySkipping(a)"])
        #expect(run.endCancelled("a") == ["step.skipped a#1 (requested) !"])
        #expect(run.succeed("b").last == "START c#1")
        #expect(run.succeed("c") == ["step.succeeded c#1 !", "run.succeeded !", "FINISH"])
    }

    @Test func aResultThatCameJustBeforeCounts() throws {
        var run = try MachineTranscript([.fake("a")])
        _ = run.start()
        _ = run.send(.skipStep("a"))
        #expect(run.succeed("a") == ["step.succeeded a#1 !", "run.succeeded !", "FINISH"])
    }

    @Test func aCancellationThatFollowsDecides() throws {
        var run = try MachineTranscript([.fake("a")])
        _ = run.start()
        _ = run.send(.skipStep("a"))
        #expect(run.send(.cancelStep("a")) == ["step.cancel_requested a by ada"])
        #expect(run.send(.skipStep("a")) == ["REFUSE alreadySkipping(a)"])
        #expect(run.endCancelled("a") == ["step.cancelled a#1 !", "run.failed (step a was cancelled) !", "FINISH"])
    }

    @Test func aGroupIsPassedOverWithWhatIsInside() throws {
        var run = try MachineTranscript([
            .group("g", [.fake("x"), .fake("y", needs: ["x"])]), .fake("b"), .fake("c", needs: ["g", "b"]),
        ])
        _ = run.start()
        #expect(
            run.send(.skipStep("g")) == ["step.skip_requested g by ada !", "CANCEL g/x#1", "step.cancelled g/y"])
        #expect(run.endCancelled("g/x") == ["step.cancelled g/x#1 !", "step.skipped g (requested) !"])
        #expect(run.succeed("b").last == "START c#1")
    }

    @Test func aWaitForTheNextAttemptEnds() throws {
        let retry = RetryPolicy(maxAttempts: 3, backoff: Backoff(initial: .seconds(8), jitter: .none))
        var run = try MachineTranscript([.fake("a", retry: retry)])
        _ = run.start()
        _ = run.fail("a")
        #expect(
            run.send(.skipStep("a")) == [
                "FORGET retry a#1", "step.skipped a#1 (requested) by ada !", "run.succeeded !", "FINISH",
            ])
    }
}

@Suite struct RetryNowTests {
    @Test func aWaitForTheNextAttemptIsCutShort() throws {
        let retry = RetryPolicy(maxAttempts: 3, backoff: Backoff(initial: .seconds(8), jitter: .none))
        var run = try MachineTranscript([.fake("a", retry: retry), .fake("b")])
        _ = run.start()
        _ = run.fail("a")
        #expect(
            run.send(.retryStep("a")) == [
                "FORGET retry a#1", "step.ready a by ada", "step.started a#2 !", "START a#2",
            ])
        // The timer that was on its way means nothing any more.
        #expect(run.fire(.retry(AttemptID("a", 1))) == [])
        #expect(run.send(.retryStep("b")) == ["REFUSE notRetrying(b)"])
    }
}

@Suite struct StepGroupTests {
    @Test func whatIsReadyStartsAndWhatFollowsWaits() throws {
        var run = try MachineTranscript(
            [
                .fake("a"), .fake("b"), .fake("c"), .fake("d", needs: ["a"]), .fake("e", needs: ["d"]),
            ], slots: 2)
        _ = run.start(paused: true)
        #expect(
            run.send(.stepGroup) == [
                "step.started a#1 by ada !", "START a#1", "step.started b#1 by ada !", "START b#1",
            ])
        // `c` was let start as well, and does when there is a slot; `d` was not.
        #expect(run.succeed("a") == ["step.succeeded a#1 !", "step.ready d", "step.started c#1 by ada !", "START c#1"])
        #expect(run.succeed("b") == ["step.succeeded b#1 !"])
        #expect(run.succeed("c") == ["step.succeeded c#1 !"])
        #expect(run.send(.step) == ["step.started d#1 by ada !", "START d#1"])
        #expect(run.send(.stepGroup) == ["REFUSE nothingReady"])
        #expect(run.send(.resume) == ["run.resumed by ada"])
        #expect(run.send(.stepGroup) == ["REFUSE notPaused"])
    }
}

extension StepGroupTests {
    @Test func whatItStoodInsideOfMayHaveEndedMeanwhile() throws {
        var run = try MachineTranscript([.group("g", [.fake("x"), .fake("y")]), .fake("b")], slots: 1)
        _ = run.start(paused: true)
        _ = run.send(.step)
        #expect(run.send(.stepGroup).last == "START b#1")
        // `g/x` and `g/y` were let start as well, and the group ends before there is a slot.
        #expect(run.send(.cancelStep("g")).last == "step.cancelled g !")
        #expect(run.succeed("b") == ["step.succeeded b#1 !", "run.failed (step g was cancelled) !", "FINISH"])
    }
}

@Suite struct BreakpointTests {
    @Test func theRunPausesBeforeTheStep() throws {
        var run = try MachineTranscript([.fake("a"), .fake("b", needs: ["a"]), .fake("c")])
        _ = run.start()
        #expect(run.send(.setBreakpoint(.step("b"))) == ["breakpoint.set at b by ada"])
        #expect(run.send(.setBreakpoint(.step("b"))).first?.hasPrefix("REFUSE breakpointIsSet") == true)
        #expect(run.send(.setBreakpoint(.step("x"))) == ["REFUSE unknownStep(x)"])
        #expect(
            run.succeed("a") == [
                "step.succeeded a#1 !", "step.ready b", "breakpoint.hit b at b", "run.paused",
            ])
        // It lies behind now.
        #expect(run.send(.resume) == ["run.resumed by ada", "step.started b#1 !", "START b#1"])
    }

    @Test func stepGoesOverIt() throws {
        var run = try MachineTranscript([.fake("a")])
        _ = run.start(paused: true)
        _ = run.send(.setBreakpoint(.step("a")))
        #expect(run.send(.step) == ["step.started a#1 by ada !", "START a#1"])
    }

    @Test func aStepInsideOfItemsIsHitInEachOfThem() throws {
        let group = Step.group("g", [try .fake("x")])
        var run = try MachineTranscript([group.foreach("{{ ['p', 'q'] }}")], slots: 1)
        _ = run.start(paused: true)
        _ = run.send(.setBreakpoint(.step("g/x")))
        #expect(run.send(.resume).filter { $0.hasPrefix("breakpoint") } == ["breakpoint.hit g[0]/x at g/x"])
        #expect(run.send(.resume).contains("START g[0]/x#1"))
        #expect(run.succeed("g[0]/x").filter { $0.hasPrefix("breakpoint") } == ["breakpoint.hit g[1]/x at g/x"])
    }

    @Test func aForeachIsHitOnceAndASingleItemByItsOwnPath() throws {
        var run = try MachineTranscript([.fake("a").foreach("{{ ['x', 'y'] }}")], slots: 1)
        _ = run.start(paused: true)
        _ = run.send(.setBreakpoint(.step("a")))
        _ = run.send(.setBreakpoint(.step("a[1]")))
        #expect(run.send(.resume).filter { $0.hasPrefix("breakpoint") } == ["breakpoint.hit a at a"])
        #expect(run.send(.resume).last == "START a[0]#1")
        #expect(run.succeed("a[0]").filter { $0.hasPrefix("breakpoint") } == ["breakpoint.hit a[1] at a[1]"])
    }

    @Test func aConditionIsHitWhenItBecomesTrue() throws {
        var run = try MachineTranscript([
            .fake("a", onFailure: .continue), .fake("b", needs: ["a"]), .fake("c", needs: ["b"]),
        ])
        _ = run.start()
        let condition = Breakpoint.condition("run.failed > 0")
        #expect(run.send(.setBreakpoint(condition)) == ["breakpoint.set when run.failed > 0 by ada"])
        #expect(
            run.fail("a") == [
                "step.failed a#1 exit_code !", "step.ready b", "breakpoint.hit when run.failed > 0", "run.paused",
            ])
        // Still true, and not hit again.
        #expect(run.send(.resume) == ["run.resumed by ada", "step.started b#1 !", "START b#1"])
        #expect(run.send(.clearBreakpoint(condition)) == ["breakpoint.cleared when run.failed > 0 by ada"])
        #expect(run.send(.clearBreakpoint(condition)).first?.hasPrefix("REFUSE noBreakpoint") == true)
    }

    @Test(arguments: ["run.failed >", "cost > 1", "run.nothing > 1"])
    func aConditionThatCannotBeComputedIsRefused(text: String) throws {
        var run = try MachineTranscript([.fake("a")])
        _ = run.start()
        #expect(run.send(.setBreakpoint(.condition(text))).first?.hasPrefix("REFUSE invalidCondition") == true)
    }

    @Test func whoTakesOverKnowsThem() throws {
        let steps: [Step] = try [.fake("a", tool: "pure"), .fake("b", needs: ["a"])]
        var first = try MachineTranscript(steps)
        var instructions = first.perform(.start(paused: false))
        instructions += first.perform(.command(.setBreakpoint(.step("b")), by: Actor("ada")))
        var run = try MachineTranscript(resuming: instructions.events, steps)
        _ = run.handle(.takeOver(by: Actor("bob")))
        #expect(run.succeed("a", attempt: 2).suffix(2) == ["breakpoint.hit b at b", "run.paused"])
    }
}
