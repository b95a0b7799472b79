import OrderedCollections
import SwitchyardCore
import Testing

/// The rules in groups, `finally`, `compensate` and repetitions.
struct NestedStepsTests {
    private struct NoTools: ToolCatalog {
        func tool(named name: String) -> (any Tool)? { nil }
        var names: [String] { [] }
    }

    private static func place(_ line: Int) -> SwitchyardCore.SourceLocation {
        SwitchyardCore.SourceLocation(file: "p", line: line, column: 1)
    }

    private static func step(
        _ id: String, at line: Int, _ argument: String = "", needs: [String] = [],
        change: (inout Step) throws -> Void = { _ in }
    ) throws -> Step {
        var step = Step(
            id: id, location: place(line), kind: .argv([try Template.parse(argument)]),
            needs: needs.map { Located($0, at: place(line)) })
        try change(&step)
        return step
    }

    private static func group(
        _ id: String, at line: Int, needs: [String] = [], _ steps: [Step],
        change: (inout Step) throws -> Void = { _ in }
    ) throws -> Step {
        try step(id, at: line, needs: needs) { step in
            step.kind = .group(steps)
            try change(&step)
        }
    }

    private static func until(_ text: String) throws -> Until { Until(try Expression.parse(text)) }

    private static func foreach(_ text: String, key: String? = nil) throws -> Foreach {
        Foreach(
            elements: .items(.text(try Template.parse(text))),
            key: try key.map { text throws in try Template.parse(text) })
    }

    private static func check(
        _ steps: [Step], finally: [Step] = [], inputs: OrderedDictionary<String, InputDefinition> = [:],
        change: (inout Pipeline) -> Void = { _ in }
    ) -> [String] {
        var pipeline = Pipeline(id: "p", inputs: inputs, steps: steps, finally: finally, file: "p")
        change(&pipeline)
        return PipelineValidator.diagnostics(for: pipeline, tools: NoTools()).map { diagnostic in
            "\(diagnostic.location.line): \(diagnostic.message)\(diagnostic.hint.map { " (\($0))" } ?? "")"
        }
    }

