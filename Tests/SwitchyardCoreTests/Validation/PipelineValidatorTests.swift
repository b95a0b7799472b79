import OrderedCollections
import SwitchyardCore
import Testing

/// Every rule, on pipelines that no file was read for. Then a diagnostic points at its step.
struct PipelineValidatorTests {
    private struct Echo: Tool {
        let name = "echo"
        let summary = "Gives its text back."
        let parameters = [
            ToolParameter("text", .string, required: true, "What to say."),
            ToolParameter("times", .integer, "How often."),
        ]
        func effect(of arguments: Value) -> Effect { .pure }
        func run(_ invocation: ToolInvocation) async -> ToolResult { .cancelled }
    }

    private struct Tools: ToolCatalog {
        func tool(named name: String) -> (any Tool)? { name == "echo" ? Echo() : nil }
        var names: [String] { ["echo"] }
    }

    private static func place(_ line: Int) -> SwitchyardCore.SourceLocation {
        SwitchyardCore.SourceLocation(file: "p", line: line, column: 1)
    }

    /// A step at `line` whose one argument is `argument`.
    private static func step(
        _ id: String, at line: Int, _ argument: String = "", needs: [String] = [], when: String? = nil,
        env: OrderedDictionary<String, String> = [:]
    ) throws -> Step {
        Step(
            id: id, location: place(line), kind: .argv([try Template.parse(argument)]),
            needs: needs.map { Located($0, at: place(line)) },
            when: try when.map { text throws in try Expression.parse(text, allowsStatusFunctions: true) },
            env: env.mapValues { Template(literal: $0) })
    }

    private static func check(
        _ steps: [Step], finally: [Step] = [], inputs: OrderedDictionary<String, InputDefinition> = [:],
        outputs: OrderedDictionary<String, ValueTemplate> = [:]
    ) -> [String] {
        let pipeline = Pipeline(id: "p", inputs: inputs, steps: steps, finally: finally, outputs: outputs, file: "p")
        return PipelineValidator.diagnostics(for: pipeline, tools: Tools()).map { diagnostic in
            "\(diagnostic.location.line): \(diagnostic.message)\(diagnostic.hint.map { " (\($0))" } ?? "")"
        }
    }

    @Test func `nothing is wrong`() throws {
        let steps = [try Self.step("a", at: 1), try Self.step("b", at: 2, "{{ steps.a.output }}", needs: ["a"])]
        #expect(Self.check(steps) == [])
    }

