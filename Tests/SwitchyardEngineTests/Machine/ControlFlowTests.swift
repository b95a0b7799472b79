import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import Testing

@Suite struct GroupTests {
    @Test func theStepsOfAGroupRunInsideOfIt() throws {
        var run = try MachineTranscript([
            .fake("a"), .group("g", needs: ["a"], [.fake("x"), .fake("y", value: "{{ steps.x.output }}!")]),
            .fake("z", value: "{{ steps.g.output.y }}"),
        ])
        _ = run.start()
        #expect(
            run.succeed("a") == [
                "step.succeeded a#1 !", "step.ready g", "step.started g", "step.ready g/x", "step.started g/x#1 !",
                "START g/x#1",
            ])
        #expect(
            run.succeed("g/x", "one") == [
                "step.succeeded g/x#1 !", "step.ready g/y", "step.started g/y#1 !", "START g/y#1",
            ])
        #expect(run.snapshot.steps["g/y"]?.attempts.last?.input == ["value": "one!"])
        #expect(
            run.succeed("g/y", "two") == [
                "step.succeeded g/y#1 !", "step.succeeded g", "step.ready z", "step.started z#1 !", "START z#1",
            ])
        #expect(run.snapshot.steps["g"]?.output == ["x": "one", "y": "two"])
        #expect(run.snapshot.steps["z"]?.attempts.last?.input == ["value": "two"])
        #expect(run.succeed("z") == ["step.succeeded z#1 !", "run.succeeded !", "FINISH"])
    }

    @Test func aStepOfAGroupThatFailsFailsTheGroupAndTheRun() throws {
        var run = try MachineTranscript([
            .group("g", [.fake("x"), .fake("y"), .fake("z", needs: ["x"])]), .fake("b"), .fake("c", needs: ["b"]),
        ])
        _ = run.start()
        #expect(
            run.fail("g/x") == [
                "step.failed g/x#1 exit_code !", "step.skipped g/z (run failed by g/x)",
                "step.skipped c (run failed by g/x)",
            ])
        #expect(
            run.succeed("g/y") == ["step.succeeded g/y#1 !", "step.failed g part !"])
        #expect(
            run.succeed("b") == [
                "step.succeeded b#1 !", "run.failed (step g failed: step g/x: it broke) !", "FINISH",
            ])
    }

    @Test func aGroupThatMayFailKeepsItsFailureToItself() throws {
        var run = try MachineTranscript([
            .group("g", onFailure: .continue, [.fake("x"), .fake("y", needs: ["x"])]), .fake("b", needs: ["g"]),
        ])
        _ = run.start()
        #expect(
            run.fail("g/x") == [
                "step.failed g/x#1 exit_code !", "step.skipped g/y (run failed by g/x)", "step.failed g part !",
                "step.ready b", "step.started b#1 !", "START b#1",
            ])
        #expect(run.succeed("b") == ["step.succeeded b#1 !", "run.succeeded !", "FINISH"])
    }

    @Test func aFailureElsewhereEndsAGroupThatIsUnderWay() throws {
        var run = try MachineTranscript([
            .group("g", [.fake("x"), .fake("y", needs: ["x"])]), .fake("b"),
        ])
        _ = run.start()
        #expect(
            run.fail("b") == [
                "step.failed b#1 exit_code !", "step.skipped g/y (run failed by b)",
            ])
        #expect(
            run.succeed("g/x") == [
                "step.succeeded g/x#1 !", "step.cancelled g !", "run.failed (step b failed: it broke) !", "FINISH",
            ])
    }

    @Test func cancellingAGroupEndsWhatIsInside() throws {
        var run = try MachineTranscript([
            .group("g", [.fake("x"), .fake("y", needs: ["x"])]), .fake("b"), .fake("c", needs: ["g"]),
        ])
        _ = run.start()
        #expect(
            run.send(.cancelStep("g")) == [
                "step.cancel_requested g by ada", "CANCEL g/x#1", "step.cancelled g/y",
            ])
        #expect(
            run.endCancelled("g/x") == [
                "step.cancelled g/x#1 !", "step.cancelled g !", "step.skipped c (g failed)",
            ])
        #expect(
            run.succeed("b") == ["step.succeeded b#1 !", "run.failed (step g was cancelled) !", "FINISH"])
    }

    @Test func aGroupMayTakeOnlySoLong() throws {
        var group = try Step.group("g", [.fake("x"), .fake("y", needs: ["x"])])
        group.timeout = StepTimeout(startToClose: .seconds(9))
        var run = try MachineTranscript([group])
        #expect(run.start().contains("TIMER timeout g#0 9s"))
        #expect(
            run.fire(.timeout(AttemptID("g", 0))) == ["step.timed_out g", "CANCEL g/x#1", "step.cancelled g/y"])
        #expect(
            run.endCancelled("g/x") == [
                "step.cancelled g/x#1 !", "FORGET timeout g#0", "step.failed g timeout !",
                "run.failed (step g failed: took longer than its timeout of 9s) !", "FINISH",
            ])
    }

    @Test func aStepOfAGroupHidesOneOfTheSameIDOutside() throws {
        var run = try MachineTranscript([
            .fake("x", value: "outer"), .fake("w", value: "seen"),
            .group(
                "g", needs: ["x"],
                [
                    .fake("x", value: "inner"), .fake("y", value: "{{ steps.x.output }} {{ steps.w.output }}"),
                ]),
        ])
        _ = run.runToEnd()
        #expect(run.snapshot.steps["g/y"]?.output == "inner seen")
    }

    @Test func groupsNest() throws {
        var run = try MachineTranscript([
            .group("a", [.group("b", [.group("c", [.fake("d", value: "deep")])])]),
            .fake("e", value: "{{ steps.a.output.b.c.d }}"),
        ])
        #expect(run.runToEnd() == ["a/b/c/d", "e"])
        #expect(run.snapshot.steps["e"]?.output == "deep")
    }
}

