import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import Testing

/// A person cancels what is ending already.
@Suite struct CancelStepTests {
    @Test func aStepThatTimedOutIsCancelledOnce() throws {
        let retry = RetryPolicy(maxAttempts: 3)
        var run = try MachineTranscript([try .fake("a", retry: retry, timeout: .seconds(5))])
        _ = run.start()
        #expect(run.fire(.timeout(AttemptID("a", 1))) == ["step.timed_out a#1", "CANCEL a#1"])
        // The attempt was told to end; what is new is that there is no other after it.
        #expect(run.send(.cancelStep("a")) == ["step.cancel_requested a by ada"])
        #expect(run.snapshot.steps["a"]?.isCancelRequested == true)
        #expect(run.send(.cancelStep("a")) == ["REFUSE alreadyCancelling"])
        #expect(
            run.endCancelled("a") == [
                "FORGET timeout a#1", "step.cancelled a#1 !", "run.failed (step a was cancelled) !", "FINISH",
            ])
    }

    @Test func aStepToldToEndIsNotToldAgain() throws {
        var run = try MachineTranscript([.fake("a")])
        _ = run.start()
        #expect(run.send(.cancelStep("a")) == ["step.cancel_requested a#1 by ada", "CANCEL a#1"])
        #expect(run.send(.cancelStep("a")) == ["REFUSE alreadyCancelling"])
    }

    @Test func aGroupThatTimedOutIsCancelledOnce() throws {
        var run = try MachineTranscript([.group("g", [.fake("x")]).within(.seconds(9))])
        _ = run.start()
        #expect(run.fire(.timeout(AttemptID("g", 0))) == ["step.timed_out g", "CANCEL g/x#1"])
        #expect(run.send(.cancelStep("g")) == ["step.cancel_requested g by ada"])
        #expect(run.send(.cancelStep("g")) == ["REFUSE alreadyCancelling"])
        #expect(
            run.endCancelled("g/x") == [
                "step.cancelled g/x#1 !", "FORGET timeout g#0", "step.cancelled g !",
                "run.failed (step g was cancelled) !", "FINISH",
            ])
    }
}
