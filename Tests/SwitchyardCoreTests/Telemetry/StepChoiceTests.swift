import SwitchyardCore
import Testing

@Suite struct StepChoiceTests {
    private typealias Script = FoldScript

    private static let started = RunEvent.stepStarted(
        StepStarted(key: "k", input: [:], inputHash: "", effect: .idempotent))

    private static func opened(_ breaker: BreakerID) -> RunEvent {
        .routing(.breakerChanged(BreakerEvent(breaker, .opened(until: nil), reason: .person, time: Script.start)))
    }

    @Test func aChoiceIsShownWithWhatBecameOfIt() {
        var script = FoldScript()
        script.happens(Self.opened(BreakerID("google")))
        script.happens(Self.started, step: "a")
        script.happens(Script.selected([Script.luna, Script.flash]), step: "a")
        script.happens(Script.requested(Script.luna), step: "a")
        script.happens(Self.started, step: "b")
        script.happens(Script.failed(Script.luna, .server), step: "a")
        // Of another run, and of a provider that the step may ask.
        script.happens(Self.opened(BreakerID("google", .cheap)))
        script.happens(Self.opened(BreakerID("anthropic")))
        script.happens(Script.requested(Script.flash), step: "a")
        script.happens(Script.completed(Script.flash), step: "a")
        script.happens(Script.succeeded(), step: "a")
        script.happens(Self.opened(BreakerID("openai")))
        let choice = StepChoice("a", in: script.events)
        #expect(choice.selected?.candidates == [Script.luna, Script.flash])
        #expect(choice.answeredBy == Script.flash)
        #expect(choice.calls.map(\.outcome) == [.failed(.server), .answered])
        #expect(
            choice.events.map(\.event.type) == [
                "step.started", "model.selected", "model.requested", "model.attempt_failed", "breaker.opened",
                "model.requested", "model.completed", "step.succeeded",
            ])
        #expect(choice.source == nil)
    }

    @Test func aStepThatAskedNobodyHasNoChoice() {
        var script = FoldScript()
        let source = ResultSource(run: RunID("other"), seq: 9, inputHash: "")
        script.happens(Script.succeeded(source: source), step: "a")
        let choice = StepChoice("a", in: script.events)
        #expect(choice.selected == nil)
        #expect(choice.answeredBy == nil)
        #expect(choice.source == source)
        #expect(StepChoice("none", in: script.events).events.isEmpty)
    }

    @Test func anAnswerThatWasNotUsedIsNotTheStepsAnswer() {
        var script = FoldScript()
        script.happens(Self.started, step: "a")
        script.happens(Script.selected([Script.luna]), step: "a")
        script.happens(Script.requested(Script.luna), step: "a")
        script.happens(Script.completed(Script.luna), step: "a")
        script.happens(.stepFailed(StepFailure(.lowQuality, "no"), willRetry: true), step: "a")
        script.happens(Script.selected([Script.flash]), step: "a")
        script.happens(Script.requested(Script.flash), step: "a")
        script.happens(Script.completed(Script.flash), step: "a")
        let choice = StepChoice("a", in: script.events)
        #expect(choice.selections.count == 2)
        #expect(choice.selected?.candidates == [Script.flash])
        #expect(choice.calls.map(\.verdict) == [.rejected, nil])
        #expect(choice.answeredBy == Script.flash)
    }
}