@Suite struct ForeachTests {
    @Test func everyItemIsAStep() throws {
        var run = try MachineTranscript([
            .fake("a", value: "{{ ['eu', 'us'] }}"),
            try .fake("s", value: "{{ index }}={{ item }}").foreach("{{ steps.a.output }}", key: "{{ item }}"),
            .fake("z", value: "{{ steps.s.output | join(' ') }}"),
        ])
        _ = run.start()
        #expect(
            run.succeed("a", ["eu", "us"]) == [
                "step.succeeded a#1 !", "step.ready s", "step.started s", "map.expanded s eu,us", "step.ready s[eu]",
                "step.ready s[us]", "step.started s[eu]#1 !", "START s[eu]#1", "step.started s[us]#1 !",
                "START s[us]#1",
            ])
        #expect(run.succeed("s[us]", "1=us") == ["step.succeeded s[us]#1 !"])
        #expect(
            run.succeed("s[eu]", "0=eu") == [
                "step.succeeded s[eu]#1 !", "step.succeeded s", "step.ready z", "step.started z#1 !", "START z#1",
            ])
        #expect(run.snapshot.steps["s"]?.output == ["0=eu", "1=us"])
        #expect(run.snapshot.steps["z"]?.attempts.last?.input == ["value": "0=eu 1=us"])
        #expect(run.snapshot.steps["s[us]"]?.attempts.last?.input == ["value": "1=us"])
    }

    @Test func noItemsAreNoSteps() throws {
        var run = try MachineTranscript([
            try .fake("s").foreach("{{ [] }}"), .fake("z", value: "{{ steps.s.output | length }}"),
        ])
        #expect(run.runToEnd() == ["z"])
        #expect(run.snapshot.steps["z"]?.output == 0)
        #expect(run.snapshot.status == .succeeded)
    }

    @Test func atMostSoManyItemsAreUnderWay() throws {
        var run = try MachineTranscript([try .fake("s").foreach("{{ [1, 2, 3] }}", maxParallel: 2)])
        #expect(
            run.start().suffix(6) == [
                "step.ready s[0]", "step.ready s[1]", "step.started s[0]#1 !", "START s[0]#1", "step.started s[1]#1 !",
                "START s[1]#1",
            ])
        #expect(
            run.succeed("s[1]") == [
                "step.succeeded s[1]#1 !", "step.ready s[2]", "step.started s[2]#1 !", "START s[2]#1",
            ])
    }

    @Test func theFirstFailureKeepsTheRestFromStarting() throws {
        var run = try MachineTranscript([
            try .fake("s").foreach("{{ [1, 2, 3] }}", maxParallel: 2), .fake("b", needs: ["s"]),
        ])
        _ = run.start()
        #expect(
            run.fail("s[0]") == [
                "step.failed s[0]#1 exit_code !", "step.skipped s[2] (run failed by s[0])",
                "step.skipped b (run failed by s[0])",
            ])
        #expect(
            run.succeed("s[1]") == [
                "step.succeeded s[1]#1 !", "step.failed s part !",
                "run.failed (step s failed: item s[0]: it broke) !", "FINISH",
            ])
    }

    @Test func withoutFailFastEveryItemIsTried() throws {
        var run = try MachineTranscript([
            try .fake("s").foreach("{{ [1, 2] }}", maxParallel: 1, failFast: false)
        ])
        _ = run.start()
        #expect(
            run.fail("s[0]") == [
                "step.failed s[0]#1 exit_code !", "step.ready s[1]", "step.started s[1]#1 !", "START s[1]#1",
            ])
        #expect(run.fail("s[1]").last == "FINISH")
        #expect(run.snapshot.failure?.message == "step s failed: item s[0]: it broke, and 1 more")
    }

    @Test func anItemThatMayFailLeavesNull() throws {
        var run = try MachineTranscript([try .fake("s", onFailure: .continue).foreach("{{ [1, 2] }}")])
        _ = run.start()
        _ = run.fail("s[0]")
        #expect(run.succeed("s[1]", 7).suffix(3) == ["step.succeeded s", "run.succeeded !", "FINISH"])
        #expect(run.snapshot.steps["s"]?.output == [nil, 7])
    }

    @Test func whenIsAskedForEachItemIfItReadsTheItem() throws {
        var run = try MachineTranscript([
            try .fake("s", value: "{{ item }}", when: "item > 1").foreach("{{ [1, 2] }}"),
            try .fake("t", when: "false").foreach("{{ [1, 2] }}"),
        ])
        #expect(run.runToEnd() == ["s[1]"])
        #expect(run.snapshot.steps["s"]?.output == [nil, 2])
        #expect(run.snapshot.steps["t"]?.skipReason == .condition)
    }

    @Test func aMatrixIsEveryCombination() throws {
        var step = try Step.fake("s", value: "{{ item.os }}{{ item.v }}")
        step.foreach = Foreach(
            elements: .matrix([
                "os": .array([.literal("l"), .literal("m")]), "v": .array([.literal(1), .literal(2)]),
            ]))
        var run = try MachineTranscript([step])
        _ = run.runToEnd()
        #expect(run.snapshot.steps["s"]?.output == ["l1", "l2", "m1", "m2"])
        #expect(run.snapshot.steps["s"]?.expansion?.keys == ["l,1", "l,2", "m,1", "m,2"])
    }

    @Test(arguments: [[["x"], "y"] as Value, ["x", "x"]])
    func combinationsWithoutNamesOfTheirOwnAreNumbered(values: Value) throws {
        var step = try Step.fake("s")
        step.foreach = Foreach(elements: .matrix(["v": .literal(values)]))
        var run = try MachineTranscript([step])
        _ = run.runToEnd()
        #expect(run.snapshot.steps["s"]?.expansion?.keys == ["0", "1"])
    }

    @Test(arguments: [
        ("{{ 'text' }}", nil, "`foreach`: `foreach.items` wants an array, not a value of type string"),
        ("{{ [1, 2] }}", "k", "the items 0 and 1 have the same `foreach.key`, k"),
        ("{{ [1] }}", "{{ '' }}", "`foreach.key` of item 0 is empty"),
    ]) func itemsThatCannotBe(items: String, key: String?, message: String) throws {
        var run = try MachineTranscript([try .fake("s").foreach(items, key: key)])
        _ = run.start()
        #expect(run.snapshot.steps["s"]?.failure?.message == message)
    }

    @Test func anItemOfAGroupSeesItsOwnSteps() throws {
        var run = try MachineTranscript([
            try Step.group("g", [.fake("x", value: "{{ item }}"), .fake("y", value: "{{ steps.x.output * 10 }}")])
                .foreach("{{ [1, 2, 3] }}"),
            .fake("z", value: "{{ steps.g.output | map('y') | sum }}"),
        ])
        _ = run.runToEnd()
        #expect(run.snapshot.steps["g[1]/y"]?.output == 20)
        #expect(run.snapshot.steps["z"]?.output == 60)
        #expect(run.snapshot.status == .succeeded)
    }

    @Test func cancellingAnItemFailsTheWhole() throws {
        var run = try MachineTranscript([try .fake("s").foreach("{{ [1, 2] }}", maxParallel: 1)])
        _ = run.start()
        #expect(run.send(.cancelStep("s[1]")) == ["step.cancelled s[1] by ada !"])
        #expect(run.succeed("s[0]").last == "FINISH")
        #expect(run.snapshot.failure?.message == "step s failed: item s[1] was cancelled")
    }
}

