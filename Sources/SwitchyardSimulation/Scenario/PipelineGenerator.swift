import OrderedCollections
import SwitchyardCore

/// Writes pipelines of 20 steps with everything the format has: groups, items, iterations, conditions, jumps, retries,
/// limits, questions, waits, runs of other pipelines, and steps that undo others.
struct PipelineGenerator {
    /// What expressions may ask of a step.
    private enum Shape {
        /// Of a tool: an object.
        case tool
        case approval
        /// Anything that holds no moment.
        case plain
        /// Something that holds the moment of an answer, which differs from run to run.
        case timed
    }

    static let stepCount = 20

    private var random: SplitMix64
    private var budget = PipelineGenerator.stepCount
    /// Of the steps that can be referred to.
    private var shapes: [String: Shape] = [:]

    init(seed: UInt64) {
        random = SplitMix64(seed)
    }

    mutating func pipeline() throws -> Pipeline {
        let finallyCount = random.below(3)
        budget -= finallyCount
        let steps = try list(Surroundings(), count: nil)
        let references = steps.compactMap { outputReference($0.id) }
        budget = finallyCount
        let finally = try finallyCount == 0 ? [] : list(Surroundings(depth: 0, letter: "f"), count: finallyCount)
        var outputs: OrderedDictionary<String, ValueTemplate> = [:]
        for (number, reference) in references.enumerated() where random.chance(4) {
            outputs["o\(number)"] = .text(try Template.parse("{{ \(reference) }}"))
        }
        var pipeline = Pipeline(
            id: "simulated", maxConcurrentSteps: 1 + random.below(5), steps: steps, finally: finally, outputs: outputs)
        if random.chance(8) { pipeline.concurrency = ConcurrencyPolicy(group: Template(literal: "g")) }
        return pipeline
    }

    private struct Surroundings {
        var depth = 0
        var letter = "s"
        /// What may be referred to.
        var outer: [String] = []
        var isRepeated = false
        var isLoop = false
    }

    /// - Parameter count: how many steps stand in the list itself; nil is until the budget is spent.
    private mutating func list(_ around: Surroundings, count: Int?) throws -> [Step] {
        var steps: [Step] = []
        var hasJump = false
        while budget > 0, steps.count < count ?? Int.max {
            budget -= 1
            var id = "\(around.letter)\(around.depth == 0 ? "" : "\(budget)_")\(steps.count)"
            // Now and then the first step of a group has the id of one outside, which it hides.
            if around.depth > 0, steps.isEmpty, random.chance(4) { id = "s\(random.below(8))" }
            let earlier = steps.map(\.id)
            let visible = around.outer.filter { $0 != id && !earlier.contains($0) } + earlier
            var step = try self.step(id, visible: visible, around)
            step.needs = earlier.filter { _ in random.chance(5) }.map { Located($0, at: Self.place) }
            step.onFailure = [.fail, .fail, .continue, .continue, .skipDependents][random.below(5)]
            if step.kind.body == nil { step.executionMode = random.chance(9) ? .serial : .concurrent }
            if around.depth == 0, step.foreach == nil, random.chance(9) {
                let target = "\(around.letter)\(steps.count + 1 + random.below(2))"
                step.onFailure = .goto(Located(target, at: Self.place))
                hasJump = true
            }
            steps.append(step)
        }
        // A jump leads forward, to a step that is there.
        let ids = Set(steps.map(\.id))
        for index in steps.indices {
            if case .goto(let target) = steps[index].onFailure, !ids.contains(target.value) {
                steps[index].onFailure = .continue
            }
        }
        // The file's order is not the order of needs.
        if !hasJump, random.chance(2) { steps.shuffle(using: &random) }
        return steps
    }

    private mutating func step(_ id: String, visible: [String], _ around: Surroundings) throws -> Step {
        let referred = visible.filter { _ in random.chance(max(4, visible.count / 2)) }
        var step: Step
        let isGroup = around.depth < 2 && budget >= 2 && random.chance(5)
        let hasItems = random.chance(around.isRepeated ? 8 : 4)
        if isGroup {
            step = try group(id, visible: visible, hasItems: hasItems, around)
            let condition = referred.map { "steps.\($0).status != 'never'" }.joined(separator: " and ")
            if !condition.isEmpty { step.when = try Expression.parse(condition, allowsStatusFunctions: true) }
        } else if random.chance(8) {
            step = try waiting(id, around)
        } else {
            step = try tool(id, referred, hasItems: hasItems, around)
        }
        if hasItems {
            step.foreach = try foreach(visible, around)
            shapes[id] = shapes[id] == .tool || shapes[id] == .plain ? .plain : .timed
        }
        if !isGroup, random.chance(4) { step.when = try condition(referred, hasItem: hasItems || around.isRepeated) }
        if random.chance(4) { step.compensate = [try undo(id)] }
        return step
    }

    private mutating func group(
        _ id: String, visible: [String], hasItems: Bool, _ around: Surroundings
    ) throws -> Step {
        let isLoop = random.chance(3)
        let inner = Surroundings(
            depth: around.depth + 1, letter: ["t", "u"][around.depth], outer: visible,
            isRepeated: around.isRepeated || hasItems || isLoop, isLoop: around.isLoop || isLoop)
        let outside = shapes
        let body = try list(inner, count: 1 + random.below(3))
        var step = Step(id: id, location: Self.place, kind: .group(body))
        let isTimed = body.contains { shapes[$0.id] == .timed || shapes[$0.id] == .approval }
        shapes = outside
        shapes[id] = isTimed ? .timed : .plain
        if isLoop {
            let condition = try Expression.parse("loop.index >= \(1 + random.below(3))")
            step.until = Until(condition, maxIterations: random.chance(5) ? 2 : 9)
        }
        if random.chance(8) { step.timeout = StepTimeout(startToClose: .seconds(6)) }
        return step
    }

