import OrderedCollections
package import SwitchyardCore

/// The results of a run that a fork of it takes over instead of computing them again.
///
/// A result is taken for a step at the same path with the same input. Steps that wait, for a moment or a person, have
/// results as well; what only holds other steps is made again from theirs.
package struct RecordedResults: Hashable, Sendable {
    /// How a step ended.
    enum Outcome: Hashable, Sendable {
        case succeeded(StepSucceeded)
        case failed(StepFailure)
    }

    private struct Result: Hashable {
        var inputHash: String
        var outcome: Outcome
        var source: ResultSource
    }

    package let origin: ForkOrigin
    private var results: [StepPath: Result] = [:]

    /// How many results there are.
    package var count: Int { results.count }

    /// - Parameter events: everything that is recorded of the run that `origin` names.
    package init(_ origin: ForkOrigin, events: some Sequence<EventEnvelope>) {
        self.origin = origin
        var inputs: [StepPath: String] = [:]
        for event in events where event.seq <= origin.seq {
            guard let path = event.step else { continue }
            if case .stepStarted(let started) = event.event, event.attempt != nil {
                inputs[path] = started.inputHash
            } else if case .stepSucceeded(let success) = event.event {
                take(.succeeded(success), of: path, at: event, input: inputs[path])
            } else if case .stepFailed(let failure, willRetry: false) = event.event, origin.keepsFailures {
                take(.failed(failure), of: path, at: event, input: inputs[path])
            }
        }
    }

    private mutating func take(_ outcome: Outcome, of path: StepPath, at event: EventEnvelope, input: String?) {
        guard !path.isFinally, !path.isCompensation, !origin.redo.contains(where: path.isInside) else { return }
        // What the run took from yet another one was computed there.
        if case .succeeded(let success) = outcome, let source = success.source {
            results[path] = Result(inputHash: source.inputHash, outcome: outcome, source: source)
        } else if let input {
            let source = ResultSource(run: origin.run, seq: event.seq, inputHash: input)
            results[path] = Result(inputHash: input, outcome: outcome, source: source)
        }
    }

    /// Whether somebody wants the step at `path` done again, whatever it gave.
    func isRedone(_ path: StepPath) -> Bool { origin.redo.contains(where: path.isInside) }

    /// Whether there is a result of the step at `path`.
    package func holds(_ path: StepPath) -> Bool { results[path] != nil }

    /// How the step at `path` ended with the input of that hash.
    func outcome(of path: StepPath, inputHash: String) -> Outcome? {
        guard let result = results[path], result.inputHash == inputHash else { return nil }
        guard case .succeeded(var success) = result.outcome else { return result.outcome }
        success.source = result.source
        return .succeeded(success)
    }
}

extension StepPath {
    /// Whether it is `other`, one of its instances, or inside of one.
    func isInside(_ other: StepPath) -> Bool {
        guard rawValue.hasPrefix(other.rawValue) else { return false }
        return rawValue.dropFirst(other.rawValue.count).first.map { "/[@".contains($0) } ?? true
    }
}

extension ForkOrigin {
    /// A new try of the run that `snapshot` is the whole of: what succeeded is taken over, but not `step` and what
    /// follows from it, nor what was undone and what follows from that.
    package init(retrying snapshot: RunSnapshot, from step: StepPath? = nil, graph: PipelineGraph) {
        self.init(
            run: snapshot.run, seq: snapshot.lastSeq,
            redo: Self.redo(snapshot.undone + (step.map { [$0] } ?? []), in: snapshot, graph))
    }

    /// The run that `snapshot` is the whole of as it stood at the event `seq`, failures included; but not what it undid
    /// then or later, which is not there any more, and what follows from that.
    package init(of snapshot: RunSnapshot, at seq: Int, graph: PipelineGraph) {
        self.init(
            run: snapshot.run, seq: seq, redo: Self.redo(snapshot.undone, in: snapshot, graph), keepsFailures: true)
    }

    private static func redo(
        _ paths: [StepPath], in snapshot: RunSnapshot, _ graph: PipelineGraph
    ) -> [StepPath] {
        paths.flatMap { graph.following($0, in: snapshot) + [$0] }
    }
}

extension RunSnapshot {
    /// The steps that were undone, or were begun to be.
    fileprivate var undone: [StepPath] {
        (compensations ?? []).filter { steps[$0]?.attempts.isEmpty == false }.map(\.compensated)
    }
}

extension PipelineGraph {
    /// The steps that follow from the one at `path`, in its list and in those around it.
    fileprivate func following(_ path: StepPath, in snapshot: RunSnapshot) -> [StepPath] {
        var following: [StepPath] = []
        var current: StepPath? = path
        while let step = current {
            let prefix = step.rawValue.dropLast(step.rawValue.split(separator: "/").last?.count ?? 0)
            following += dependents(of: step.planned).map { StepPath(prefix + $0) }
            following += laterIterations(than: step, in: snapshot)
            current = step.parent
        }
        return following
    }

    /// The ids of the steps of its list that need the step at the planned path `path`, at whatever remove.
    private func dependents(of path: StepPath) -> [String] {
        guard let (graph, index) = list(with: path) else { return [] }
        var seen: Set<Int> = []
        var queue = [index]
        while let next = queue.popLast() {
            for dependent in graph.nodes[next].dependents where seen.insert(dependent).inserted {
                queue.append(dependent)
            }
        }
        return seen.sorted().map { graph.nodes[$0].step.id }
    }

    private func list(with path: StepPath) -> (graph: StepGraph, index: Int)? {
        var lists = [main, finally]
        while let graph = lists.popLast() {
            if let index = graph.nodes.firstIndex(where: { $0.path == path }) { return (graph, index) }
            lists += graph.nodes.compactMap(\.body)
        }
        return nil
    }

    private func laterIterations(than path: StepPath, in snapshot: RunSnapshot) -> [StepPath] {
        // The iteration that the step is in is that of the group it stands in.
        guard let instance = path.parent, let (group, number) = instance.splitIteration,
            let last = snapshot.steps[group]?.iteration, last > number
        else { return [] }
        return (number + 1...last).map { group.iteration($0) }
    }
}
