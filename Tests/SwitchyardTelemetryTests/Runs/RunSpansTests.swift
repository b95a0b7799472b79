import SwitchyardCore
import Testing

@testable import SwitchyardTelemetry

@Suite struct RunSpansTests {
    func table(_ script: Script) -> String { SpanTable(RecordedSpans.of(script.events)).text }

    @Test func runAndSteps() {
        var script = Script()
        script.plan(("fetch", "http.get"), ("build", "bash"))
        script.at(0.5, .runStarted)
        script.at(1, .stepReady, "fetch")
        script.starts(1.5, "fetch")
        script.succeeds(2, "fetch")
        script.starts(2, "build", effect: .unsafe)
        script.fails(4, "build")
        script.at(4, .stepSkipped(.needFailed("build")), "test")
        script.at(5, .runFailed(RunFailure(message: "build failed", steps: ["build"])))
        #expect(
            table(script) == """
                run review 0-5 !failed
                  . 0.5 switchyard.run.started
                  step fetch 1.5-2
                  step build 2-4 !exit_code
                """)
        let spans = RecordedSpans.of(script.events)
        #expect(
            spans.last?.attributeLines == [
                "error.type=failed", "switchyard.pipeline.hash=d1", "switchyard.pipeline.id=review",
                "switchyard.run.id=01kd4p00abcdefgh", "switchyard.run.status=failed",
            ])
        #expect(
            spans.dropLast().last?.attributeLines == [
                "error.type=exit_code", "switchyard.step.effect=unsafe", "switchyard.step.path=build",
                "switchyard.step.status=failed", "switchyard.step.uses=bash",
            ])
    }

    @Test func severalAttempts() {
        var script = Script()
        script.starts(1, "fetch")
        script.fails(2, "fetch", .connection, retries: true)
        script.at(2, .stepRetryScheduled(delay: .seconds(1), until: Script.time(3)), "fetch", attempt: 1)
        script.starts(3, "fetch", attempt: 2)
        script.at(4, .stepTimedOut(after: .seconds(1)), "fetch", attempt: 2)
        script.fails(4, "fetch", attempt: 2, .timeout, retries: true)
        script.starts(6, "fetch", attempt: 3)
        script.succeeds(7, "fetch", attempt: 3)
        script.at(8, .runSucceeded(outputs: .null))
        #expect(
            table(script) == """
                run review 0-8
                  step fetch 1-7
                    . 2 switchyard.step.retry_scheduled
                    attempt 1 1-2 !connection
                    attempt 2 3-4 !timeout
                      . 4 switchyard.step.timed_out
                    attempt 3 6-7
                """)
    }

    @Test func stepsInsideOfSteps() {
        var script = Script()
        script.starts(1, "sites", attempt: nil)
        script.at(1, .mapExpanded(MapExpansion(items: [1, 2], keys: ["a.org", "b.org"])), "sites")
        script.starts(1, "sites[b.org]", attempt: nil)
        script.at(1, .loopIterated(1), "sites[b.org]")
        script.starts(2, "sites[b.org]@1/fetch")
        script.succeeds(3, "sites[b.org]@1/fetch")
        script.succeeds(4, "sites[b.org]", attempt: nil)
        script.starts(4, "sites[a.org]", attempt: nil)
        script.succeeds(5, "sites[a.org]", attempt: nil)
        script.succeeds(6, "sites", attempt: nil)
        script.starts(6, "sites/:compensate")
        script.succeeds(7, "sites/:compensate")
        script.starts(7, "finally/report")
        script.succeeds(8, "finally/report")
        script.at(8, .runSucceeded(outputs: .null))
        #expect(
            table(script) == """
                run review 0-8
                  step sites 1-6
                    step sites 1-4
                      . 1 switchyard.loop.iterated
                      step sites/fetch 2-3
                    step sites 4-5
                  step sites/:compensate 6-7
                  step finally/report 7-8
                """)
        // By their numbers: keys are made from what steps gave.
        let paths = RecordedSpans.of(script.events).compactMap { $0.text(GenAIConventions.step) }
        #expect(
            paths == [
                "sites[#2]@1/fetch", "sites[#2]", "sites[#1]", "sites", "sites/:compensate", "finally/report",
            ])
    }

    @Test func waitsAndApprovals() {
        var script = Script()
        script.starts(1, "ask")
        script.at(1, .approvalRequested(ApprovalRequest(message: "really?", until: nil)), "ask")
        script.at(9, .approvalAnswered(isApproved: true), "ask")
        script.succeeds(9, "ask")
        script.at(9, .runPaused)
        script.at(10, .runResumed)
        script.starts(11, "rest")
        script.at(12, .stepCancelled, "rest", attempt: 1)
        script.at(12, .runCancelled)
        #expect(
            table(script) == """
                run review 0-12
                  . 9 switchyard.run.paused
                  . 10 switchyard.run.resumed
                  step ask 1-9
                    . 1 switchyard.approval.requested
                    . 9 switchyard.approval.answered
                  step rest 11-12
                """)
    }

    @Test func whatWasTakenOverAndWhatIsLeftOpen() {
        var script = Script()
        let source = ResultSource(run: RunID("old"), seq: 3, inputHash: "h")
        script.at(0, .runForked(ForkOrigin(run: RunID("old"), seq: 3)))
        script.at(1, .stepSucceeded(StepSucceeded(output: 1, outputHash: "h", source: source)), "fetch")
        script.starts(2, "group", attempt: nil)
        script.starts(2, "group/a")
        script.at(3, .runCancelled)
        #expect(
            table(script) == """
                run review 0-3
                  . 0 switchyard.run.forked
                  step group 2-3
                    step group/a 2-3
                """)
    }

    @Test func aRunInsideOfARun() {
        var parent = Script()
        parent.starts(1, "nested")
        let child = RunID("01kd4p01childrun")
        parent.at(1, .stepDelegated(to: child), "nested", attempt: 1)
        parent.succeeds(5, "nested")
        parent.at(6, .runSucceeded(outputs: .null))
        var inner = Script(
            run: child, pipeline: "inner",
            parent: ParentStep(run: parent.run, step: "nested", ancestors: [parent.run]))
        inner.starts(2, "work")
        inner.succeeds(3, "work")
        inner.at(4, .runSucceeded(outputs: .null))
        let picture = """
            run review 0-6
              step nested 1-5
                . 1 switchyard.step.delegated
                run inner 0-4
                  step work 2-3
            """
        // Whichever comes first.
        for spans in [RecordedSpans.of(parent.events, inner.events), RecordedSpans.of(inner.events, parent.events)] {
            #expect(SpanTable(spans).text == picture)
            #expect(Set(spans.map(\.identity.trace)).count == 1)
        }
    }

    @Test func manyNotes() throws {
        var script = Script()
        for second in 1...200 { script.at(Double(second), second.isMultiple(of: 2) ? .runPaused : .runResumed) }
        script.at(201, .runSucceeded(outputs: .null))
        let span = try #require(RecordedSpans.of(script.events).first)
        #expect(span.events.count == 128)
        #expect(span.droppedEvents == 72)
    }

    /// Nothing can be said of a run whose beginning is not known, and nothing of one that goes on behind its end.
    @Test func withoutABeginning() {
        var script = Script()
        script.starts(1, "fetch")
        script.succeeds(2, "fetch")
        script.at(3, .runSucceeded(outputs: .null))
        #expect(RecordedSpans.of(Array(script.events.dropFirst())).isEmpty)
        let late = EventEnvelope(run: script.run, seq: 5, time: Script.time(4), step: "fetch", event: .stepReady)
        #expect(RecordedSpans.of(script.events, [late]).count == 2)
    }

    /// A clock that is set back makes no span that ends before it begins.
    @Test func clocksThatGoBack() {
        var script = Script()
        script.starts(5, "fetch")
        script.succeeds(2, "fetch")
        script.at(1, .runSucceeded(outputs: .null))
        #expect(
            table(script) == """
                run review 0-1
                  step fetch 5-5
                """)
    }
}
