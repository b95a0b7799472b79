import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import SwitchyardTestSupport
import Testing

@Suite struct EngineTests {
    let harness = EngineHarness()

    @Test func theStreamTheLogAndTheResultTellTheSameStory() async throws {
        let run = try await harness.start([.fake("a"), .fake("b", needs: ["a"])])
        harness.attempts.end("a#1")
        harness.attempts.end("b#1")
        var streamed: [EventEnvelope] = []
        for await batch in harness.engine.events(of: run) { streamed += batch.events }
        let result = try #require(await harness.engine.result(of: run))
        #expect(result.ending == .ended)
        #expect(result.snapshot.status == .succeeded)
        #expect(streamed.map(\.seq) == Array(1...streamed.count))
        #expect(try await harness.log.events(of: run, from: 1, limit: 1000) == streamed)
        #expect(RunSnapshot(run: run, folding: streamed) == result.snapshot)
    }

    @Test func aLateSubscriberSeesEverythingOnce() async throws {
        let run = try await harness.start([.fake("a"), .fake("b", needs: ["a"])])
        harness.attempts.end("a#1")
        await harness.attempts.start(of: "b#1")
        let stream = harness.engine.events(of: run, from: 3)
        harness.attempts.end("b#1")
        var seen: [Int] = []
        for await batch in stream { seen += batch.events.map(\.seq) }
        #expect(seen == Array(3...(2 + seen.count)))
        #expect(seen.count > 5)
    }

    @Test func asManyStepsRunAtOnceAsThereAreSlots() async throws {
        let steps = try (0..<20).map { try Step.fake("s\($0)") }
        let run = try await harness.start(steps, slots: 16)
        for index in 0..<16 { await harness.attempts.start(of: "s\(index)#1") }
        #expect(harness.attempts.highestConcurrency == 16)
        for index in 0..<20 { harness.attempts.end("s\(index)#1") }
        #expect(await harness.engine.result(of: run)?.snapshot.counts.succeeded == 20)
        #expect(harness.attempts.highestConcurrency <= 16)
    }

    @Test func nothingStartsBeforeItsIntentIsRecorded() async throws {
        let run = try await harness.start([.fake("a")])
        await harness.attempts.start(of: "a#1")
        let events = try await harness.log.events(of: run, from: 1, limit: 100)
        #expect(events.last?.event.type == "step.started")
        harness.attempts.end("a#1")
    }

    @Test func aRetryWaitsForItsTimer() async throws {
        let retry = RetryPolicy(maxAttempts: 2, backoff: Backoff(initial: .seconds(3), jitter: .none))
        let run = try await harness.start([.fake("a", retry: retry)])
        harness.attempts.end("a#1", .failed(StepFailure(.exitCode, "no")))
        await harness.clock.sleepers(atLeast: 1)
        #expect(harness.attempts.started == ["a#1"])
        harness.attempts.end("a#2")
        harness.clock.advance(by: .seconds(3))
        #expect(await harness.engine.result(of: run)?.snapshot.status == .succeeded)
        #expect(harness.attempts.started == ["a#1", "a#2"])
    }

    @Test func aTimeoutCancelsTheAttempt() async throws {
        let run = try await harness.start([.fake("a", timeout: .seconds(5))])
        await harness.attempts.start(of: "a#1")
        await harness.clock.sleepers(atLeast: 1)
        harness.clock.advance(by: .seconds(5))
        let snapshot = await harness.engine.result(of: run)?.snapshot
        #expect(snapshot?.status == .failed)
        #expect(snapshot?.steps["a"]?.failure?.kind == .timeout)
    }

    @Test func cancelEndsWhatRunsAndAnswersOnce() async throws {
        let run = try await harness.start([.fake("a"), .fake("b", needs: ["a"])], finally: [.fake("clean")])
        await harness.attempts.start(of: "a#1")
        #expect(await harness.engine.send(.cancel, to: run, by: harness.actor) == nil)
        harness.attempts.end("finally/clean#1")
        let result = await harness.engine.result(of: run)
        #expect(result?.snapshot.status == .cancelled)
        #expect(await harness.engine.send(.cancel, to: run, by: harness.actor) == .runHasEnded)
        #expect(await harness.engine.isLive(run) == false)
    }

    @Test func pauseHoldsAndStepStartsOne() async throws {
        let run = try await harness.start([.fake("a"), .fake("b")], paused: true)
        #expect(await harness.engine.send(.step, to: run, by: harness.actor) == nil)
        await harness.attempts.start(of: "a#1")
        #expect(harness.attempts.started == ["a#1"])
        #expect(await harness.engine.send(.pause, to: run, by: harness.actor) == .alreadyPaused)
        #expect(await harness.engine.send(.resume, to: run, by: harness.actor) == nil)
        await harness.attempts.start(of: "b#1")
        harness.attempts.end("a#1")
        harness.attempts.end("b#1")
        #expect(await harness.engine.result(of: run)?.snapshot.status == .succeeded)
    }