    @Test func `goto leads forward in its own list`() throws {
        func step(_ id: String, at line: Int, to target: String) throws -> Step {
            try Self.step(id, at: line) { $0.onFailure = .goto(Located(target, at: Self.place(line))) }
        }
        let inner = [try step("x", at: 5, to: "y"), try Self.step("y", at: 6)]
        let steps = [
            try step("a", at: 1, to: "c"), try step("b", at: 2, to: "a"), try step("c", at: 3, to: "c"),
            try Self.group("g", at: 4, inner), try step("d", at: 7, to: "x"), try step("e", at: 8, to: "f2"),
            try Self.step("f1", at: 9) { $0.compensate = [try step("undo", at: 10, to: "a")] },
        ]
        let hint = " (to try again, use `retry`; to repeat steps, a group with `until`)"
        #expect(
            Self.check(steps) == [
                "2: `goto` leads forward, and `a` stands before\(hint)", "3: the step `c` goes to itself\(hint)",
                "7: `goto` leads to a step of the same list, and `x` stands in another",
                "8: no step of `steps` is called `f2` (did you mean `f1`?)",
                "10: a `compensate` step has no other step to go to"
                    + " (`on_failure: continue` lets what follows be undone too)",
            ])
    }

    @Test func `a step of the main list cannot be called finally`() throws {
        let inner = try Self.group("g", at: 2, [try Self.step("finally", at: 3)])
        #expect(
            Self.check([try Self.step("finally", at: 1), inner]) == [
                "1: no step of `steps` can be called `finally`: that is the name of the list that runs last (for example `last`)"
            ])
    }

    @Test func `ids are unique in each list`() throws {
        let steps = [
            try Self.group("g", at: 1, [try Self.step("a", at: 2), try Self.step("a", at: 3)]),
            try Self.step("a", at: 4),
        ]
        #expect(
            Self.check(steps) == [
                "3: the id `a` stands twice in the group `g`: here and at line 2 (give one of the two steps another id)"
            ])
    }

    @Test func `needs stay in their list`() throws {
        let steps = [
            try Self.step("a", at: 1, needs: ["x"]),
            try Self.group(
                "g", at: 2, needs: ["a"],
                [
                    try Self.step("x", at: 3), try Self.step("y", at: 4, needs: ["x", "a"]),
                    try Self.group("h", at: 5, [try Self.step("z", at: 6, needs: ["x", "g", "nowhere"])]),
                ]),
            try Self.step("b", at: 7) { step in
                step.compensate = [try Self.step("b-compensate", at: 8, needs: ["a"])]
            },
        ]
        #expect(
            Self.check(steps) == [
                "1: `x` stands in the group `g`, and a step needs steps of its own list (need the group: `g`)",
                "4: `a` stands in `steps`, and a step needs steps of its own list (let the group `g` need it)",
                "6: `x` stands in the group `g`, and a step needs steps of its own list (let the group `h` need it)",
                "6: the step stands inside the group `g`, which cannot end before it (remove it from `needs`)",
                "6: no step is called `nowhere`",
                "8: a `compensate` step waits for nothing: it runs when everything else has ended (remove `needs`)",
            ])
    }

    @Test func `references see their list and what is around it`() throws {
        let steps = [
            try Self.step("a", at: 1, "{{ steps.x.output }}"),
            try Self.group(
                "g", at: 2,
                [
                    try Self.step("x", at: 3, "{{ steps.a.output }}{{ steps.g.output }}"),
                    try Self.step("y", at: 4, "{{ steps.x.output }}{{ steps.deep.output }}"),
                    try Self.group(
                        "h", at: 5,
                        [try Self.step("deep", at: 6, "{{ steps.x.output }}{{ steps.a.output }}{{ steps.h.status }}")]),
                ]
            ) { $0.until = try Self.until("steps.x.output == steps.a.output and steps.deep.output") },
            try Self.group("each", at: 7, [try Self.step("page", at: 8, "{{ item }}")]) { step in
                step.foreach = try Self.foreach("{{ steps.g.output.x }}")
            },
            try Self.step("b", at: 9, "{{ steps.page.output }}{{ steps.each.output | map('page') }}"),
        ]
        #expect(
            Self.check(steps) == [
                "1: `x` stands inside the group `g`, where only its steps see it (the group's result has it: `steps.g.output.x`)",
                "2: `deep` stands inside the group `h`, where only its steps see it (the group's result has it: `steps.h.output.deep`)",
                "3: the step stands inside the group `g`, which has no result before it ends (refer to the steps of the group by their own ids)",
                "4: `deep` stands inside the group `h`, where only its steps see it (the group's result has it: `steps.h.output.deep`)",
                "6: the step stands inside the group `h`, which has no result before it ends (refer to the steps of the group by their own ids)",
                "9: `page` stands inside the group `each`, where only its steps see it (the result of each item has it: `steps.each.output | map('page')`)",
            ])
    }

    @Test func `quality judges the result of each item`() throws {
        let step = try Self.step("a", at: 1) { step in
            step.foreach = Foreach(elements: .items(.literal(.array([1, 2]))))
            step.quality = QualityPolicy(check: .expression(try Expression.parse("steps.a.output == 'x'")))
        }
        #expect(Self.check([step]) == [])
    }

    @Test func `quality and compensate see the step's own result`() throws {
        let steps = [
            try Self.step("a", at: 1, "{{ steps.a.output }}") { step in
                step.quality = QualityPolicy(
                    check: .expression(try Expression.parse("steps.a.output.ok and steps.nope.output")))
                step.compensate = [
                    try Self.step("a-compensate", at: 2, "{{ steps.a.output }}{{ steps.b.output }}{{ steps.c.output }}")
                ]
            },
            try Self.step("b", at: 3),
        ]
        #expect(
            Self.check(steps) == [
                "1: the step `a` reads its own result, which it does not have yet", "1: no step is called `nope`",
                "2: no step is called `c`",
            ])
    }

    @Test func `compensate makes no cycle`() throws {
        let steps = [
            try Self.step("a", at: 1) { $0.compensate = [try Self.step("undo", at: 2, "{{ steps.b.output }}")] },
            try Self.step("b", at: 3, needs: ["a"]),
        ]
        #expect(Self.check(steps) == [])
    }

    @Test func `finally sees the main list from inside groups`() throws {
        let main = [
            try Self.step("a", at: 1), try Self.step("both", at: 2),
            try Self.group("g", at: 3, [try Self.step("x", at: 4)]),
        ]
        let finally = [
            try Self.step("both", at: 5),
            try Self.group(
                "after", at: 6,
                [
                    try Self.step("tell", at: 7, "{{ steps.a.status }}{{ steps.both.status }}{{ steps.x.status }}")
                ]),
        ]
        #expect(
            Self.check(main, finally: finally) == [
                "7: `both` is a step of `steps` and one of `finally`, and this could mean either (give one of the two steps another id)",
                "7: `x` stands inside the group `g`, where only its steps see it (the group's result has it: `steps.g.output.x`)",
            ])
    }

    @Test func `item, index and loop`() throws {
        let steps = [
            try Self.step("a", at: 1, "{{ item }}{{ index }}") {
                $0.foreach = try Self.foreach("{{ item }}", key: "{{ index }}")
            },
            try Self.step("b", at: 2, "{{ loop.index }}") { step in
                step.foreach = try Self.foreach("{{ inputs.list }}")
                step.when = try Expression.parse("item == 1")
            },
            try Self.group("g", at: 3, [try Self.step("x", at: 4, "{{ loop.previous }}{{ loop.count }}{{ item }}")]) {
                step in
                step.until = try Self.until("loop.index > 3")
                step.when = try Expression.parse("loop.index > 1")
            },
            try Self.group("h", at: 5, [try Self.step("y", at: 6, "{{ item.name }}")]) {
                $0.foreach = try Self.foreach("{{ inputs.list }}")
            },
            try Self.step("c", at: 7, "x") { step in
                step.foreach = try Self.foreach("{{ inputs.list }}")
                step.compensate = [try Self.step("c-compensate", at: 8, "{{ item }}")]
            },
        ]
        let inputs: OrderedDictionary = ["list": InputDefinition(kind: .array, location: Self.place(1))]
        #expect(
            Self.check(steps, inputs: inputs) == [
                "1: `item` has no value yet where `foreach` is read",
                "2: `loop` has a value only inside a group with `until`",
                "3: `loop` has a value only inside a group with `until`",
                "4: a loop has no `count`: it has `index`, `previous`",
                "4: `item` has a value only inside a step with `foreach`",
            ])
    }

    @Test func `secrets are no inputs`() throws {
        let inputs: OrderedDictionary = [
            "token": InputDefinition(kind: .secret, location: Self.place(1)),
            "host": InputDefinition(kind: .string, location: Self.place(1)),
        ]
        let argument = "{{ inputs.token }}{{ secrets.host }}{{ secrets.tokne }}{{ secrets.token }}{{ inputs.hots }}"
        #expect(
            Self.check([try Self.step("a", at: 1, argument)], inputs: inputs) == [
                "1: the input `token` is a secret (write `secrets.token`)",
                "1: the input `host` is no secret (write `inputs.host`)",
                "1: the pipeline declares no secret `tokne` (did you mean `token`?)",
                "1: the pipeline has no input `hots` (did you mean `host`?)",
            ])
    }

    @Test func `cycles in groups and through them`() throws {
        let inside = [
            try Self.group(
                "g", at: 1,
                [try Self.step("x", at: 2, needs: ["y"]), try Self.step("y", at: 3, "{{ steps.x.output }}")])
        ]
        #expect(Self.check(inside) == ["2: these steps wait for each other: x → y → x"])
        let through = [
            try Self.step("a", at: 1, needs: ["g"]),
            try Self.group("g", at: 2, [try Self.step("x", at: 3, "{{ steps.a.output }}")]),
        ]
        #expect(Self.check(through) == ["1: these steps wait for each other: a → g → a"])
        let jump = [
            try Self.step("a", at: 1, needs: ["b"]) { $0.onFailure = .goto(Located("b", at: Self.place(1))) },
            try Self.step("b", at: 2),
        ]
        #expect(Self.check(jump) == ["1: these steps wait for each other: a → b → a"])
    }

    @Test func `steps that never run in groups`() throws {
        func never(_ step: inout Step) throws { step.when = try Expression.parse("false") }
        let steps = [
            try Self.group(
                "g", at: 1, [try Self.step("x", at: 2, change: never), try Self.step("y", at: 3, needs: ["x"])]),
            try Self.group("h", at: 4, [try Self.step("z", at: 5, change: never)], change: never),
            try Self.step("a", at: 6, "{{ steps.h.output }}"), try Self.step("b", at: 7, needs: ["h", "g"]),
        ]
        #expect(
            Self.check(steps) == [
                "2: the step `x` will never run: its `when` is always false",
                "3: the step `y` will never run: all it waits for is `x`, which never runs",
                "4: the step `h` will never run: its `when` is always false",
                "6: the step `a` will never run: all it waits for is `h`, which never runs",
            ])
    }

    @Test func `a hint leads through every group`() throws {
        let each = try Self.group("each", at: 3, [try Self.step("page", at: 4)]) { step in
            step.foreach = Foreach(elements: .items(.literal(.array([1]))))
        }
        let steps = [
            try Self.group("g", at: 1, [try Self.group("h", at: 2, [try Self.step("deep", at: 3)]), each]),
            try Self.step("a", at: 5, "{{ steps.deep.output }}{{ steps.page.output }}", needs: ["deep"]),
        ]
        #expect(
            Self.check(steps) == [
                "5: `deep` stands in the group `h`, and a step needs steps of its own list (need the group: `g`)",
                "5: `deep` stands inside the group `h`, where only its steps see it (the group's result has it: `steps.g.output.h.deep`)",
                "5: `page` stands inside the group `each`, where only its steps see it",
            ])
    }

    @Test func `an until that never changes`() throws {
        let steps = [
            try Self.group("once", at: 1, [try Self.step("x", at: 2)]) { $0.until = try Self.until("1 == 1") },
            try Self.group("ever", at: 3, [try Self.step("x", at: 4)]) { $0.until = try Self.until("false") },
            try Self.group("good", at: 5, [try Self.step("x", at: 6)]) { $0.until = try Self.until("loop.index > 1") },
        ]
        #expect(
            Self.check(steps) == [
                "1: the group `once` runs once: its `until` is always true",
                "3: the group `ever` fails after 100 iterations: its `until` is always false",
            ])
    }

    @Test func `experts for tools there are`() throws {
        #expect(
            Self.check([try Self.step("a", at: 1)], change: { $0.experts = ["http.got": "m"] }) == [
                "1: `experts` names a model for `http.got`, and no tool is called so"
            ])
    }

    @Test func `many wrong names end fast`() throws {
        let steps = try (0..<5_000).map { try Self.step("step_\($0)", at: $0 + 1, needs: ["stpe_\($0)"]) }
        var found: [String] = []
        let time = ContinuousClock().measure { found = Self.check(steps) }
        #expect(found.count == 5_000 && found[1].contains("did you mean") && time < .seconds(60))
    }
}