    @Test func `ids`() throws {
        let steps = [try Self.step("a", at: 1), try Self.step("b", at: 2), try Self.step("a", at: 3)]
        #expect(
            Self.check(steps) == [
                "3: the id `a` stands twice in `steps`: here and at line 1 (give one of the two steps another id)"
            ])
    }

    @Test func `needs`() throws {
        let steps = [
            try Self.step("fetch", at: 1, needs: ["fetch"]), try Self.step("parse", at: 2, needs: ["fecth", "report"]),
        ]
        let finally = [try Self.step("report", at: 3, needs: ["parse", "nothing"])]
        #expect(
            Self.check(steps, finally: finally) == [
                "1: the step `fetch` needs itself (remove it from `needs`)",
                "2: no step is called `fecth` (did you mean `fetch`?)",
                "2: `report` stands in `finally`, which starts only after every step of `steps` has ended",
                "3: `parse` stands in `steps`; every step there has ended before `finally` starts (remove it from `needs`)",
                "3: no step is called `nothing`",
            ])
    }

    @Test func `cycles`() throws {
        let steps = [
            try Self.step("a", at: 1, needs: ["c"]), try Self.step("b", at: 2, "{{ steps.a.output }}"),
            try Self.step("c", at: 3, needs: ["b"]), try Self.step("d", at: 4, needs: ["a"]),
        ]
        #expect(Self.check(steps) == ["1: these steps wait for each other: a → c → b → a"])
    }

    @Test func `references to steps`() throws {
        let steps = [
            try Self.step("a", at: 1, "{{ steps.a.output }}"), try Self.step("b", at: 2, "{{ steps.aa.output }}"),
            try Self.step("c", at: 3, "{{ steps.end.output }}"), try Self.step("d", at: 4, "{{ steps.b.result }}"),
            try Self.step("e", at: 5, "{{ run.nme }}{{ run.id }}"),
        ]
        let finally = [
            try Self.step("end", at: 6, "{{ steps.a.status }}{{ steps | json }}"),
            try Self.step("b", at: 7, "{{ steps.b.status }}"),
        ]
        #expect(
            Self.check(steps, finally: finally) == [
                "1: the step `a` reads its own result, which it does not have yet",
                "2: no step is called `aa` (did you mean `a`?)",
                "3: `end` stands in `finally`, which starts only after every step of `steps` has ended",
                "4: a step has no field `result`"
                    + " (what it returned is under `output`: `steps.b.output.result`)",
                "5: the run has no `nme`: it has `id`, `started_at`",
                "7: `b` is a step of `steps` and one of `finally`, and this could mean either"
                    + " (give one of the two steps another id)",
            ])
    }

    @Test func `references to everything else`() throws {
        let inputs: OrderedDictionary = ["host": InputDefinition(kind: .string, location: Self.place(1))]
        let steps = [
            try Self.step("a", at: 1, "{{ inputs.hots }}{{ inputs.host }}"),
            try Self.step("b", at: 2, "{{ env.HOEM }}{{ env.HOME }}", env: ["HOME": "x"]),
            try Self.step("c", at: 3, "{{ item }}{{ index }}{{ loop.index }}"),
            try Self.step("d", at: 4, "{{ secrets.x }}{{ shared.a.b }}"),
        ]
        let outputs: OrderedDictionary = ["x": ValueTemplate.text(try Template.parse("{{ env.A }}"))]
        #expect(
            Self.check(steps, inputs: inputs, outputs: outputs) == [
                "1: the pipeline has no input `hots` (did you mean `host`?)",
                "1: `env` belongs to a step; the pipeline itself has none (declare an input and write `inputs.A`)",
                "2: `env` of the step `b` declares no `HOEM` (did you mean `HOME`?)",
                "3: `item` has a value only inside a step with `foreach`",
                "3: `index` has a value only inside a step with `foreach`",
                "3: `loop` has a value only inside a group with `until`",
                "4: the pipeline declares no secret `x` (declare it: `inputs: {x: secret}`)",
            ])
    }

    @Test func `tools and their arguments`() throws {
        func tool(_ name: String, at line: Int, _ with: OrderedDictionary<String, ValueTemplate>) -> Step {
            Step(id: "s\(line)", location: Self.place(line), kind: .tool(name: name, with: .object(with)))
        }
        let hole = ValueTemplate.text(try Template.parse("{{ run.id }}"))
        let text = ValueTemplate.text(Template(literal: "hello"))
        let steps = [
            tool("ehco", at: 1, [:]), tool("echo", at: 2, [:]),
            tool("echo", at: 3, ["text": text, "tims": .literal(1)]),
            tool("echo", at: 4, ["text": text, "times": text]), tool("echo", at: 5, ["text": hole, "times": hole]),
            tool("echo", at: 6, ["text": .array([hole])]),
            tool("echo", at: 7, ["text": .literal(5), "times": .literal(2)]),
        ]
        #expect(
            Self.check(steps) == [
                "1: no tool is called `ehco` (did you mean `echo`?)",
                "2: `echo`: `text` is missing: What to say.",
                "3: `echo`: there is no parameter `tims`; did you mean `times`?",
                "4: `echo`: `times` must be an integer, not \"hello\"",
                "6: `echo`: `text` must be a string, not an array",
            ])
    }

    @Test func `results that are kept of what is undone`() throws {
        var kept = try Self.step("a", at: 1)
        kept.cache = CachePolicy()
        var undone = kept
        undone.id = "b"
        undone.compensate = [try Self.step("c", at: 3)]
        #expect(
            Self.check([kept, undone]) == [
                "1: a later run takes the kept result of `b` even after `compensate` has undone what it did"
                    + " (leave out `cache`, or keep only what needs no undoing in a step of its own)"
            ])
    }

    @Test func `steps that never run`() throws {
        let steps = [
            try Self.step("a", at: 1, when: "1 > 2"), try Self.step("b", at: 2, needs: ["a"]),
            try Self.step("c", at: 3, needs: ["a"], when: "always()"), try Self.step("d", at: 4, needs: ["b", "a"]),
            try Self.step("e", at: 5, needs: ["b", "c"]), try Self.step("f", at: 6, when: "true"),
        ]
        #expect(
            Self.check(steps) == [
                "1: the step `a` will never run: its `when` is always false",
                "2: the step `b` will never run: all it waits for is `a`, which never runs",
                "4: the step `d` will never run: all it waits for is `b`, `a`, which never run",
            ])
    }

    @Test func `places that were recorded are used`() throws {
        var places = SourceMap()
        places.record("steps[0].argv[0]", at: Self.place(10)) {
            SwitchyardCore.SourceLocation(file: "p", line: 10, column: 5 + $0)
        }
        let pipeline = Pipeline(id: "p", steps: [try Self.step("a", at: 1, "{{ item }} {{ index }}")], file: "p")
        let found = PipelineValidator.diagnostics(for: pipeline, places: places, tools: Tools())
        #expect(found.map(\.location.column) == [8, 19])
        #expect(found.allSatisfy { $0.location.line == 10 })
    }
}