    private mutating func waiting(_ id: String, _ around: Surroundings) throws -> Step {
        // What a loop sees of its last iteration is not to hold a moment.
        guard !around.isLoop, random.chance(2) else {
            shapes[id] = .plain
            let text = random.chance(4) ? "2026-01-01T00:00:07Z" : "\(random.below(6))s"
            let template = try Template.parse(text)
            return Step(
                id: id, location: Self.place, kind: .wait(text.hasSuffix("Z") ? .until(template) : .duration(template)))
        }
        shapes[id] = .approval
        let limit: Duration? = random.chance(2) ? .seconds(random.below(8)) : nil
        let approval = ApprovalStep(
            message: try Template.parse("?"), timeout: limit, onTimeout: random.chance(2) ? .approve : .reject)
        return Step(id: id, location: Self.place, kind: .approval(approval))
    }

    private mutating func tool(
        _ id: String, _ referred: [String], hasItems: Bool, _ around: Surroundings
    ) throws -> Step {
        shapes[id] = .tool
        var parts = referred.compactMap(outputReference)
        if hasItems || (around.isRepeated && !around.isLoop) { parts.append("index") }
        if around.isLoop { parts += ["loop.index", "loop.previous"] }
        // A step whose parameters cannot be computed.
        if random.chance(60) { parts.append("inputs.nobody") }
        var with: OrderedDictionary<String, ValueTemplate> = [:]
        if !parts.isEmpty {
            with["value"] = .text(try Template.parse("{{ [\(parts.joined(separator: ", "))] }}"))
        }
        let name = random.pick(Effect.allCases).rawValue
        let kind: StepKind =
            random.chance(8)
            ? .pipeline(NestedPipeline(source: .path("inner.yaml"), inputs: with))
            : .tool(name: name, with: .object(with))
        var step = Step(id: id, location: Self.place, kind: kind)
        if random.chance(5) { step.effect = random.pick(Effect.allCases) }
        if random.chance(3) { step.retry = retry() }
        if random.chance(4) { step.timeout.startToClose = .seconds(1 + random.below(6)) }
        if random.chance(6) { step.timeout.idle = .seconds(1 + random.below(3)) }
        return step
    }

    private mutating func retry() -> RetryPolicy {
        RetryPolicy(
            maxAttempts: 2 + random.below(3),
            backoff: Backoff(
                initial: .seconds(random.below(3)), factor: 2, maximum: .seconds(5),
                jitter: random.chance(2) ? .full : .none),
            on: random.chance(3) ? Set(FailureClass.allCases.filter { _ in random.chance(3) }) : nil)
    }

    private mutating func undo(_ id: String) throws -> Step {
        if random.chance(6) {
            return Step(id: "undo-\(id)", location: Self.place, kind: .wait(.duration(try Template.parse("1s"))))
        }
        var step = Step(
            id: "undo-\(id)", location: Self.place,
            kind: .tool(name: random.pick(Effect.allCases).rawValue, with: .object([:])))
        if random.chance(3) { step.retry = retry() }
        if random.chance(6) { step.onFailure = .continue }
        return step
    }

    private mutating func foreach(_ visible: [String], _ around: Surroundings) throws -> Foreach {
        var items = random.pick(["[1, 2, 3]", "['a', 'b']", "[]", "[{'n': 1}]", "[4, 5]"])
        if let id = visible.last(where: { shapes[$0] == .tool }), random.chance(4) {
            items = "steps.\(id).output.items"
        }
        let elements: Foreach.Elements =
            random.chance(6)
            ? .matrix(["x": .text(try Template.parse("{{ [1, 2] }}")), "y": .text(try Template.parse("{{ ['a'] }}"))])
            : .items(.text(try Template.parse("{{ \(items) }}")))
        return Foreach(
            elements: elements, key: random.chance(3) ? try Template.parse("k{{ index }}") : nil,
            maxParallel: random.chance(2) ? 1 + random.below(2) : nil, failFast: random.chance(2))
    }

    private mutating func condition(_ referred: [String], hasItem: Bool) throws -> Expression {
        var choices = ["true", "true", "false", "always()", "succeeded()", "failed()"]
        if hasItem { choices.append("index != 1") }
        for id in referred {
            choices.append("steps.\(id).status == 'succeeded'")
            if shapes[id] == .tool { choices.append("steps.\(id).output.flag") }
        }
        return try Expression.parse(random.pick(choices), allowsStatusFunctions: true)
    }

    /// What may be said of the result of step `id`: the same in every run of one script.
    private func outputReference(_ id: String) -> String? {
        switch shapes[id] {
        case .tool?: "steps.\(id).output.value"
        case .approval?: "steps.\(id).output.approved"
        case .plain?: "steps.\(id).output"
        case .timed?: "steps.\(id).status"
        case nil: nil
        }
    }

    private static let place = SourceLocation(file: "simulated.yaml", line: 1, column: 1)
}
