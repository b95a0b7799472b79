import OrderedCollections
import SwitchyardCore
import Testing

/// What waits for what, and what the plan says of it.
struct StepGraphTests {
    private static let place = SwitchyardCore.SourceLocation(file: "p", line: 1, column: 1)

    private static func step(
        _ id: String, _ argument: String = "", needs: [String] = [], goto: String? = nil, body: [Step]? = nil,
        change: (inout Step) throws -> Void = { _ in }
    ) throws -> Step {
        var step = Step(
            id: id, location: place, kind: try body.map { .group($0) } ?? .argv([try Template.parse(argument)]),
            needs: needs.map { Located($0, at: place) })
        if let goto { step.onFailure = .goto(Located(goto, at: place)) }
        try change(&step)
        return step
    }

    private static func graph(_ steps: [Step], finally: [Step] = []) throws -> PipelineGraph {
        try PipelineGraph.build(Pipeline(id: "p", steps: steps, finally: finally, file: "p"))
    }

    /// `b < a explicit, c inferred` for each node with needs, groups' inside out.
    private static func edges(_ graph: StepGraph) -> [String] {
        graph.nodes.flatMap { node -> [String] in
            let needs = node.needs.map { "\(graph.nodes[$0.node].step.id) \($0.origin.rawValue)" }
            return (needs.isEmpty ? [] : ["\(node.path) < \(needs.joined(separator: ", "))"])
                + (node.body.map(Self.edges) ?? [])
        }
    }

    @Test func `needs come before references, and each edge knows its origin`() throws {
        let graph = try Self.graph([
            try Self.step("a"), try Self.step("b"),
            try Self.step("c", "{{ steps.b.output }}{{ steps.a.status }}", needs: ["a"]),
            try Self.step("d", "{{ steps.nobody.output }}{{ steps | json }}", needs: ["gone"]),
        ]).main
        #expect(Self.edges(graph) == ["c < a explicit, b inferred"])
        #expect(graph.nodes[0].dependents == [2] && graph.nodes[1].dependents == [2])
    }

    @Test func `every place of a step infers`() throws {
        func template(_ id: String) throws -> Template { try Template.parse("{{ steps.\(id).output }}") }
        let names = ["when", "items", "key", "env", "folder", "constraint", "cache", "path", "write", "check", "own"]
        let all = try Self.step("all", "{{ steps.own.output }}") { step in
            step.when = try Expression.parse("steps.when.output")
            step.foreach = Foreach(elements: .items(.text(try template("items"))), key: try template("key"))
            step.env = ["A": try template("env")]
            step.workingDirectory = try template("folder")
            step.model.constraints = [try template("constraint")]
            step.cache = CachePolicy(key: try template("cache"))
            step.allowPaths = [try template("path")]
            step.sandbox = SandboxPolicy(writable: [try template("write")])
            step.quality = QualityPolicy(
                check: .prompt(try Template.parse("{{ steps.check.output }}{{ steps.all.output }}")))
            step.compensate = [try Self.step("undo", "{{ steps.never.output }}")]
        }
        let graph = try Self.graph(try (names + ["never"]).map { try Self.step($0) } + [all]).main
        let needs = graph.nodes.last?.needs.map { graph.nodes[$0.node].step.id } ?? []
        #expect(Set(needs) == Set(names) && needs.count == names.count)
    }

