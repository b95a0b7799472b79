import SwitchyardCore
import SwitchyardTestSupport
import TerminalUI
import Testing

@testable import SwitchyardDashboard

/// Whole screens, compared with `Golden/*.txt`; `UPDATE_GOLDEN=1` writes them.
struct GoldenFrameTests {
    static let sizes = [(200, 60), (120, 36), (80, 24), (60, 16), (40, 10)].map { Size(columns: $0.0, rows: $0.1) }

    static let looks: [(name: String, depth: ColorDepth, unicode: Bool)] = [
        ("direct", .direct, true), ("ansi16", .ansi16, true), ("mono", .mono, true), ("ascii", .mono, false),
    ]

    static let scenes: [(name: String, stage: @Sendable (Size) -> Stage)] = [
        (
            "runs",
            { size in
                let stage = Stage(size.columns, size.rows, now: RunScript.origin.advanced(by: .seconds(4000)))
                let digest = RunScript.endedDigest()
                var others = Stage.summary(of: digest, number: 12)
                others.pipelineID = "repo-health"
                others.status = .succeeded
                others.failedCount = 0
                stage.send(
                    .opened(.runs),
                    .runsLoaded(
                        .success([
                            Stage.summary(of: .runningDigest(), number: 14), Stage.summary(of: digest, number: 13),
                            others,
                        ])))
                stage.press("j")
                return stage
            }
        ),
        (
            "runs-empty",
            { size in
                let stage = Stage(size.columns, size.rows)
                stage.send(.opened(.runs), .runsLoaded(.success([])))
                return stage
            }
        ),
        ("running", { Stage.live(.runningDigest(), $0.columns, $0.rows) }),
        (
            "running-rerank",
            { size in
                let script = RunScript.runningDigest()
                let stage = Stage.live(script, size.columns, size.rows)
                stage.press(":", "step rerank", "Enter", "2")
                stage.answerLogs(script)
                return stage
            }
        ),
        ("ended", { Stage.live(.endedDigest(), $0.columns, $0.rows) }),
        (
            "help",
            { size in
                let stage = Stage.live(.runningDigest(), size.columns, size.rows)
                stage.press("?")
                return stage
            }
        ),
        (
            "confirm",
            { size in
                let stage = Stage.live(.runningDigest(), size.columns, size.rows)
                stage.press("C")
                return stage
            }
        ),
        (
            "replay",
            { size in
                let script = RunScript.endedDigest()
                let stage = Stage.record(script, size.columns, size.rows)
                stage.press("<", "<", "<", ".")
                stage.answerLogs(script)
                return stage
            }
        ),
        (
            "logs",
            { size in
                let script = RunScript.runningDigest()
                let stage = Stage.live(script, size.columns, size.rows)
                stage.press(":", "step style", "Enter", "4")
                stage.answerLogs(script)
                stage.press("/", "docs", "Enter")
                return stage
            }
        ),
        ("group", { Stage.live(.release(.building), $0.columns, $0.rows) }),
        (
            "foreach-folded",
            { size in
                let stage = Stage.live(.release(.building), size.columns, size.rows)
                stage.press(":", "step search", "Enter")
                return stage
            }
        ),
        (
            "foreach-unfolded",
            { size in
                let stage = Stage.live(.release(.building), size.columns, size.rows)
                stage.press(":", "step search", "Enter", "Space", ":", "step search[cn]", "Enter")
                return stage
            }
        ),
        (
            "nested",
            { size in
                let stage = Stage.live(.release(.building), size.columns, size.rows)
                stage.press(":", "step sites[docs]/index", "Enter", "k", "k")
                return stage
            }
        ),
        ("until", { Stage.live(.release(.refining), $0.columns, $0.rows) }),
        (
            "until-unfolded",
            { size in
                let stage = Stage.live(.release(.refining), size.columns, size.rows)
                stage.press(":", "step refine@1/review", "Enter")
                return stage
            }
        ),
        ("asking", { Stage.live(.release(.asking), $0.columns, $0.rows) }),
        (
            "asking-confirm",
            { size in
                let stage = Stage.live(.release(.asking), size.columns, size.rows)
                stage.press("a")
                return stage
            }
        ),
        ("undoing", { Stage.live(.release(.undoing), $0.columns, $0.rows) }),
    ]

    @Test(arguments: scenes.indices, sizes)
    func direct(_ scene: Int, _ size: Size) {
        check(scene, size, look: 0)
    }

    @Test(arguments: scenes.indices, [1, 2, 3])
    func otherLooks(_ scene: Int, _ look: Int) {
        check(scene, Size(columns: 120, rows: 36), look: look)
        check(scene, Size(columns: 80, rows: 24), look: look)
    }

    private func check(_ index: Int, _ size: Size, look: Int) {
        let scene = Self.scenes[index]
        let look = Self.looks[look]
        let frame = scene.stage(size).frame(look.depth, unicode: look.unicode)
        let name = "\(scene.name)-\(size.columns)x\(size.rows)-\(look.name)"
        let result = expectFrame(frame, matches: name)
        #expect(result.isGood, "\(result)")
    }
}
