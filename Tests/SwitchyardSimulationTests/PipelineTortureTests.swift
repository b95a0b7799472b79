import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import SwitchyardSimulation
import Testing

/// Simulations of a pipeline that a person wrote.
@Suite struct PipelineTortureTests {
    private static let place = SourceLocation(file: "test.yaml", line: 1, column: 1)

    private static func step(
        _ id: String, _ tool: String, effect: Effect? = nil, value: String? = nil
    ) throws -> Step {
        var with: OrderedDictionary<String, ValueTemplate> = [:]
        if let value { with["value"] = .text(try Template.parse(value)) }
        return Step(id: id, location: place, kind: .tool(name: tool, with: .object(with)), effect: effect)
    }

    private static func report(_ steps: [Step], runs: UInt64 = 200) async throws -> TortureReport {
        let pipeline = Pipeline(id: "mine", steps: steps)
        let graph = try PipelineGraph.build(pipeline)
        let subject = ScenarioPool.Subject.pipeline(pipeline, graph, RunInputs(simulating: pipeline), OneTool())
        return await Torture(subject).run(0..<runs, workers: 1)
    }

    @Test func effectsDecideWhatACrashDoes() async throws {
        let report = try await Self.report([
            Self.step("look", "any", effect: .pure), Self.step("put", "any", effect: .idempotent),
            Self.step("send", "any"),
        ])
        #expect(report.failures.isEmpty)
        #expect(report.repeatedEffects["look"] ?? 0 > 0)
        #expect(report.repeatedEffects["put"] ?? 0 > 0)
        #expect(report.unknownOutcomes["send"] ?? 0 > 0)
        #expect(report.unknownOutcomes["look"] == nil)
    }

    @Test func aRunOfAnotherPipelineIsAnAttempt() async throws {
        let nested = Step(
            id: "kid", location: Self.place, kind: .pipeline(NestedPipeline(source: .path("kid.yaml"), inputs: [:])))
        let report = try await Self.report([nested, Self.step("put", "any", effect: .idempotent)])
        #expect(report.failures.isEmpty)
        #expect(report.endings[.succeeded] ?? 0 > 50)
    }

    @Test func aLowResultMayBeTriedAgain() async throws {
        var judged = try Self.step("judged", "any", effect: .idempotent)
        judged.quality = QualityPolicy(
            check: .expression(try Expression.parse("steps.judged.output == 'x'")), minScore: 0.5, onLow: .retry)
        let report = try await Self.report([judged])
        #expect(report.failures.isEmpty)
    }

    /// What expressions ask of a result is there: else nothing behind them would ever be simulated.
    @Test func resultsHaveTheShapeThatIsAskedOfThem() async throws {
        let report = try await Self.report([
            Self.step("rows", "any", effect: .pure),
            Self.step("use", "any", value: "{{ steps.rows.output.data.rows[1].ci_id }}"),
            Self.step("more", "any", value: "{{ [steps.use.output.a, steps.use.output.b | length] }}"),
        ])
        #expect(report.failures.isEmpty)
        #expect(report.attemptCount > 400)
        #expect(report.endings[.succeeded] ?? 0 > 50)
    }

    @Test func aClaimIsNamed() throws {
        let pipeline = Pipeline(
            id: "mine",
            steps: [
                try Self.step("claimed", "any", effect: .pure), try Self.step("plain", "any"),
                Step(
                    id: "group", location: Self.place,
                    kind: .group([try Self.step("inner", "any", effect: .idempotent)]),
                    compensate: [try Self.step("undo", "any")]),
                Step(id: "wait", location: Self.place, kind: .wait(.duration(try Template.parse("1s")))),
            ])
        let promises = CrashPromise.all(of: try PipelineGraph.build(pipeline), tools: OneTool())
        #expect(promises.map(\.step) == ["claimed", "plain", "group/:compensate", "group/inner"])
        #expect(promises.map(\.isClaim) == [true, false, false, true])
        #expect(promises.map(\.effect) == [.pure, .unsafe, .unsafe, .idempotent])
        #expect(promises.allSatisfy { $0.nature == .unsafe })
    }
}

/// A tool that can do anything.
private struct OneTool: ToolCatalog, Tool {
    let name = "any"
    var names: [String] { [name] }
    var summary: String { "Does anything." }
    var parameters: [ToolParameter] { [ToolParameter("value", .any, "Anything.")] }
    func tool(named name: String) -> (any Tool)? { name == self.name ? self : nil }
    func effect(of arguments: Value) -> Effect { .unsafe }
    func run(_ invocation: ToolInvocation) async -> ToolResult { .cancelled }
}
