import SwitchyardCore
import SwitchyardTestSupport
import TerminalUI
import Testing

@testable import SwitchyardDashboard

/// Foreign text in every place it can stand, and every size of screen.
struct HostileTests {
    static let evil =
        "\u{1B}]52;c;aGk\u{07}\u{1B}[2J\r\u{202E}gnp.exe\u{200B} 👨‍👩‍👧‍👦 \u{FE0F}" + String(repeating: "long", count: 300)

    static func script() -> RunScript {
        let evil = Self.evil
        var script = RunScript()
        script.create(
            "pipe\(evil)", [("a\(evil)", "bash\(evil)", []), ("b", "bash", ["a\(evil)"]), ("finally/\(evil)", "x", [])])
        let a = StepPath("a\(evil)")
        script.ready(a)
        script.start(a, input: ["key\(evil)": .string(evil), "list": [.string(evil), nil, 3, [:], []]])
        script.print(a, evil, "\u{1B}[31mred\u{1B}[0m", "tab\there")
        script.print(a, evil, stream: .stderr)
        script.at(3)
        script.fail(a, .exitCode, evil, details: [evil: .string("two\nlines\r\n\(evil)")], retryIn: 2)
        script.at(5)
        script.start(a, attempt: 2)
        script.succeed(a, attempt: 2, .string("x\n\(evil)\n\n"), summary: evil)
        script.add(.unknown(type: evil, data: .null), "b")
        script.add(.stepSkipped(.needFailed(a)), "b", actor: evil)
        return script
    }

    /// The same in items, questions and waits.
    static func treeScript() -> RunScript {
        let evil = Self.evil
        var script = RunScript()
        let planned: (StepPath, PlannedRepetition?) -> CompiledPlan.PlannedStep = { path, repeats in
            .init(
                path: path, uses: evil, needs: [], level: 0, effect: .unsafe, mode: .concurrent, parent: nil,
                repeats: repeats)
        }
        script.create(
            evil,
            CompiledPlan(
                strategy: .parallel, steps: [planned("all", .foreach), planned("ask", nil), planned("wait", nil)]))
        script.expand("all", [evil, "b"])
        let item = StepPath("all").item(evil)
        script.ready(item)
        script.start(item)
        script.print(item, evil)
        script.fail(item, .exitCode, evil)
        script.wait("wait", seconds: 5)
        script.ask("ask", evil, seconds: 60)
        return script
    }

    static func stages(_ columns: Int, _ rows: Int) -> [Stage] {
        let script = script()
        var stages: [Stage] = []
        for keys in [["g"], ["Z"], ["a"], ["Z", "j"]] {
            let stage = Stage.live(treeScript(), columns, rows)
            for key in keys { stage.press(key) }
            stages.append(stage)
        }
        for keys in [[], ["2"], ["3"], ["4"], ["?"], ["C"], ["c"], [":", evil], ["/", "a"]] as [[String]] {
            for isLive in [true, false] {
                let stage = isLive ? Stage.live(script, columns, rows) : Stage.record(script, columns, rows)
                stage.press("g")
                stage.answerLogs(script)
                for key in keys { stage.press(key) }
                stages.append(stage)
            }
        }
        let home = Stage(columns, rows)
        home.send(.runsLoaded(.success([Stage.summary(of: script)])))
        stages.append(home)
        home.send(.runsLoaded(.failure(DashboardFailure(evil))))
        stages.append(home)
        return stages
    }

    @Test(arguments: [(120, 36), (80, 24), (50, 12)])
    func nothingForeignReachesACell(_ columns: Int, _ rows: Int) {
        for stage in Self.stages(columns, rows) {
            for cell in stage.frame().cells {
                cell.glyph.forEachScalar { scalar in
                    #expect(scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value))
                    #expect(!(0x200B...0x200F).contains(scalar.value) && !(0x202A...0x202E).contains(scalar.value))
                }
            }
        }
    }

    @Test func controlSequencesAreCounted() {
        let stage = Stage.live(Self.script())
        stage.press("2", "G")
        #expect(stage.text.contains("control sequences shown as text"))
    }

    @Test(arguments: GoldenFrameTests.scenes.indices)
    func everySmallSizeDraws(_ scene: Int) {
        let stage = GoldenFrameTests.scenes[scene].stage(Size(columns: 120, rows: 36))
        for columns in 1...30 {
            for rows in 1...30 {
                let size = Size(columns: columns, rows: rows)
                stage.send(.resized(size))
                #expect(stage.frame().size == size)
            }
            // A frame of another size than the state's, as between a resize and its event.
            _ = stage.frame(size: Size(columns: columns + 40, rows: columns))
        }
    }

    @Test(arguments: [(500, 200), (500, 3), (1, 200), (99, 24), (100, 23), (101, 25), (59, 200), (300, 16), (0, 0)])
    func oddSizesDraw(_ columns: Int, _ rows: Int) {
        for stage in Self.stages(columns, rows) { #expect(stage.frame().size == Size(columns: columns, rows: rows)) }
    }

    @Test func aRunOfTenThousandStepsDrawsWhatIsSeen() {
        var script = RunScript()
        let steps = (0..<10_000).map { index in
            ("step-\(index)", uses: "bash", needs: index == 0 ? [String]() : ["step-\((index - 1) / 7)"])
        }
        script.create("big", steps)
        let stage = Stage.live(script)
        #expect(stage.text.contains("step-0"))
        let plan = stage.state.run?.plan
        stage.press("G")
        #expect(stage.text.contains("step-9999"))
        #expect(stage.text.split(separator: "\n").count <= 36)
        script.at(1)
        script.start("step-0")
        stage.send(.batch(script.run, EventBatch(events: [script.events.last!])))
        #expect(stage.state.run?.plan == plan)
    }
}
