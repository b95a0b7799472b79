import SwitchyardCore
import SwitchyardEngine
import SwitchyardTestSupport
import Synchronization
import Testing

/// Other processes reach a run through its door.
@Suite struct RunControlTests {
    /// A door before which somebody waits.
    private final class EagerControl: RunControl {
        private let answers = Mutex<[CommandRefusal?]>([])

        var given: [CommandRefusal?] { answers.withLock { $0 } }

        func open(
            _ run: RunID, folder: String, handle: @escaping @Sendable (RunCommand, Actor) async -> CommandRefusal?
        ) async -> (any RunDoor)? {
            Task {
                let answer = await handle(.pause, Actor("eager"))
                answers.withLock { $0.append(answer) }
            }
            // Who finds no run is told so by then.
            for _ in 0..<1000 where given.isEmpty { await Task.yield() }
            return nil
        }
    }

    @Test func whoComesInAsTheDoorOpensIsHeard() async throws {
        let harness = EngineHarness()
        let control = EagerControl()
        let engine = Engine(
            log: harness.log, tools: FakeCatalog(), executor: ScriptedExecutor(attempts: harness.attempts),
            control: control)
        let pipeline = Pipeline(id: "test", steps: [try .fake("a")])
        let run = try await engine.start(
            pipeline, graph: PipelineGraph.build(pipeline), inputs: RunInputs(),
            options: Engine.StartOptions(workspace: "/w", actor: harness.actor))
        for await batch in engine.events(of: run) where batch.events.contains(where: { $0.event == .runPaused }) {
            break
        }
        while control.given.isEmpty { await Task.yield() }
        #expect(control.given == [nil])
        await engine.interrupt()
    }
}
