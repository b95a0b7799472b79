import SwitchyardCore
import SwitchyardTestSupport
import Synchronization
import TerminalUI
import Testing

@testable import SwitchyardDashboard

/// The loop against a recording terminal, its clock in the test's hand.
@MainActor
struct DashboardLoopTests {
    /// A clock that sleepers wait on until the test lets time pass.
    final class Hands: Sendable {
        struct Sleeper {
            var deadline: Duration
            var continuation: CheckedContinuation<Void, any Error>
        }

        struct State {
            var now = Duration.zero
            var sleepers: [Int: Sleeper] = [:]
            var next = 0
            var slept = 0
        }

        let state = Mutex(State())

        var clock: FrameClock {
            FrameClock(now: { self.state.withLock { $0.now } }, sleep: { try await self.sleep($0) })
        }

        var sleeping: Int { state.withLock { $0.sleepers.count } }
        var slept: Int { state.withLock { $0.slept } }

        private func sleep(_ wait: Duration) async throws {
            let id = state.withLock { state in
                state.next += 1
                state.slept += 1
                return state.next
            }
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    let isCancelled = state.withLock { state in
                        if Task.isCancelled { return true }
                        state.sleepers[id] = Sleeper(deadline: state.now + wait, continuation: continuation)
                        return false
                    }
                    if isCancelled { continuation.resume(throwing: CancellationError()) }
                }
            } onCancel: {
                state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume(
                    throwing: CancellationError())
            }
        }

        func advance(by duration: Duration) {
            let due = state.withLock { state in
                state.now += duration
                let due = state.sleepers.filter { $0.value.deadline <= state.now }
                for id in due.keys { state.sleepers[id] = nil }
                return due.values
            }
            for sleeper in due { sleeper.continuation.resume() }
        }
    }

    let hands = Hands()
    let terminal = RecordingTerminal(size: Size(columns: 120, rows: 36))

    private func loop(
        _ script: RunScript, start: DashboardStart, live: Bool = true,
        sent: @escaping @Sendable (RunCommand) -> Void = { _ in },
        edit: @escaping @Sendable (RunID) async -> EditOutcome = { _ in .left("") }
    ) -> (DashboardLoop, AsyncStream<EventBatch>.Continuation) {
        let (stream, continuation) = AsyncStream<EventBatch>.makeStream()
        let now = script.now
        let client = DashboardClient(
            runs: { .success([Stage.summary(of: script)]) }, events: { _ in stream }, isLive: { _ in live },
            send: { command, _ in
                sent(command)
                return nil
            }, logLines: { _, _, _, _ in [] }, again: { run, _ in .success(run) }, resume: { .success($0) },
            edit: edit, now: { now }, copy: { _ in true })
        let loop = DashboardLoop(
            terminal: terminal, client: client, theme: .terminal, start: start, readOnly: false, clock: hands.clock)
        return (loop, continuation)
    }

    /// Lets every task that can go on do so.
    private func settle() async {
        for _ in 0..<200 { await Task.yield() }
    }

    @Test func theFirstFrameComesBeforeAnyAnswer() async {
        let (loop, _) = loop(.runningDigest(), start: .runs)
        let exit = Task { await loop.run() }
        while terminal.frames.isEmpty { await Task.yield() }
        #expect(terminal.frames.count == 1)
        terminal.press("q")
        _ = await exit.value
        #expect(terminal.calls == [.close])
    }

    @Test func aKeyIsAnsweredByAFrameAtOnce() async {
        let (loop, _) = loop(.endedDigest(), start: .runs)
        let exit = Task { await loop.run() }
        await settle()
        let before = terminal.frames.count
        terminal.press("?")
        #expect(terminal.frames.count == before + 1)
        terminal.press("Esc", "q")
        #expect(await exit.value.snapshot == nil)
    }

    @Test func manyBatchesAreOneFrame() async {
        let script = RunScript.endedDigest()
        let (loop, events) = loop(script, start: .run(script.run))
        let exit = Task { await loop.run() }
        await settle()
        let before = terminal.frames.count
        for event in script.events.prefix(12) { events.yield(EventBatch(events: [event])) }
        await settle()
        #expect(terminal.frames.count == before)
        hands.advance(by: .milliseconds(34))
        await settle()
        #expect(terminal.frames.count == before + 1)
        terminal.press("q", "q")
        await settle()
        terminal.press("y")
        #expect(await exit.value.cancelled == [script.run])
    }

    @Test func nothingMovingMeansNoTimers() async {
        let script = RunScript.endedDigest()
        let (loop, events) = loop(script, start: .run(script.run), live: false)
        let exit = Task { await loop.run() }
        events.yield(EventBatch(events: script.events))
        events.finish()
        for _ in 0..<5 {
            await settle()
            hands.advance(by: .milliseconds(34))
        }
        await settle()
        #expect(hands.sleeping == 0)
        let (frames, slept) = (terminal.frames.count, hands.slept)
        hands.advance(by: .seconds(60))
        await settle()
        #expect(terminal.frames.count == frames)
        #expect(hands.slept == slept)
        terminal.press("q", "q")
        _ = await exit.value
    }

    @Test func clocksTickFourTimesASecondAndKeysAddNoTimers() async {
        let script = RunScript.runningDigest()
        let (loop, events) = loop(script, start: .run(script.run))
        let exit = Task { await loop.run() }
        events.yield(EventBatch(events: script.events))
        for _ in 0..<3 {
            await settle()
            hands.advance(by: .milliseconds(34))
        }
        await settle()
        for _ in 0..<50 { terminal.press("j", "k") }
        await settle()
        #expect(hands.sleeping <= 1)
        let slept = hands.slept
        for _ in 0..<100 {
            hands.advance(by: .milliseconds(10))
            await settle()
        }
        #expect((3...5).contains(hands.slept - slept))
        terminal.press("^C")
        await settle()
        terminal.press("y")
        #expect(await exit.value.run == script.run)
    }

    @Test func aTerminalThatIsBehindGetsNoFramesButForKeys() async {
        let script = RunScript.runningDigest()
        let (loop, events) = loop(script, start: .run(script.run))
        let exit = Task { await loop.run() }
        await settle()
        terminal.isBusy = true
        let before = terminal.frames.count
        events.yield(EventBatch(events: script.events))
        for _ in 0..<5 {
            await settle()
            hands.advance(by: .milliseconds(34))
        }
        #expect(terminal.frames.count == before)
        terminal.press("j")
        #expect(terminal.frames.count == before + 1)
        terminal.press("^C")
        await settle()
        terminal.press("y")
        _ = await exit.value
    }

    @Test func suspendingAndResizing() async {
        let (loop, _) = loop(.endedDigest(), start: .runs)
        let exit = Task { await loop.run() }
        await settle()
        terminal.press("^Z")
        terminal.send(.resize(Size(columns: 50, rows: 12)))
        #expect(terminal.frame?.size == Size(columns: 50, rows: 12))
        terminal.press("q")
        _ = await exit.value
        #expect(terminal.calls == [.suspend, .close])
    }

    @Test func whileAnEditorHasTheScreenNothingIsDrawnAndNothingIsMissed() async {
        let script = RunScript.endedDigest()
        let (answers, editor) = AsyncStream<EditOutcome>.makeStream()
        let wait: @Sendable (RunID) async -> EditOutcome = { run in
            await answers.first { _ in true } ?? .failed(DashboardFailure("nobody edits \(run)"))
        }
        let (loop, events) = loop(script, start: .run(script.run), live: false, edit: wait)
        let exit = Task { await loop.run() }
        for event in script.events { events.yield(EventBatch(events: [event])) }
        for _ in 0..<5 {
            await settle()
            hands.advance(by: .milliseconds(34))
        }
        terminal.press("e")
        #expect(terminal.calls == [.leave])
        let before = terminal.frames.count
        events.yield(EventBatch(events: []))
        events.finish()
        for _ in 0..<5 {
            await settle()
            hands.advance(by: .milliseconds(34))
        }
        #expect(terminal.frames.count == before)
        #expect(hands.sleeping == 0)
        editor.yield(.left("nobody wants it"))
        await settle()
        #expect(terminal.calls == [.leave, .comeBack])
        #expect(terminal.frames.count == before + 1)
        #expect(terminal.frame.map { FramePicture($0).text.contains("nobody wants it") } == true)
        terminal.press("q", "q")
        _ = await exit.value
    }
}
