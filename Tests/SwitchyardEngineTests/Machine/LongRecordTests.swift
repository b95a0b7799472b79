import SwitchyardCore
import SwitchyardEngine
import Testing

/// What a take-over records and sets going depends on what is open, not on how much has ended.
@Suite struct LongRecordTests {
    /// What a process says that takes over after all of `count` items but the last succeeded.
    private func takeOver(count: Int) throws -> [String] {
        let steps: [Step] = try [
            .fake("s", tool: "pure", timeout: .seconds(5)).foreach("{{ inputs.items }}", maxParallel: 1),
            .fake("z", needs: ["s"]),
        ]
        var first = try MachineTranscript(steps, inputs: RunInputs(["items": .array((0..<count).map(Value.int))]))
        _ = first.start()
        for index in 0..<(count - 1) { _ = first.succeed(StepPath("s[\(index)]"), .int(index)) }
        let last = "s[\(count - 1)]"
        var run = try MachineTranscript(resuming: first.events, steps)
        return run.takeOver().map { $0.replacing(last, with: "s[last]") }
    }

    @Test func whatHasEndedIsNotSpokenOfAgain() throws {
        let lines = try takeOver(count: 3000)
        #expect(
            lines == [
                "lease.taken by bob !", "step.ready s[last]", "step.started s[last]#2", "START s[last]#2",
                "TIMER timeout s[last]#2 5s",
            ])
        #expect(try takeOver(count: 3) == lines)
    }
}
