import OrderedCollections
import SwitchyardCore
import SwitchyardYAML
import Testing

/// What a pipeline inherits: flag over step over pipeline over project over user over built-in.
struct SettingsTests {
    private static let pipeline = """
        version: 1
        id: p
        defaults:
          retry: {max_attempts: 3}
          timeout: {idle: 20s}
        strategy: accuracy
        steps:
          - id: plain
            run: ls
          - id: own
            run: ls
            timeout: 5s
            retry: {backoff: {factor: 3}}
            env: {LEVEL: 2}
            strategy: performance
          - id: gate
            approval: Go on?
          - id: group
            steps:
              - {id: inner, run: ls}
        """

    private static func layers(_ flags: [String] = []) throws -> [SettingsLayer] {
        let project = SettingsLayer(
            .project, file: "switchyard.yaml", text: try Fixtures.text("settings/switchyard.yaml"))
        let user = SettingsLayer(
            .user, file: "config.yaml",
            text: "defaults: {timeout: 1h, retry: {max_attempts: 9, on: timeout}, env: {LEVEL: 0, USER_ONLY: x}}\n"
                + "models: {default: user-model, fallback: [user-fallback], tiers: {cheap: a, premium: user-premium}}\n"
                + "theme: light\n")
        return [user, SettingsLayer(flags: flags), project]
    }

    private static func read(_ layers: [SettingsLayer], _ text: String = pipeline) -> PipelineReader.Result {
        PipelineReader.read(text: text, file: "p.yaml", tools: StubTools(), settings: layers)
    }

    @Test func `policies are inherited key by key`() throws {
        let result = Self.read(try Self.layers())
        let pipeline = try #require(result.pipeline, "\(result.text)")
        let (plain, own, gate, group) = (pipeline.steps[0], pipeline.steps[1], pipeline.steps[2], pipeline.steps[3])
        #expect(plain.retry.maxAttempts == 3 && plain.retry.on == [.timeout])
        #expect(plain.retry.backoff == Backoff(initial: .seconds(2)))
        #expect(plain.timeout == StepTimeout(startToClose: .seconds(3600), idle: .seconds(20)))
        #expect(plain.env.mapValues(\.literalText) == ["LEVEL": "1", "USER_ONLY": "x", "REGION": "eu"])
        #expect(own.retry.maxAttempts == 3 && own.retry.backoff == Backoff(initial: .seconds(2), factor: 3))
        #expect(own.timeout == StepTimeout(startToClose: .seconds(5), idle: .seconds(20)))
        #expect(own.env["LEVEL"]?.literalText == "2" && own.model.strategy == .performance)
        #expect(gate.retry == .none && gate.timeout == .none)
        #expect(group.retry == .none && group.timeout == .none)
        #expect(group.kind.body?.first?.retry.maxAttempts == 3)
        #expect(plain.model.strategy == nil)
    }

    @Test func `a run's own settings are inherited key by key`() throws {
        let pipeline = try #require(Self.read(try Self.layers()).pipeline)
        #expect(pipeline.strategy == .accuracy && pipeline.maxConcurrentSteps == 8)
        #expect(pipeline.budget == Budget(microdollars: 2_000_000))
        #expect(pipeline.models.defaultModel == "project-model" && pipeline.models.fallback == ["user-fallback"])
        #expect(pipeline.models.tiers == [.cheap: "project-cheap", .premium: "user-premium"])
        #expect(pipeline.experts == ["http.get": "project-model"])
        let settings = Self.read(try Self.layers()).settings
        #expect(settings.store?.text == ".switchyard" && settings.theme?.text == "dark")
    }

    @Test func `a flag wins over everything`() throws {
        let flags = [
            "timeout=1s", "retry.max_attempts=7", "retry.max_attempts=8", "strategy=cost", "models.default=flag-model",
            "budget.usd=0.25", "max_concurrent_steps=2", "env.LEVEL=9", "experts.http.get=x", "theme=plain",
            "models.tiers={cheap: tiny}",
        ]
        let result = Self.read(try Self.layers(flags))
        let pipeline = try #require(result.pipeline, "\(result.text)")
        #expect(pipeline.steps[1].timeout == StepTimeout(startToClose: .seconds(1), idle: .seconds(20)))
        #expect(pipeline.steps[1].retry.maxAttempts == 8 && pipeline.steps[1].retry.backoff.factor == 3)
        #expect(pipeline.steps[1].model.strategy == .cost && pipeline.strategy == .cost)
        #expect(pipeline.steps[1].env["LEVEL"]?.literalText == "9")
        #expect(pipeline.steps[2].timeout == .none)
        #expect(pipeline.models.defaultModel == "flag-model" && pipeline.models.tiers[.cheap] == "tiny")
        #expect(pipeline.budget?.microdollars == 250_000 && pipeline.maxConcurrentSteps == 2)
        #expect(pipeline.experts["http.get"] == "x" && result.settings.theme?.text == "plain")
    }

