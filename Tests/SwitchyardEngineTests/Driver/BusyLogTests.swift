import SwitchyardCore
import SwitchyardEngine
import SwitchyardTestSupport
import Testing

/// What happens while the log takes its time: the run goes on deciding, and nothing is done before it is recorded.
@Suite struct BusyLogTests {
    let harness = EngineHarness()

    /// Starts a run of which `a` and `b` are under way, `c` needs `a` and `d` needs `b`; then `a` ends, and the log holds
    /// what follows from that.
    private func holdTheEndOfA() async throws -> RunID {
        let run = try await harness.start([.fake("a"), .fake("b"), .fake("c", needs: ["a"]), .fake("d", needs: ["b"])])
        await harness.attempts.start(of: "a#1")
        await harness.attempts.start(of: "b#1")
        harness.log.hold()
        harness.attempts.end("a#1")
        await harness.log.waitUntilHolding()
        return run
    }

    private func appended(_ append: InMemoryEventLog.Append) -> [String] {
        append.events.map { "\($0.event.type) \($0.step?.rawValue ?? "")" }
    }

    @Test func whatIsDecidedMeanwhileIsTheNextBatch() async throws {
        let run = try await holdTheEndOfA()
        harness.attempts.end("b#1")
        async let answer = harness.engine.send(.setBreakpoint(.step("c")), to: run, by: harness.actor)
        for _ in 0..<100 { await Task.yield() }
        #expect(harness.attempts.started.sorted() == ["a#1", "b#1"], "their start is not recorded")
        #expect(harness.log.appends.count == 1)
        harness.log.release()
        #expect(await answer == nil)
        #expect(harness.log.events(of: run).contains { $0.event == .breakpointSet(.step("c")) })
        harness.attempts.end("c#1")
        harness.attempts.end("d#1")
        let result = try #require(await harness.engine.result(of: run))
        #expect(result.snapshot.status == .succeeded)
        #expect(appended(harness.log.appends[1]) == ["step.succeeded a", "step.ready c", "step.started c"])
        #expect(RunSnapshot(run: run, folding: harness.log.events(of: run)) == result.snapshot)
        // One after the other, though the second was decided before the first was recorded.
        let events = harness.log.appends.flatMap(\.events)
        #expect(events.map(\.seq) == Array(1...events.count))
    }

    @Test func whatWasDecidedMeanwhileIsNotDoneAfterARefusal() async throws {
        harness.log.fail(call: 2, with: .diskFull(path: "/full"))
        let run = try await holdTheEndOfA()
        harness.attempts.end("b#1")
        async let answer = harness.engine.send(.pause, to: run, by: harness.actor)
        for _ in 0..<100 { await Task.yield() }
        harness.log.release()
        #expect(await answer == .runHasEnded)
        let result = try #require(await harness.engine.result(of: run))
        #expect(result.ending == .logFailed(.diskFull(path: "/full")))
        #expect(harness.attempts.started.sorted() == ["a#1", "b#1"])
        #expect(harness.log.appends.count == 2, "nothing follows what was refused")
        #expect(harness.log.events(of: run).last?.event.type == "step.started")
    }

    @Test func anInterruptionWaitsForTheRecord() async throws {
        let run = try await holdTheEndOfA()
        async let interruption: Void = harness.engine.interrupt()
        for _ in 0..<100 { await Task.yield() }
        harness.log.release()
        await interruption
        #expect(await harness.engine.result(of: run)?.ending == .interrupted)
        let events = harness.log.events(of: run)
        #expect(events.contains { $0.step == "a" && $0.event.type == "step.succeeded" })
        #expect(!events.contains { $0.step == "b" && $0.event.type != "step.ready" && $0.event.type != "step.started" })
    }
}
