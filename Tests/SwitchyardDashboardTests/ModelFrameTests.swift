import SwitchyardCore
import SwitchyardTestSupport
import TerminalUI
import Testing

@testable import SwitchyardDashboard

/// Whole screens of runs with models, compared with `Golden/*.txt`; `UPDATE_GOLDEN=1` writes them.
struct ModelFrameTests {
    static let scenes: [(name: String, script: RunScript, keys: [String])] = [
        ("models-breakers", .breakersRun(), [":", "step review", "Enter"]),
        ("models-limit", .rateLimitRun(), [":", "step summarize", "Enter"]),
        ("models-paused", .shortRun(), [":", "step review", "Enter"]),
        ("models-fallback", .fallbackRun(), [":", "step summarize", "Enter"]),
        ("models-five", .fiveBreakersRun(), []),
        ("models-unpriced", .unpricedRun(), [":", "step summarize", "Enter"]),
        ("models-table", .fiveBreakersRun(), ["M"]),
    ]

    static func stage(_ scene: Int, _ columns: Int, _ rows: Int) -> Stage {
        let scene = scenes[scene]
        let stage = Stage.live(scene.script, columns, rows)
        for key in scene.keys { stage.press(key) }
        return stage
    }

    @Test(arguments: scenes.indices, [(120, 36), (80, 24), (60, 16)])
    func direct(_ scene: Int, _ size: (Int, Int)) {
        check(scene, size, .direct, unicode: true, "direct")
    }

    @Test(arguments: scenes.indices, [(120, 36), (80, 24)])
    func ascii(_ scene: Int, _ size: (Int, Int)) {
        check(scene, size, .mono, unicode: false, "ascii")
    }

    private func check(_ scene: Int, _ size: (Int, Int), _ depth: ColorDepth, unicode: Bool, _ look: String) {
        let frame = Self.stage(scene, size.0, size.1).frame(depth, unicode: unicode)
        let result = expectFrame(frame, matches: "\(Self.scenes[scene].name)-\(size.0)x\(size.1)-\(look)")
        #expect(result.isGood, "\(result)")
    }

    @Test(arguments: [[], ["M"], ["!"], ["="], ["$"], ["2", "G"]])
    func nothingForeignReachesACell(_ keys: [String]) {
        let evil = HostileTests.evil
        let model = ModelID(provider: "p\(evil)", name: "m\(evil)")
        var script = RunScript.models()
        script.choose("summarize", [(model, cost: 10)], explanation: evil, removals: [evil])
        script.failCall("summarize", model, .server, evil)
        script.turn(BreakerID(model.provider), .parked(until: script.inSeconds(9)))
        script.waitForCall("summarize", .rateLimit, model, seconds: 9)
        script.exceed(.provider(evil), limit: 10, spent: 9)
        script.add(.runPaused)
        for (columns, rows) in [(120, 36), (80, 24), (50, 12)] {
            let stage = Stage.live(script, columns, rows)
            stage.press(":", "step summarize", "Enter")
            for key in keys { stage.press(key) }
            for cell in stage.frame().cells {
                cell.glyph.forEachScalar { scalar in
                    #expect(scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value))
                    #expect(!(0x200B...0x200F).contains(scalar.value) && !(0x202A...0x202E).contains(scalar.value))
                }
            }
        }
    }

    @Test(arguments: scenes.indices)
    func everySmallSizeDraws(_ scene: Int) {
        let stage = Self.stage(scene, 120, 36)
        for columns in stride(from: 1, to: 130, by: 3) {
            for rows in [1, 2, 5, 9, 10, 15, 16, 23, 24, 40] {
                let size = Size(columns: columns, rows: rows)
                stage.send(.resized(size))
                #expect(stage.frame().size == size)
            }
        }
    }
}
