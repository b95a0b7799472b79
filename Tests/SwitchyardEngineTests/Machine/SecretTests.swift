import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import Testing

@Suite struct SecretTests {
    @Test func aSecretReachesItsStepAndNoEvent() throws {
        let canary = "canary-7f3a"
        var run = try MachineTranscript(
            [
                .fake("a", value: "Bearer {{ secrets.token }}"), .fake("b", value: "{{ steps.a.output }}"),
                .fake("c", needs: ["b"]),
            ],
            inputs: RunInputs(secrets: ["token": canary], secretSources: ["token": "env:TOKEN"]))
        var instructions = run.perform(.start(paused: false))
        let start = instructions.compactMap { if case .start(let attempt) = $0 { attempt } else { nil } }
        #expect(start.first?.arguments == ["value": "Bearer canary-7f3a"])
        instructions += run.perform(
            .attemptEnded(AttemptID("a", 1), .succeeded(ToolOutput(.string("got \(canary)"), summary: "is \(canary)"))))
        // What was recorded is what the next step sees.
        #expect(run.snapshot.steps["b"]?.attempts.last?.input == ["value": "got ***"])
        instructions += run.perform(.attemptEnded(AttemptID("b", 1), .succeeded(ToolOutput("ok"))))
        let failure = StepFailure(.rejected, "no \(canary)", details: ["body": .string(canary)])
        instructions += run.perform(.attemptEnded(AttemptID("c", 1), .failed(failure)))
        let events = instructions.compactMap { if case .record(let event, _) = $0 { event } else { nil } }
        #expect(events.count > 10)
        let leaks = events.filter { JSON.text(of: $0.json).contains(canary) }
        #expect(leaks.isEmpty)
        #expect(run.snapshot.created?.secretSources == ["token": "env:TOKEN"])
    }

    @Test func aKeyMadeOfASecretIsMaskedInPathsAndEvents() throws {
        let canary = "canary-7f3a"
        let inputs = RunInputs(secrets: ["token": canary], secretSources: ["token": "env:TOKEN"])
        var run = try MachineTranscript(
            [
                try .fake("s", value: "{{ secrets.token }}").foreach(
                    "{{ [1, 2] }}", key: "{{ secrets.token }}-{{ item }}")
            ], inputs: inputs)
        let lines = run.start()
        #expect(
            lines.suffix(7) == [
                "map.expanded s ***-1,***-2", "step.ready s[%2A%2A%2A-1]", "step.ready s[%2A%2A%2A-2]",
                "step.started s[%2A%2A%2A-1]#1 !", "START s[%2A%2A%2A-1]#1", "step.started s[%2A%2A%2A-2]#1 !",
                "START s[%2A%2A%2A-2]#1",
            ])
        _ = run.fail("s[%2A%2A%2A-1]")
        #expect(run.succeed("s[%2A%2A%2A-2]").last == "FINISH")
        #expect(run.events.filter { JSON.text(of: $0.json).contains(canary) }.isEmpty)
        #expect(run.snapshot.steps.keys.filter { $0.rawValue.contains(canary) }.isEmpty)
        // What refuses a key quotes it.
        var same = try MachineTranscript(
            [try .fake("s").foreach("{{ [1, 2] }}", key: "{{ secrets.token }}")], inputs: inputs)
        _ = same.start()
        #expect(
            same.snapshot.steps["s"]?.failure?.message == "the items 0 and 1 have the same `foreach.key`, ***")
        #expect(same.events.filter { JSON.text(of: $0.json).contains(canary) }.isEmpty)
    }
}
