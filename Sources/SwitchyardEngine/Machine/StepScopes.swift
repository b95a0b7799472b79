import OrderedCollections
package import SwitchyardCore
import Synchronization

/// What the expressions of a step see, computed from the record alone: the step's path says where it stands, the
/// snapshot what has happened.
///
/// A step sees the steps of its own list and of the lists around it, never those inside of another group, of another
/// item or of another iteration.
package struct StepScopes: Sendable {
    private let pipeline: Pipeline
    private let run: RunID
    private let inputs: Value
    private let secrets: [String: String]
    /// The ids of every list of the file, by the path of its group: "" for the main list, `finally`, `build`.
    private let lists: [StepPath: OrderedSet<String>]
    /// The main list as every step of it sees it.
    private let mainLists: [VisibleList]
    private let runPart: RunPart

    private static let mainList: StepPath = ""
    private static let finallyList: StepPath = "finally"

    package init(run: RunID, pipeline: Pipeline, inputs: Value, secrets: [String: String] = [:]) {
        self.run = run
        self.pipeline = pipeline
        self.inputs = inputs
        self.secrets = secrets
        var lists: [StepPath: OrderedSet<String>] = [:]
        Self.collect(pipeline.steps, at: Self.mainList, into: &lists)
        Self.collect(pipeline.finally, at: Self.finallyList, into: &lists)
        self.lists = lists
        mainLists = lists[Self.mainList].map { [VisibleList(instance: Self.mainList, ids: $0)] } ?? []
        runPart = RunPart(run)
    }

    private static func collect(_ steps: [Step], at path: StepPath, into lists: inout [StepPath: OrderedSet<String>]) {
        lists[path] = OrderedSet(steps.map(\.id))
        for step in steps {
            guard let body = step.kind.body else { continue }
            collect(body, at: path == mainList ? StepPath(step.id) : path.child(step.id), into: &lists)
        }
    }

    /// What stands outside of every step: `outputs`.
    package func runScope(in snapshot: RunSnapshot) -> Scope {
        scope(lists: [(Self.mainList, Self.mainList), (Self.finallyList, Self.finallyList)], in: snapshot)
    }

    /// What the condition of a breakpoint sees: `run` has the run's figures too; `elapsed` is in seconds, `cost` in
    /// dollars.
    func watchScope(at now: Timestamp, in snapshot: RunSnapshot) -> Scope {
        var scope = runScope(in: snapshot)
        let counts = snapshot.counts
        scope.run = [
            "id": .string(run.rawValue), "started_at": Value(snapshot.startedAt?.iso8601),
            "elapsed": .double(Double(snapshot.elapsed(at: now).wholeMicroseconds) / 1_000_000),
            "ended": .int(counts.ended), "total": .int(counts.total), "running": .int(counts.running),
            "waiting": .int(counts.waiting), "succeeded": .int(counts.succeeded), "failed": .int(counts.failed),
            "skipped": .int(counts.skipped), "cancelled": .int(counts.cancelled),
            "cost": .double(Double(snapshot.modelUse.cost.amount) / 1_000_000),
            "tokens": .int(snapshot.modelUse.inputTokens + snapshot.modelUse.outputTokens),
        ]
        return scope
    }

    /// What `step` at `path` sees, without its own `env`.
    package func scope(of path: StepPath, in snapshot: RunSnapshot) -> Scope {
        // Most steps stand in the main list itself: there is nothing around them to look for.
        if path.isInMainList { return scope(lists: mainLists, in: snapshot) }
        // What undoes a step sees what that step saw.
        let parts = path.compensated.rawValue.split(separator: "/")
        return scope(around: parts.dropLast(), item: parts.last.map { [$0] } ?? [], in: snapshot)
    }

    /// What the steps of the group instance `path` see: what its `until` sees.
    package func scope(inside path: StepPath, in snapshot: RunSnapshot) -> Scope {
        scope(around: path.rawValue.split(separator: "/")[...], item: [], in: snapshot)
    }

    /// What the step at `path` sees, its own variables included.
    package func scope(at path: StepPath, in snapshot: RunSnapshot) throws(EvaluationError) -> Scope {
        guard let step = pipeline.step(at: path) else { return scope(of: path, in: snapshot) }
        return try scope(of: step, at: path, in: snapshot)
    }

    /// What `step` at `path` sees, its own variables included.
    ///
    /// - Parameter environment: which of the variables are rendered.
    func scope(
        of step: Step, at path: StepPath, in snapshot: RunSnapshot, environment: (String) -> Bool = { _ in true }
    ) throws(EvaluationError) -> Scope {
        var scope = scope(of: path, in: snapshot)
        var env: [String: String] = [:]
        for (name, template) in step.env where environment(name) { env[name] = try template.text(in: scope) }
        scope.env = env
        return scope
    }

    /// What the `quality` of `step` at `path` sees: that, and the step's own result.
    func scope(
        of step: Step, at path: StepPath, result: Value, in snapshot: RunSnapshot
    ) throws(EvaluationError) -> Scope {
        var scope = try scope(of: step, at: path, in: snapshot)
        scope.steps = ResultsWithOwn(
            others: scope.steps, id: step.id, own: StepResult(status: StepState.succeeded.name, output: result))
        return scope
    }

    private func scope(around groups: ArraySlice<Substring>, item own: [Substring], in snapshot: RunSnapshot) -> Scope {
        var visible: [(instance: StepPath, list: StepPath)] = []
        for count in stride(from: groups.count, through: 1, by: -1) {
            let instance = StepPath(groups.prefix(count).joined(separator: "/"))
            visible.append((instance, instance.planned))
        }
        visible.append((Self.mainList, Self.mainList))
        var scope = scope(lists: visible, in: snapshot)
        let parts = groups + own
        if let position = parts.lastIndex(where: { $0.contains("[") }) {
            var instance = parts[...position].joined(separator: "/")
            // The iteration stands behind the item.
            if let bracket = instance.lastIndex(of: "]") { instance = String(instance[...bracket]) }
            if let item = snapshot.steps[StepPath(instance)]?.item {
                scope.item = item.value
                scope.index = item.index
            }
        }
        if let position = groups.lastIndex(where: { $0.contains("@") }) {
            scope.loop = loop(of: groups[...position].joined(separator: "/"), in: snapshot)
        }
        return scope
    }

    private func scope(lists visible: [(instance: StepPath, list: StepPath)], in snapshot: RunSnapshot) -> Scope {
        scope(
            lists: visible.compactMap { entry in
                lists[entry.list].map { VisibleList(instance: entry.instance, ids: $0) }
            }, in: snapshot)
    }

    private func scope(lists visible: [VisibleList], in snapshot: RunSnapshot) -> Scope {
        Scope(
            inputs: inputs, steps: VisibleResults(steps: snapshot.steps, lists: visible),
            run: runPart.value(startedAt: snapshot.startedAt), secrets: secrets)
    }

    /// `{index, previous}` of the iteration `instance`, such as `refine@2`.
    private func loop(of instance: String, in snapshot: RunSnapshot) -> Value {
        guard let at = instance.lastIndex(of: "@"), let number = Int(instance[instance.index(after: at)...]) else {
            return .null
        }
        let group = StepPath(String(instance[..<at]))
        let previous = number > 1 ? output(ofGroup: group.iteration(number - 1), in: snapshot) : .null
        return ["index": .int(number), "previous": previous]
    }

    /// The result of a group's instance: an object with the output of each of its steps.
    func output(ofGroup instance: StepPath, in snapshot: RunSnapshot) -> Value {
        var members: OrderedDictionary<String, Value> = [:]
        for id in lists[instance.planned] ?? [] {
            members[id] = snapshot.steps[instance.child(id)]?.output ?? .null
        }
        return .object(members)
    }
}