    @Test func `without settings nothing is inherited`() throws {
        let pipeline = try #require(Self.read([]).pipeline)
        #expect(pipeline.steps[0].retry.on == nil && pipeline.steps[0].timeout.startToClose == nil)
        #expect(Self.read([SettingsLayer(.user, file: "config.yaml", text: "# nothing\n")]).text == "")
    }

    @Test func `what is wrong in a settings file is shown there`() throws {
        let project = SettingsLayer(
            .project, file: "switchyard.yaml",
            text: """
                defaults:
                  timeout: 5
                  needs: [a]
                  env: {A: "{{ inputs.nope }}"}
                retry: {max_attempts: 3}
                steps: []
                theem: dark
                """)
        let result = Self.read(
            [project], "version: 1\nid: p\nstesp: 1\nsteps: [{id: a, run: ls}, {id: b, run: ls}]\n")
        #expect(
            result.text == """
                switchyard.yaml:2:12: error: `defaults.timeout` wants a duration such as `30s`, not an integer
                 2 |   timeout: 5
                   |            ^
                  hint: add a unit: `5s`
                switchyard.yaml:3:3: error: `needs` belongs to one step and cannot stand in `defaults`
                 3 |   needs: [a]
                   |   ^
                switchyard.yaml:4:16: error: the pipeline has no input `nope`
                 4 |   env: {A: "{{ inputs.nope }}"}
                   |                ^
                  hint: declare it: `inputs: {nope: string}`
                switchyard.yaml:5:1: error: `retry` is a policy of steps
                 5 | retry: {max_attempts: 3}
                   | ^
                  hint: write `defaults: {retry: …}`
                switchyard.yaml:6:1: error: `steps` belongs to one pipeline and cannot stand in a settings file
                 6 | steps: []
                   | ^
                switchyard.yaml:7:1: error: a settings file has no key `theem`
                 7 | theem: dark
                   | ^
                  hint: did you mean `theme`?
                p.yaml:3:1: error: a pipeline has no key `stesp`
                 3 | stesp: 1
                   | ^
                  hint: did you mean `steps`?

                """)
        #expect(result.pipeline == nil)
        let list = SettingsLayer(.user, file: "config.yaml", text: "- a\n")
        #expect(
            Self.read([list]).text == """
                config.yaml:1:1: error: a settings file is a map of keys, not a list
                 1 | - a
                   | ^
                  hint: for example `defaults: {timeout: 60s}`

                """)
        let broken = SettingsLayer(.user, file: "config.yaml", text: "a: [b\n")
        #expect(Self.read([broken]).text.hasPrefix("config.yaml:1:4: error: "))
    }

    @Test func `what is wrong with a flag is shown in it`() {
        let flags = SettingsLayer(flags: [
            "timeout=30", "retyr.max_attempts=3", "max_attempts=3", "timeout", "strategy=cheep", "timeout=",
            "retry={max_attempts: 2, bckoff: {}}", "nothing.like.it=1", "models.default=[a",
        ])
        #expect(
            Self.read([flags]).text == """
                --set:1:9: error: `defaults.timeout` wants a duration such as `30s`, not an integer
                 1 | timeout=30
                   |         ^
                  hint: add a unit: `30s`
                --set:2:1: error: there is no setting `retyr.max_attempts`
                 2 | retyr.max_attempts=3
                   | ^
                  hint: did you mean `retry.max_attempts`?
                --set:3:1: error: there is no setting `max_attempts`
                 3 | max_attempts=3
                   | ^
                  hint: did you mean `retry.max_attempts`?
                --set:4:1: error: `--set` wants a key and a value
                 4 | timeout
                   | ^
                  hint: for example `--set retry.max_attempts=3`
                --set:5:10: error: `strategy` wants `balanced`, `cost`, `performance` or `accuracy`, not `cheep`
                 5 | strategy=cheep
                   |          ^
                --set:6:9: error: nothing stands behind `timeout=`
                 6 | timeout=
                   |         ^
                  hint: for an empty text, write `timeout='""'`
                --set:7:25: error: `retry` has no key `bckoff`
                 7 | retry={max_attempts: 2, bckoff: {}}
                   |                         ^
                  hint: did you mean `backoff`?
                --set:8:1: error: there is no setting `nothing.like.it`
                 8 | nothing.like.it=1
                   | ^
                  hint: for example `timeout`, `retry.max_attempts` or `models.default`
                --set:9:16: error: `,` or `]` is expected in this list
                 9 | models.default=[a
                   |                ^
                  hint: text with brackets or commas needs quotes

                """)
    }

    // MARK: Explanations

    /// `subject: text (origin place), over text (origin place), …` for each.
    private static func explain(_ key: String, _ flags: [String] = []) throws -> [String] {
        func text(_ value: SettingValue) -> String {
            let place = value.location.map { " \($0.file):\($0.line):\($0.column)" } ?? ""
            return "\(value.text) (\(value.origin.rawValue)\(place))"
        }
        return try read(try layers(flags)).settings.explain(key).map { explanation in
            let values = ([explanation.effective] + explanation.overridden).map(text)
            return "\(explanation.step?.rawValue ?? "run") \(explanation.key): \(values.joined(separator: " over "))"
        }
    }

    @Test func `an explanation shows every layer in order`() throws {
        #expect(
            try Self.explain("timeout.start_to_close", ["timeout=1s"]) == [
                "plain timeout.start_to_close: 1s (flag --set:1:9) over 1h (user config.yaml:1:21)"
                    + " over no limit (built-in)",
                "own timeout.start_to_close: 1s (flag --set:1:9) over 5s (step p.yaml:12:14)"
                    + " over 1h (user config.yaml:1:21) over no limit (built-in)",
                "group/inner timeout.start_to_close: 1s (flag --set:1:9) over 1h (user config.yaml:1:21)"
                    + " over no limit (built-in)",
            ])
        #expect(
            try Self.explain("strategy") == [
                "run strategy: accuracy (pipeline p.yaml:6:11) over cost (project switchyard.yaml:9:11)"
                    + " over balanced (built-in)",
                "plain strategy: accuracy (pipeline p.yaml:6:11) over cost (project switchyard.yaml:9:11)"
                    + " over balanced (built-in)",
                "own strategy: performance (step p.yaml:15:15) over accuracy (pipeline p.yaml:6:11)"
                    + " over cost (project switchyard.yaml:9:11) over balanced (built-in)",
            ]
                + ["gate", "group", "group/inner"].map {
                    "\($0) strategy: accuracy (pipeline p.yaml:6:11) over cost (project switchyard.yaml:9:11)"
                        + " over balanced (built-in)"
                })
        #expect(
            try Self.explain("max_concurrent_steps") == [
                "run max_concurrent_steps: 8 (project switchyard.yaml:11:23) over 5 (built-in)"
            ])
        #expect(
            try Self.explain("budget.usd") == [
                "run budget.usd: 2 (project switchyard.yaml:10:15) over no limit (built-in)"
            ])
        #expect(
            try Self.explain("models.tiers") == [
                "run models.tiers.cheap: project-cheap (project switchyard.yaml:7:18) over a (user config.yaml:2:73)",
                "run models.tiers.premium: user-premium (user config.yaml:2:85)",
            ])
        #expect(try Self.explain("execution") == ["run execution: auto (built-in)"])
    }

    @Test func `a key that holds others stands for each`() throws {
        let keys = Set(try Self.explain("retry").map { $0.split(separator: " ")[1] })
        #expect(
            keys == [
                "retry.max_attempts:", "retry.backoff.initial:", "retry.backoff.factor:", "retry.backoff.max:",
                "retry.backoff.jitter:", "retry.on:",
            ])
        let env = try Self.explain("env").filter { $0.hasPrefix("own ") }
        #expect(
            env == [
                "own env.LEVEL: 2 (step p.yaml:14:18) over 1 (project switchyard.yaml:4:28) over 0 (user config.yaml:1:77)",
                "own env.REGION: eu (project switchyard.yaml:4:17)", "own env.USER_ONLY: x (user config.yaml:1:91)",
            ])
        #expect(try Self.explain("model") == [])
    }

    @Test(arguments: [("tiemout", "did you mean `timeout`?"), ("max_attempts", "did you mean `retry.max_attempts`?")])
    func `an unknown key is told`(_ key: String, _ hint: String) {
        let error = #expect(throws: UnknownSetting.self) { try Self.explain(key) }
        #expect(error?.key == key && error?.hint == hint)
    }
}