    @Test func `a group needs what its steps refer to outside of it`() throws {
        let graph = try Self.graph([
            try Self.step("a"), try Self.step("b"), try Self.step("c"), try Self.step("x"),
            try Self.step(
                "g",
                body: [
                    try Self.step("x", "{{ steps.a.output }}"),
                    try Self.step("y", "{{ steps.x.output }}", needs: ["x"]),
                    try Self.step("h", body: [try Self.step("deep", "{{ steps.b.output }}{{ steps.y.output }}")]),
                ]
            ) { $0.until = Until(try Expression.parse("steps.y.output == steps.c.output")) },
        ]).main
        #expect(
            Self.edges(graph) == ["g < c inferred, a inferred, b inferred", "g/y < x explicit", "g/h < y inferred"])
        #expect(graph.nodes[4].body?.nodes.map(\.path.rawValue) == ["g/x", "g/y", "g/h"])
        #expect(graph.nodes[4].body?.nodes[2].body?.nodes.map(\.path.rawValue) == ["g/h/deep"])
    }

    @Test func `the foreach of a group sees the outside, whatever its steps are called`() throws {
        let graph = try Self.graph([
            try Self.step("list"),
            try Self.step("g", body: [try Self.step("list", "{{ item }}")]) { step in
                step.foreach = Foreach(elements: .items(.text(try Template.parse("{{ steps.list.output }}"))))
            },
        ]).main
        #expect(Self.edges(graph) == ["g < list inferred"])
    }

    @Test func `a jump is an edge`() throws {
        let graph = try Self.graph([
            try Self.step("a", goto: "c"), try Self.step("b", needs: ["a"]), try Self.step("c"),
            try Self.step("d", "{{ steps.c.output }}", needs: ["c"]), try Self.step("e", goto: "d"),
        ]).main
        #expect(Self.edges(graph) == ["b < a explicit", "c < a goto", "d < c explicit, e goto"])
    }

    @Test func `finally has its own graph`() throws {
        let graph = try Self.graph(
            [try Self.step("a")],
            finally: [try Self.step("f", "{{ steps.a.output }}"), try Self.step("g", needs: ["f"])])
        #expect(Self.edges(graph.finally) == ["finally/g < f explicit"])
        #expect(graph.finally.nodes.map(\.level) == [0, 1])
    }

    @Test func `levels, convergence, the longest chain and the shape`() throws {
        let diamond = try Self.graph([
            try Self.step("a"), try Self.step("b", needs: ["a"]), try Self.step("c", needs: ["a"]),
            try Self.step("d", needs: ["c"]), try Self.step("e", needs: ["b", "d"]), try Self.step("alone"),
        ]).main
        #expect(diamond.nodes.map(\.level) == [0, 1, 1, 2, 3, 0])
        #expect(diamond.levels == [[0, 5], [1, 2], [3], [4]])
        #expect(diamond.convergencePoints == [4])
        #expect(diamond.criticalPath == [0, 2, 3, 4])
        #expect(diamond.strategy == .dag)
        let chain = try Self.graph([
            try Self.step("a"), try Self.step("b", needs: ["a"]), try Self.step("c", needs: ["b"]),
        ]).main
        #expect(chain.strategy == .serial && chain.criticalPath == [0, 1, 2] && chain.convergencePoints == [])
        let fan = try Self.graph([try Self.step("a"), try Self.step("b")]).main
        #expect(fan.strategy == .parallel && fan.levels == [[0, 1]])
        #expect(try Self.graph([]).main.levels == [] && (try Self.graph([])).main.criticalPath == [])
    }

    @Test func `levels in the file's order, whatever the order of needs`() throws {
        let graph = try Self.graph([
            try Self.step("c", needs: ["b"]), try Self.step("b", needs: ["a"]), try Self.step("a"),
        ]).main
        #expect(graph.nodes.map(\.level) == [2, 1, 0] && graph.criticalPath == [2, 1, 0])
    }

    @Test func `cycles of every list are told at once`() throws {
        let steps = [
            try Self.step("a", needs: ["b"]), try Self.step("b", needs: ["a"]), try Self.step("c", needs: ["a"]),
            try Self.step("g", body: [try Self.step("x", needs: ["y"]), try Self.step("y", needs: ["x"])]),
        ]
        let error = #expect(throws: PipelineCycles.self) {
            try Self.graph(steps, finally: [try Self.step("f", needs: ["f"])])
        }
        #expect(error?.cycles == [["g/x", "g/y"], ["a", "b"], ["finally/f"]])
    }

    @Test(arguments: [1_000, 10_000])
    func `a long chain needs no deep stack`(_ count: Int) throws {
        let needs = try (0..<count).map { try Self.step("s\($0)", needs: $0 == 0 ? [] : ["s\($0 - 1)"]) }
        #expect(try Self.graph(needs).main.criticalPath.count == count)
        let references = try (0..<count).map { try Self.step("s\($0)", $0 == 0 ? "" : "{{ steps.s\($0 - 1).output }}") }
        #expect(try Self.graph(references).main.nodes.last?.level == count - 1)
        let circle = try (0..<count).map { try Self.step("s\($0)", needs: ["s\(($0 + 1) % count)"]) }
        let error = #expect(throws: PipelineCycles.self) { try Self.graph(circle) }
        #expect(error?.cycles.map(\.count) == [count])
    }

    @Test func `the compiled plan has groups after their step, with how they repeat`() throws {
        let graph = try Self.graph([
            try Self.step("g", body: [try Self.step("x"), try Self.step("y", needs: ["x"])]) { step in
                step.until = Until(try Expression.parse("true"))
                step.foreach = Foreach(elements: .items(.literal(.array([1]))))
            },
            try Self.step("a", "{{ steps.g.output }}") {
                $0.foreach = Foreach(elements: .items(.literal(.array([1]))))
            },
        ])
        let plan = graph.compiled { _ in .pure }
        #expect(plan.steps.map(\.path.rawValue) == ["g", "g/x", "g/y", "a"])
        #expect(plan.steps.map(\.parent?.rawValue) == [nil, "g", "g", nil])
        #expect(plan.steps.map(\.repeats) == [.foreachUntil, nil, nil, .foreach])
        #expect(plan.steps.map(\.level) == [0, 0, 1, 1])
    }
}
