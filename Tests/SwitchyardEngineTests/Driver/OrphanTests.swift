import SwitchyardCore
import SwitchyardEngine
import SwitchyardTestSupport
import Testing

/// What a dead process left running is ended before a run goes on.
@Suite struct OrphanTests {
    let harness = EngineHarness()

    private func record(_ run: MachineTranscript) async throws {
        try await harness.log.append(run.events, durability: .disk)
    }

    /// Goes on with what is in the log.
    private func resume(_ run: MachineTranscript) async throws -> RunID {
        let definition = run.machine.definition
        try await harness.engine.resume(
            RunSnapshot(run: definition.run, folding: harness.log.events(of: definition.run)),
            pipeline: definition.pipeline, graph: definition.graph, secrets: [:], by: harness.actor)
        return definition.run
    }

    @Test func everyAttemptUnderWayIsReapedOnceBeforeAnythingStarts() async throws {
        var dead = try MachineTranscript([
            .fake("a"), .fake("p", tool: "pure"), .group("g", [.fake("x"), .fake("y", needs: ["x"])]), .fake("done"),
            .fake("m", tool: "pure").foreach("{{ [1, 2] }}", maxParallel: 1), .fake("later", needs: ["a"]),
        ])
        _ = dead.start()
        let process = StepProgress(processGroup: 41, processStartTime: 7)
        _ = dead.handle(.processStarted(AttemptID("a", 1), process))
        _ = dead.succeed("done")
        try await record(dead)
        let run = try await resume(dead)
        await harness.attempts.start(of: "p#2")
        let first = try #require(harness.reaped.calls.first)
        #expect(first.run == run)
        #expect(first.orphans.map(\.step) == ["a", "p", "g/x", "m[0]"])
        #expect(first.orphans.map(\.process) == [process, nil, nil, nil])
        #expect(first.started == [])
        // The next process finds what this one left, and no more: the outcome of the others is a question by now.
        await harness.attempts.start(of: "m[0]#2")
        await harness.engine.interrupt()
        _ = try await resume(dead)
        await harness.attempts.start(of: "p#3")
        #expect(harness.reaped.calls.count == 2)
        #expect(harness.reaped.calls.last?.orphans.map(\.step) == ["p", "m[0]"])
        await harness.engine.interrupt()
    }

    @Test func nothingIsReapedWhereNothingWasUnderWay() async throws {
        var dead = try MachineTranscript([.fake("a"), .fake("b", needs: ["a"])])
        _ = dead.start(paused: true)
        _ = dead.send(.step)
        _ = dead.succeed("a")
        try await record(dead)
        let run = try await resume(dead)
        #expect(await harness.engine.send(.resume, to: run, by: harness.actor) == nil)
        await harness.attempts.start(of: "b#1")
        #expect(harness.reaped.calls.isEmpty)
        await harness.engine.interrupt()
    }

    @Test func whatADeadRunOfTheGroupLeftIsReapedBeforeTheNextOneStarts() async throws {
        let policy = ConcurrencyPolicy(group: Template(literal: "g"))
        var dead = try MachineTranscript([.fake("a")], concurrency: policy)
        _ = dead.start()
        _ = dead.handle(.admitted)
        let process = StepProgress(processGroup: 41, processStartTime: 7)
        _ = dead.handle(.processStarted(AttemptID("a", 1), process))
        try await record(dead)
        let other = try await harness.start(
            [.fake("c")], concurrency: ConcurrencyPolicy(group: Template(literal: "h")))
        await harness.attempts.start(of: "c#1")
        #expect(harness.reaped.calls.isEmpty)
        let run = try await harness.start([.fake("b")], concurrency: policy)
        await harness.attempts.start(of: "b#1")
        let call = try #require(harness.reaped.calls.first)
        #expect(call.run == dead.machine.definition.run)
        #expect(call.orphans.map(\.step) == ["a"])
        #expect(call.orphans.map(\.process) == [process])
        #expect(call.started == ["c#1"])
        #expect(harness.reaped.calls.count == 1)
        // It can be taken over still.
        try await harness.log.lease(call.run).close()
        harness.attempts.end("b#1")
        harness.attempts.end("c#1")
        for ended in [run, other] {
            #expect(await harness.engine.result(of: ended)?.snapshot.status == .succeeded)
        }
    }

    @Test func aNewRunHasNothingToReap() async throws {
        let run = try await harness.start([.fake("a")])
        harness.attempts.end("a#1")
        #expect(await harness.engine.result(of: run)?.snapshot.status == .succeeded)
        #expect(harness.reaped.calls.isEmpty)
    }
}
