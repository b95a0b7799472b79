import OrderedCollections
import SwitchyardCore

/// A random pipeline of every control flow whose results depend on no order: groups, items, iterations, conditions,
/// jumps, failures that are let pass.
struct RandomPipeline {
    private(set) var steps: [Step] = []
    /// What each step waits for, by its place in the file: what was written, before anybody read it.
    private(set) var needs: [StepPath: [String]] = [:]
    private var random: SeededGenerator

    init(seed: UInt64) throws {
        random = SeededGenerator(state: seed)
        steps = try list(at: "", outer: [], depth: 0, isRepeated: false, isLoop: false)
    }

    private mutating func list(
        at prefix: String, outer: [String], depth: Int, isRepeated: Bool, isLoop: Bool
    ) throws -> [Step] {
        let count = Int.random(in: 1...(depth == 0 ? 8 : 3), using: &random)
        // Now and then a step of a group has the id of one outside, which it hides.
        let names = (0..<count).map { number in
            depth > 0 && Int.random(in: 0..<6, using: &random) == 0 ? "s\(number)" : "\(letter(depth))\(number)"
        }
        var steps: [Step] = []
        var jumped: Set<String> = []
        for (number, id) in names.enumerated() {
            let path = StepPath(prefix + id)
            let earlier = Array(names[..<number])
            // What `needs` says, and what expressions refer to.
            let explicit = earlier.filter { _ in chance(4) }
            let visible = outer.filter { !names.contains($0) } + earlier
            let referred = visible.filter { _ in chance(5) }
            var step = try self.step(
                id, at: path, referred: referred, visible: visible, depth: depth, isRepeated: isRepeated,
                isLoop: isLoop)
            step.needs = explicit.map { Located($0, at: Step.place) }
            if chance(4) { step.when = try when(referred, hasItem: step.foreach != nil || isRepeated) }
            if chance(8) { step.onFailure = .skipDependents } else { step.onFailure = .continue }
            if chance(8), number + 1 < count, step.foreach == nil {
                let target = names[Int.random(in: (number + 1)..<count, using: &random)]
                step.onFailure = Step.jump(to: target)
                jumped.insert("\(id)>\(target)")
            }
            let inner = Set((step.kind.body ?? []).map(\.id))
            let below = step.kind.body.map { self.references(in: $0, below: path).filter { !inner.contains($0) } } ?? []
            needs[path] = explicit + (referred + below).filter { earlier.contains($0) }
            references[path] = referred + below
            steps.append(step)
        }
        // The file's order is not the order of needs.
        if chance(2), jumped.isEmpty { steps.shuffle(using: &random) }
        return steps
    }

    /// What the expressions of each step, or of the steps inside of it, refer to.
    private var references: [StepPath: [String]] = [:]

    private func references(in steps: [Step], below path: StepPath) -> [String] {
        steps.flatMap { references[path.child($0.id)] ?? [] }
    }

    private mutating func step(
        _ id: String, at path: StepPath, referred: [String], visible: [String], depth: Int, isRepeated: Bool,
        isLoop: Bool
    ) throws -> Step {
        let isGroup = depth < 2 && chance(4)
        let hasItems = chance(4)
        let isLoop2 = isGroup && chance(3)
        var step: Step
        if isGroup {
            let body = try list(
                at: path.rawValue + "/", outer: visible, depth: depth + 1, isRepeated: isRepeated || hasItems,
                isLoop: isLoop || isLoop2)
            step = .group(id, body)
            if isLoop2 {
                step = try step.until(
                    "loop.index >= \(Int.random(in: 1...3, using: &random))", atMost: chance(5) ? 2 : 9)
            }
        } else {
            var parts = referred.map { "steps.\($0).output" } + ["'\(id)'"]
            if hasItems || isRepeated { parts += ["item", "index"] }
            if isLoop { parts += ["loop.index", "loop.previous"] }
            step = try .fake(id, value: "{{ [\(parts.joined(separator: ", "))] | hash | truncate(8) }}")
        }
        if hasItems {
            let items = ["[1, 2, 3]", "['a', 'b']", "[]", "[{'n': 1}]"].randomElement(using: &random) ?? "[]"
            step = try step.foreach(
                "{{ \(items) }}", key: chance(3) ? "k{{ index }}" : nil,
                maxParallel: chance(3) ? Int.random(in: 1...2, using: &random) : nil, failFast: false)
        }
        if isGroup {
            // A group's own expressions: what refers to other steps.
            let condition = referred.map { "steps.\($0).status != 'never'" }.joined(separator: " and ")
            if !condition.isEmpty { step.when = try Expression.parse(condition, allowsStatusFunctions: true) }
        }
        return step
    }

    private mutating func when(_ referred: [String], hasItem: Bool) throws -> Expression {
        var choices = ["true", "always()", "succeeded()", "failed()"]
        if hasItem { choices.append("index != 1") }
        if let id = referred.first { choices.append("steps.\(id).status == 'succeeded'") }
        // The references of a condition are among those that the step has anyway.
        let others = referred.map { "steps.\($0).status != 'never'" }
        let text = ([choices.randomElement(using: &random) ?? "true"] + others).joined(separator: " and ")
        return try Expression.parse(text, allowsStatusFunctions: true)
    }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

    private func letter(_ depth: Int) -> String { ["s", "t", "u"][depth] }

    /// Whether the attempt of the step at `path` fails: the same whoever asks.
    static func fails(_ path: StepPath, seed: UInt64) -> Bool {
        var hash: UInt64 = seed &* 0x9e37_79b9_7f4a_7c15
        for byte in path.rawValue.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash >> 33 & 7 == 0
    }
}