@Suite struct UntilTests {
    @Test func aGroupIsRepeatedUntilItsConditionHolds() throws {
        var run = try MachineTranscript([
            try Step.group("g", [.fake("x", value: "{{ (loop.previous.x | default(0)) + loop.index }}")])
                .until("steps.x.output >= 6"),
            .fake("z", value: "{{ steps.g.output.x }}"),
        ])
        #expect(run.runToEnd() == ["g@1/x", "g@2/x", "g@3/x", "z"])
        #expect(run.snapshot.steps["z"]?.output == 6)
        #expect(run.snapshot.steps["g"]?.iteration == 3)
        #expect(run.snapshot.steps["g"]?.summary == "3 iterations")
    }

    @Test func thereIsALastIteration() throws {
        var run = try MachineTranscript([try Step.group("g", [.fake("x")]).until("false", atMost: 2)])
        #expect(run.runToEnd() == ["g@1/x", "g@2/x"])
        #expect(run.snapshot.steps["g"]?.failure?.kind == .exhausted)
        #expect(run.snapshot.status == .failed)
    }

    @Test func everyItemHasItsOwnIterations() throws {
        var run = try MachineTranscript([
            try Step.group("g", [.fake("x", value: "{{ loop.index }}")]).until("steps.x.output >= item")
                .foreach("{{ [1, 2] }}")
        ])
        #expect(run.runToEnd() == ["g[0]@1/x", "g[1]@1/x", "g[1]@2/x"])
        #expect(run.snapshot.steps["g"]?.output == [["x": 1], ["x": 2]])
    }
}

