import OrderedCollections
import SwitchyardCore
import TerminalUI
import Testing

@testable import SwitchyardDashboard

struct WordsTests {
    let script = RunScript.endedDigest()
    var snapshot: RunSnapshot { RunSnapshot(run: script.run, folding: script.events) }

    private func line(_ step: StepPath?, _ matches: (RunEvent) -> Bool) -> EventEnvelope {
        script.events.last { $0.step == step && matches($0.event) }!
    }

    @Test func eventsAsLines() {
        let snapshot = snapshot
        let lines = script.events.map { EventLine.describe($0, in: snapshot) }
        #expect(
            lines.first
                == EventLine(glyph: "○", subject: "run", text: "created from nightly-digest.yaml · nightly-digest"))
        #expect(lines.contains(EventLine(glyph: "✓", subject: "parse", text: "24 rows · 6.6s")))
        #expect(lines.contains(EventLine(glyph: "✗", subject: "rerank", text: "429 rate limited · 2.3s · attempt 1")))
        #expect(lines.contains(EventLine(glyph: "↻", subject: "rerank", text: "attempt 3 in 6.2s")))
        #expect(
            lines.contains(
                EventLine(glyph: "⊘", subject: "draft", text: "skipped: nothing new starts after the failure of search")
            ))
        #expect(lines.last?.text == "failed: step search failed: 500 from search.example · 01:51")
    }

    @Test func eventsAsSentences() {
        let snapshot = snapshot
        let sentences = script.events.map { EventLine.sentence($0, in: snapshot) }
        #expect(sentences.contains("Step parse succeeded after 6.6 seconds, 24 rows."))
        #expect(sentences.contains("Step rerank failed attempt 1 after 2.3 seconds: 429 rate limited."))
        #expect(sentences.contains("Step rerank will be tried again in 5.4 seconds, attempt 2."))
        #expect(
            sentences.last == "The run failed after 1 minute 51 seconds: step search failed: 500 from search.example.")
        #expect(sentences.allSatisfy { $0.hasSuffix(".") && !$0.hasSuffix("..") })
        #expect(EventLine.spoken(.seconds(1)) == "1 second")
        #expect(EventLine.spoken(.milliseconds(84)) == "84 milliseconds")
    }

    @Test func groupsAndQuestionsInWords() {
        let script = RunScript.release(.ended)
        let snapshot = RunSnapshot(run: script.run, folding: script.events)
        let lines = script.events.map { EventLine.describe($0, in: snapshot) }
        #expect(
            lines.contains(
                EventLine(glyph: "●", subject: "search", text: "24 items: ap, au, br, ca, ch, cn and 18 more")))
        #expect(lines.contains(EventLine(glyph: "●", subject: "build", text: "begins")))
        #expect(lines.contains(EventLine(glyph: "✓", subject: "build", text: "done · 36.0s")))
        #expect(lines.contains(EventLine(glyph: "●", subject: "refine", text: "iteration 3")))
        #expect(lines.contains(EventLine(glyph: "○", subject: "cooldown", text: "waits 30.0s")))
        #expect(lines.contains(EventLine(glyph: "○", subject: "cooldown", text: "has waited 30.0s")))
        #expect(
            lines.contains(
                EventLine(
                    glyph: "◇", subject: "publish", text: "asks: Publish release 2.4 to 24 regions? · for 2:00:00")))
        #expect(lines.contains(EventLine(glyph: "◇", subject: "publish", text: "approved · after 32.0s · by ana")))
        #expect(
            lines.contains(
                EventLine(glyph: "↻", subject: "run", text: "undoing what 2 steps did: publish, build/pack")))
        #expect(lines.contains(EventLine(glyph: "✓", subject: "undo publish", text: "withdrawn · 3.0s")))
        let sentences = script.events.map { EventLine.sentence($0, in: snapshot) }
        #expect(sentences.contains("Step build begins."))
        #expect(sentences.contains("Step search has 24 items."))
        #expect(sentences.contains("Step cooldown waits 30 seconds."))
        #expect(
            sentences.contains(
                "Step publish asks \"Publish release 2.4 to 24 regions?\" and waits 2 hours for an answer."))
        #expect(sentences.contains("Step publish was approved by ana after 32 seconds."))
        #expect(sentences.contains("What 2 steps did is being undone: publish, build/pack."))
        #expect(sentences.contains("The undoing of publish succeeded after 3 seconds, withdrawn."))
        #expect(sentences.allSatisfy { $0.hasSuffix(".") && !$0.hasSuffix("..") })
        var jump = RunScript()
        jump.create("jump", [("try", "bash", []), ("restore", "bash", ["try"])])
        jump.add(.branchDecided(to: "restore"), "try")
        #expect(EventLine.describe(jump.events[3]).text == "goes on at restore")
        #expect(EventLine.sentence(jump.events[3]) == "After step try the run goes on at restore.")
    }

    @Test func stepsInsideOfOthersSayWhy() {
        let script = RunScript.release(.building)
        let snapshot = RunSnapshot(run: script.run, folding: script.events)
        func why(_ path: StepPath) -> String { StepWords.why(snapshot.steps[path]!, in: snapshot, now: script.now) }
        #expect(why("build/pack") == "waits for build/test, build/lint")
        #expect(why("search[us]") == "waits for its turn among the items")
        #expect(why("build") == "what is inside of it is under way")
        let asking = RunScript.release(.refining)
        let later = RunSnapshot(run: asking.run, folding: asking.events)
        #expect(
            StepWords.why(later.steps["cooldown"]!, in: later, now: asking.now) == "waits 13.0s more")
        let undoing = RunScript.release(.undoing)
        let last = RunSnapshot(run: undoing.run, folding: undoing.events)
        #expect(
            StepWords.why(last.steps["build/pack/:compensate"]!, in: last, now: undoing.now)
                == "waits for its turn to undo build/pack")
    }

    @Test func theSummaryListsWhatFailedAndNotWhatHoldsIt() {
        let script = RunScript.release(.ended)
        let lines = Summary.exitLines(RunSnapshot(run: script.run, folding: script.events), number: 12)
        #expect(lines.contains("  01hxrun000000001  43 of 45 steps done, 2 failed"))
        #expect(lines.contains("  ✗ search[cn]  no answer within 10 s"))
        #expect(lines.contains("  ✗ deploy  exit 1: no space left on device"))
    }

    @Test func everyStateSaysWhy() {
        let running = RunScript.runningDigest()
        let now = running.now
        let snapshot = RunSnapshot(run: running.run, folding: running.events)
        func why(_ path: StepPath) -> String { StepWords.why(snapshot.steps[path]!, in: snapshot, now: now) }
        #expect(why("draft") == "waits for rerank, merge_rules, search")
        #expect(why("rerank") == "429 rate limited; attempt 3 in 6.2s")
        #expect(why("search") == "attempt 2 is under way")
        #expect(why("finally/report") == "waits for the end of all other steps")
        #expect(StepWords.skipped(.condition) == "skipped: its `when` was false")
    }

    @Test func theSummaryFitsTwelveLines() {
        #expect(
            Summary.exitLines(snapshot, number: 4812) == [
                "✗ run #4812  nightly-digest  failed  01:51",
                "  01hxrun000000001  8 of 12 steps done, 1 failed, 3 skipped",
                "  ✗ search  500 from search.example", "  switchyard replay 4812",
            ])
        var many = RunScript()
        many.create("many", (0..<40).map { ("s\($0)", "bash", []) })
        for index in 0..<40 {
            many.start(StepPath("s\(index)"))
            many.fail(StepPath("s\(index)"), .exitCode, "exit 1")
        }
        let lines = Summary.exitLines(RunSnapshot(run: many.run, folding: many.events), number: nil)
        #expect(lines.count <= 12)
        #expect(lines.contains("  … and 33 more"))
    }

    @Test func timesAreReadInEveryForm() {
        #expect(TimeText.parse("01:03") == .seconds(63))
        #expect(TimeText.parse("1:02:03") == .seconds(3723))
        #expect(TimeText.parse("01:03.640") == .milliseconds(63_640))
        #expect(TimeText.parse("63") == .seconds(63))
        #expect(TimeText.parse("1m30s") == .seconds(90))
        #expect(TimeText.parse("soon") == nil)
        #expect(TimeText.parse("") == nil)
        #expect(TimeText.offset(.milliseconds(3_723_456)) == "1:02:03.456")
    }

    @Test func axesGrowByWholeMarks() {
        let axis = TimeAxis(origin: RunScript.origin, length: .seconds(101), width: 40)
        #expect(axis.total == .seconds(120))
        #expect(axis.marks.map(\.text) == ["0s", "30s", "1m", "01:30"])
        #expect(TimeAxis(origin: RunScript.origin, length: .zero, width: 10).total == .milliseconds(10))
    }
}