    @Test func aLogThatRefusesEndsTheRunBeforeAnythingStarts() async throws {
        harness.log.fail(call: 1, with: .diskFull(path: "/full"))
        let run = try await harness.start([.fake("a")])
        let result = await harness.engine.result(of: run)
        #expect(result?.ending == .logFailed(.diskFull(path: "/full")))
        #expect(harness.attempts.started == [])
        #expect(try await harness.log.runs(limit: 10) == [])
    }

    @Test func aLogThatRefusesLaterEndsWhatRuns() async throws {
        harness.log.fail(call: 2, with: .diskFull(path: "/full"))
        let run = try await harness.start([.fake("a"), .fake("b")])
        await harness.attempts.start(of: "a#1")
        await harness.attempts.start(of: "b#1")
        harness.attempts.end("a#1")
        // b is still under way: the driver ends it before it gives up.
        let result = await harness.engine.result(of: run)
        #expect(result?.ending == .logFailed(.diskFull(path: "/full")))
    }

    @Test func interruptEndsAttemptsAndLeavesTheRunWithoutAnEnd() async throws {
        let run = try await harness.start([.fake("a")])
        await harness.attempts.start(of: "a#1")
        await harness.engine.interrupt()
        let events = try await harness.log.events(of: run, from: 1, limit: 100)
        #expect(events.last?.event.type == "step.started")
        #expect(await harness.engine.result(of: run)?.ending == .interrupted)
    }

    @Test func whatARunNeededIsLetGoAndItsResultStaysKnown() async throws {
        var runs: [RunID] = []
        for number in 0..<20 {
            let result: ToolResult = number == 0 ? .failed(StepFailure(.exitCode, "no")) : .succeeded(ToolOutput(.null))
            runs.append(try await harness.start([.fake("a")]))
            harness.attempts.end("a#1", result)
            _ = await harness.engine.result(of: runs[number])
        }
        for (number, run) in runs.enumerated() {
            let result = try #require(await harness.engine.result(of: run))
            #expect(result.ending == .ended)
            #expect(result.snapshot.status == (number == 0 ? .failed : .succeeded))
            #expect(result.snapshot == RunSnapshot(run: run, folding: harness.log.events(of: run)))
            #expect(await harness.engine.isLive(run) == false)
            #expect(await harness.engine.send(.cancel, to: run, by: harness.actor) == .runHasEnded)
            var streamed: [EventEnvelope] = []
            for await batch in harness.engine.events(of: run) { streamed += batch.events }
            #expect(streamed == harness.log.events(of: run))
        }
        #expect(await harness.engine.liveRuns == [])
        #expect(await harness.engine.result(of: RunID("another")) == nil)
    }

    @Test func aCommandRightAfterTheStartIsNotLost() async throws {
        for _ in 0..<50 {
            let run = try await harness.start([.fake("a")])
            #expect(await harness.engine.send(.cancel, to: run, by: harness.actor) == nil)
            #expect(await harness.engine.result(of: run)?.snapshot.status == .cancelled)
        }
    }

    @Test func aReaderThatLeavesIsForgotten() async throws {
        let probe = CursorProbe(log: harness.log)
        for await _ in probe.stream() { break }
        #expect(probe.isForgotten, "it left its loop")
        let task = Task { for await _ in probe.stream() {} }
        task.cancel()
        await task.value
        #expect(probe.isForgotten, "it was cancelled before it had read anything")
    }

    @Test func gatheredLinesAreBoundedByTheirSizeToo() async throws {
        let subscription = EventBroadcasterProbe()
        subscription.publishLines(1000, text: String(repeating: "x", count: 4096))
        let batch = try #require(await subscription.take())
        #expect(batch.lines.count + batch.droppedLines == 1000)
        #expect(batch.lines.reduce(0) { $0 + $1.line.text.utf8.count } < 1 << 20)
    }

    @Test func aSlowSubscriberLosesLinesButNoEvents() async throws {
        let subscription = EventBroadcasterProbe()
        subscription.publishLines(10_000)
        subscription.publishEvents(500)
        let batch = try #require(await subscription.take())
        #expect(batch.events.count == 500)
        #expect(batch.lines.count + batch.droppedLines == 10_000)
        #expect(batch.lines.count <= 3000)
        #expect(batch.lines.last?.line.text == "9999")
    }
}