/// What a step sees once it has a result.
private struct ResultsWithOwn: StepResults {
    let others: any StepResults
    let id: String
    let own: StepResult

    func result(of id: String) -> StepResult? { id == self.id ? own : others.result(of: id) }

    var ids: [String] { others.ids }
}

/// The `run` of a scope, spelled once and not for every step.
private final class RunPart: Sendable {
    private let run: RunID
    private let last = Mutex<(startedAt: Timestamp?, value: Value)?>(nil)

    init(_ run: RunID) {
        self.run = run
    }

    func value(startedAt: Timestamp?) -> Value {
        last.withLock { last in
            if let last, last.startedAt == startedAt { return last.value }
            let value: Value = ["id": .string(run.rawValue), "started_at": Value(startedAt?.iso8601)]
            last = (startedAt, value)
            return value
        }
    }
}

extension StepPath {
    /// Whether it is a step of the main list, and neither an item nor an iteration of one.
    fileprivate var isInMainList: Bool {
        for byte in rawValue.utf8 {
            switch byte {
            case UInt8(ascii: "/"), UInt8(ascii: "["), UInt8(ascii: "@"): return false
            default: continue
            }
        }
        return true
    }
}

/// The steps of a list, or of one instance of it.
private struct VisibleList: Sendable {
    var instance: StepPath
    var ids: OrderedSet<String>
}

/// The steps of some lists of a snapshot, the innermost list first: of steps that share an id, the first is seen.
private struct VisibleResults: StepResults {
    let steps: OrderedDictionary<StepPath, StepSnapshot>
    let lists: [VisibleList]

    func result(of id: String) -> StepResult? {
        guard let list = lists.first(where: { $0.ids.contains(id) }) else { return nil }
        let path = list.instance.rawValue.isEmpty ? StepPath(id) : list.instance.child(id)
        return steps[path].map { step in
            StepResult(
                status: step.state.name, output: step.output,
                error: step.failure.map { .object($0.json) } ?? .null, outputBytesCut: step.bytesBeforeCut
            )
        }
    }

    /// In the order of the file: the outermost list first.
    var ids: [String] {
        var ids: OrderedSet<String> = []
        for list in lists.reversed() { ids.formUnion(list.ids) }
        return Array(ids)
    }
}