@Suite struct GotoTests {
    private func pipeline() throws -> MachineTranscript {
        try MachineTranscript([
            .fake("a", onFailure: Step.jump(to: "mend")), .fake("b", needs: ["a"]), .fake("mend"),
            .fake("last", needs: ["b", "mend"]),
        ])
    }

    @Test func aFailedStepGoesOnAtAnother() throws {
        var run = try pipeline()
        _ = run.start()
        #expect(
            run.fail("a") == [
                "step.failed a#1 exit_code !", "branch.decided a to mend", "step.skipped b (a failed)",
                "step.ready mend", "step.started mend#1 !", "START mend#1",
            ])
        #expect(
            run.succeed("mend") == [
                "step.succeeded mend#1 !", "step.ready last", "step.started last#1 !", "START last#1",
            ])
        #expect(run.succeed("last") == ["step.succeeded last#1 !", "run.succeeded !", "FINISH"])
    }

    @Test func withoutAFailureTheOtherIsNotReached() throws {
        var run = try pipeline()
        _ = run.start()
        #expect(
            run.succeed("a") == [
                "step.succeeded a#1 !", "step.ready b", "step.skipped mend (not reached)", "step.started b#1 !",
                "START b#1",
            ])
    }
}

@Suite struct WaitingTests {
    @Test func aTimerHoldsNoSlot() throws {
        let place = Step.place
        var run = try MachineTranscript(
            [
                Step(id: "w", location: place, kind: .wait(.duration(try Template.parse("5s")))), .fake("b"),
            ], slots: 1)
        #expect(
            run.start().suffix(5) == [
                "step.started w#1", "timer.set w !", "TIMER wait w 5s", "step.started b#1 !", "START b#1",
            ])
        #expect(run.snapshot.steps["w"]?.state.name == "waiting")
        #expect(run.succeed("b") == ["step.succeeded b#1 !"])
        #expect(
            run.fire(.wait("w")) == ["timer.fired w#1", "step.succeeded w#1 !", "run.succeeded !", "FINISH"])
    }

    private func asking(timeout: Duration? = nil, onTimeout: ApprovalStep.TimeoutAnswer = .reject) throws -> Step {
        Step(
            id: "ok", location: Step.place,
            kind: .approval(
                ApprovalStep(message: try Template.parse("Go on?"), timeout: timeout, onTimeout: onTimeout)))
    }

    @Test func aPersonAnswers() throws {
        var run = try MachineTranscript([asking(timeout: .seconds(9)), .fake("b", when: "steps.ok.output.approved")])
        #expect(run.start().suffix(3) == ["step.started ok#1", "approval.requested ok (Go on?) !", "TIMER wait ok 9s"])
        #expect(run.send(.answerApproval("b", isApproved: true)) == ["REFUSE notAsking(b)"])
        #expect(
            run.send(.answerApproval("ok", isApproved: true)) == [
                "approval.answered ok#1 yes by ada", "FORGET wait ok", "step.succeeded ok#1 !", "step.ready b",
                "step.started b#1 !", "START b#1",
            ])
        #expect(run.snapshot.steps["ok"]?.output["approved"] == true)
        #expect(run.snapshot.steps["ok"]?.output["by"] == "ada")
    }

    @Test(arguments: [ApprovalStep.TimeoutAnswer.approve, .reject])
    func silenceIsAnAnswer(answer: ApprovalStep.TimeoutAnswer) throws {
        var run = try MachineTranscript([asking(timeout: .seconds(9), onTimeout: answer)])
        _ = run.start()
        let lines = run.fire(.wait("ok"))
        #expect(lines.first == "approval.expired ok#1 \(answer == .approve ? "yes" : "no")")
        #expect(run.snapshot.steps["ok"]?.output["approved"].boolValue == (answer == .approve))
    }

    @Test func cancellingARunEndsWhatWaits() throws {
        var run = try MachineTranscript([asking()])
        _ = run.start()
        #expect(
            run.send(.cancel) == [
                "run.cancel_requested by ada !", "FORGET wait ok", "step.cancelled ok", "run.cancelled !", "FINISH",
            ])
    }
}

