import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import Testing

/// The machine, its steps ending in any order in any number of slots, against an interpreter that does one step at a
/// time: the results of all steps are the same. A seed that fails is printed and gives the same run again.
@Suite struct DifferentialTests {
    @Test(arguments: 0..<50) func theOrderChangesNoResult(block: UInt64) throws {
        for seed in (block * 100)..<(block * 100 + 100) {
            let pipeline = try RandomPipeline(seed: seed)
            var interpreter = SerialInterpreter(pipeline, seed: seed)
            interpreter.run()
            let machine = try Self.snapshot(of: pipeline, seed: seed)
            let results = machine.steps.mapValues { [.string($0.state.name), $0.output] as Value }
            let difference = results.first { interpreter.results[$0.key] != $0.value }
            #expect(difference == nil, "seed \(seed): \(interpreter.results[difference?.key ?? ""] ?? .null)")
            #expect(results.count == interpreter.results.count, "seed \(seed)")
        }
    }

    private static func snapshot(of pipeline: RandomPipeline, seed: UInt64) throws -> RunSnapshot {
        var random = SeededGenerator(state: seed &+ 1)
        var run = try MachineTranscript(pipeline.steps, slots: Int.random(in: 1...4, using: &random), seed: seed)
        var underWay: [StepAttempt] = []
        var lines = run.perform(.start(paused: false))
        while true {
            for case .start(let attempt) in lines { underWay.append(attempt) }
            guard !underWay.isEmpty else { return run.snapshot }
            let attempt = underWay.remove(at: Int.random(in: 0..<underWay.count, using: &random))
            lines = run.perform(.attemptEnded(attempt.id, result(of: attempt.id.step, attempt.arguments, seed: seed)))
        }
    }

    private static func result(of path: StepPath, _ arguments: Value, seed: UInt64) -> ToolResult {
        RandomPipeline.fails(path, seed: seed)
            ? .failed(StepFailure(.exitCode, "it broke")) : .succeeded(ToolOutput(arguments["value"]))
    }
}

/// Runs a pipeline one step at a time, in the plainest way: no slots, no events, no counters. It shares the expressions
/// with the engine and nothing else.
private struct SerialInterpreter {
    /// The state and the output of every step, by its path.
    private(set) var results: [StepPath: Value] = [:]
    private let pipeline: RandomPipeline
    private let seed: UInt64

    private struct Around {
        var lists: [[String: StepResult]] = []
        var item: Value?
        var index: Int?
        var loop: Value?
    }

    init(_ pipeline: RandomPipeline, seed: UInt64) {
        self.pipeline = pipeline
        self.seed = seed
    }

    mutating func run() {
        _ = run(pipeline.steps, prefix: "", planned: "", Around())
    }

    /// Runs a list. Returns the outputs of its steps, and whether a failure fails it.
    private mutating func run(
        _ steps: [Step], prefix: String, planned: String, _ around: Around
    ) -> (outputs: Value, failed: Bool) {
        var done: [String: StepResult] = [:]
        var failed = false
        var open = steps
        while let position = open.firstIndex(where: { isReady($0, among: steps, planned: planned, done) }) {
            let step = open.remove(at: position)
            var around = around
            var all = done
            for step in steps where all[step.id] == nil { all[step.id] = StepResult(status: "pending") }
            around.lists.append(all)
            let path = StepPath(prefix + step.id)
            let place = StepPath(planned + step.id)
            let result = perform(step, path, place, needs(of: step, among: steps, planned: planned), done, around)
            done[step.id] = result
            if result.status == "skipped" { skip(inside: step, path) }
            results[path] = [.string(result.status), result.output]
            if result.status == "failed", step.onFailure == .skipDependents { failed = true }
        }
        precondition(open.isEmpty, "nothing is ready")
        var outputs: OrderedDictionary<String, Value> = [:]
        for step in steps { outputs[step.id] = done[step.id]?.output ?? .null }
        return (.object(outputs), failed)
    }

    private func needs(of step: Step, among steps: [Step], planned: String) -> [(step: Step, isJump: Bool)] {
        let written = Set(pipeline.needs[StepPath(planned + step.id)] ?? [])
        return steps.compactMap { other in
            if written.contains(other.id) { return (other, false) }
            if case .goto(let target) = other.onFailure, target.value == step.id { return (other, true) }
            return nil
        }
    }

    private func isReady(_ step: Step, among steps: [Step], planned: String, _ done: [String: StepResult]) -> Bool {
        done[step.id] == nil && needs(of: step, among: steps, planned: planned).allSatisfy { done[$0.step.id] != nil }
    }

    private mutating func perform(
        _ step: Step, _ path: StepPath, _ place: StepPath, _ needs: [(step: Step, isJump: Bool)],
        _ done: [String: StepResult], _ around: Around
    ) -> StepResult {
        let skipped = StepResult(status: "skipped")
        let isJumpedTo = needs.contains { need in
            guard case .goto(let target) = need.step.onFailure else { return false }
            return target.value == step.id && done[need.step.id]?.status == "failed"
        }
        if step.when?.callsStatusFunction != true, !isJumpedTo {
            let waited = needs.filter { !$0.isJump }
            if waited.isEmpty, !needs.isEmpty { return skipped }
            if waited.contains(where: { done[$0.step.id]?.status == "failed" && $0.step.onFailure != .continue }) {
                return skipped
            }
            if !waited.isEmpty, waited.allSatisfy({ done[$0.step.id]?.status == "skipped" }) { return skipped }
        }
        let states = needs.map { done[$0.step.id]?.status }
        let status = NeedsStatus(
            anyFailed: states.contains("failed"),
            allSucceeded: states.allSatisfy { $0 == "succeeded" || $0 == "skipped" })
        let asksItems = step.foreach != nil && (step.when?.source.contains("index") ?? false)
        if !asksItems, !holds(step.when, around, status) { return skipped }
        guard let foreach = step.foreach, case .items(let template) = foreach.elements else {
            return one(step, path, place, around)
        }
        var outputs: [Value] = []
        var failed = false
        let items = (try? template.evaluate(in: scope(around)))?.arrayValue ?? []
        for (index, item) in items.enumerated() {
            var around = around
            around.item = item
            around.index = index
            let instance = path.item(foreach.key == nil ? "\(index)" : "k\(index)")
            let result =
                !asksItems || holds(step.when, around, NeedsStatus()) ? one(step, instance, place, around) : skipped
            if result.status == "skipped" { skip(inside: step, instance) }
            results[instance] = [.string(result.status), result.output]
            outputs.append(result.output)
            if result.status == "failed", step.onFailure != .continue { failed = true }
        }
        return failed ? StepResult(status: "failed") : StepResult(status: "succeeded", output: .array(outputs))
    }

    /// What never came to be inside of a skipped group. Of what is repeated nothing is known then.
    private mutating func skip(inside step: Step, _ path: StepPath) {
        guard step.until == nil, step.foreach == nil || path.rawValue.hasSuffix("]") else { return }
        for member in step.kind.body ?? [] {
            results[path.child(member.id)] = ["skipped", nil]
            skip(inside: member, path.child(member.id))
        }
    }

    private mutating func one(_ step: Step, _ path: StepPath, _ place: StepPath, _ around: Around) -> StepResult {
        guard let body = step.kind.body else {
            guard !RandomPipeline.fails(path, seed: seed) else { return StepResult(status: "failed") }
            guard case .tool(_, let with) = step.kind, let value = try? with.evaluate(in: scope(around)) else {
                return StepResult(status: "failed")
            }
            return StepResult(status: "succeeded", output: value["value"])
        }
        let planned = place.rawValue + "/"
        guard let until = step.until else {
            let (outputs, failed) = run(body, prefix: path.rawValue + "/", planned: planned, around)
            return failed ? StepResult(status: "failed") : StepResult(status: "succeeded", output: outputs)
        }
        var previous = Value.null
        for number in 1...until.maxIterations {
            var around = around
            around.loop = ["index": .int(number), "previous": previous]
            let (outputs, failed) = run(body, prefix: "\(path)@\(number)/", planned: planned, around)
            if failed { return StepResult(status: "failed") }
            if holds(until.condition, around, NeedsStatus()) { return StepResult(status: "succeeded", output: outputs) }
            previous = outputs
        }
        return StepResult(status: "failed")
    }

    private func holds(_ expression: Expression?, _ around: Around, _ status: NeedsStatus) -> Bool {
        guard let expression else { return true }
        var scope = scope(around)
        scope.needs = status
        return (try? expression.evaluate(in: scope).isTruthy) ?? false
    }

    private func scope(_ around: Around) -> Scope {
        var visible: [String: StepResult] = [:]
        for list in around.lists { visible.merge(list) { _, inner in inner } }
        return Scope(steps: visible, item: around.item, index: around.index, loop: around.loop)
    }
}