@Suite struct CompensationTests {
    @Test func whatSucceededIsUndoneInReverse() throws {
        var run = try MachineTranscript(
            [
                try .fake("a").undone(), try .fake("b", needs: ["a"]).undone(), .fake("c", needs: ["b"]),
                try .fake("d", needs: ["c"]).undone(),
            ], finally: [.fake("f")])
        _ = run.start()
        _ = run.succeed("a")
        _ = run.succeed("b")
        #expect(
            run.fail("c") == [
                "step.failed c#1 exit_code !", "step.skipped d (run failed by c)",
                "compensation.planned b/:compensate,a/:compensate !", "step.ready b/:compensate",
                "step.started b/:compensate#1 !", "START b/:compensate#1",
            ])
        #expect(
            run.fail("b/:compensate") == [
                "step.failed b/:compensate#1 exit_code !", "step.ready a/:compensate", "step.started a/:compensate#1 !",
                "START a/:compensate#1",
            ])
        #expect(
            run.succeed("a/:compensate") == [
                "step.succeeded a/:compensate#1 !", "step.ready finally/f", "step.started finally/f#1 !",
                "START finally/f#1",
            ])
        #expect(
            run.succeed("finally/f").first { $0.hasPrefix("run.failed") }
                == "run.failed (step c failed: it broke, and 1 more) !")
    }

    @Test func whatSucceedsIsNotUndone() throws {
        var run = try MachineTranscript([try .fake("a").undone()])
        #expect(run.runToEnd() == ["a"])
        #expect(run.snapshot.status == .succeeded)
    }

    @Test func aCancelledRunIsUndone() throws {
        var run = try MachineTranscript([
            try .fake("a", value: "{{ item }}").undone().foreach("{{ [1, 2] }}"), .fake("b", needs: ["a"]),
        ])
        _ = run.start()
        _ = run.succeed("a[1]")
        _ = run.succeed("a[0]")
        _ = run.send(.cancel)
        #expect(
            run.endCancelled("b").prefix(2) == [
                "step.cancelled b#1 !", "compensation.planned a[0]/:compensate,a[1]/:compensate !",
            ])
    }
}
