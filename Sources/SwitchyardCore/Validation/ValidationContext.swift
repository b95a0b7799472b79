import Synchronization

/// What a rule sees: a pipeline, where its parts were written, and the tools there are.
package struct ValidationContext: Sendable {
    package let pipeline: Pipeline
    package let places: SourceMap
    package let tools: any ToolCatalog
    /// Every list of steps: `steps`, `finally`, then groups and `compensate`.
    package let lists: [StepList]
    /// Every step, each followed by what is inside of it.
    package let steps: [StepEntry]
    /// Every reference of the pipeline, in the file's order.
    package let references: [ReferenceSite]
    /// What waits for what, or the circles in it.
    package let graph: Result<PipelineGraph, PipelineCycles>
    /// The number of the first step with an id, wherever it stands.
    package let stepsByID: [String: Int]
    /// The number of the list inside of a group, by the group's.
    private let bodies: [Int: Int]
    /// Where each step's references start among all, and behind the last where they end.
    private let referenceStarts: [Int]
    private let suggestions = SuggestionBudget()

    /// A list of steps.
    package struct StepList: Sendable {
        package enum Kind: Hashable, Sendable {
            case main, finally, group, compensate
        }

        package var kind: Kind
        /// The step it is inside of.
        package var owner: Int?
        /// The ids in the file's order, repetitions included.
        package fileprivate(set) var ids: [String] = []
        /// The number of a step among ``ValidationContext/steps``, by its id. Of steps that share an id, the first counts.
        package fileprivate(set) var indices: [String: Int] = [:]

        /// The list in a message.
        package func name(in context: ValidationContext) -> String {
            switch kind {
            case .main: "`steps`"
            case .finally: "`finally`"
            case .group: "the group `\(owner.map { context.steps[$0].step.id } ?? "")`"
            case .compensate: "`compensate`"
            }
        }
    }

    /// A step with its place.
    package struct StepEntry: Sendable {
        package var step: Step
        /// Its path in the ``SourceMap``: `steps[2].steps[0]`.
        package var place: String
        /// Its list's number among ``ValidationContext/lists``.
        package var list: Int
    }

    package init(pipeline: Pipeline, places: SourceMap, tools: any ToolCatalog) {
        self.pipeline = pipeline
        self.places = places
        self.tools = tools
        var walk = StepWalk()
        walk.visit(pipeline.steps, .main, owner: nil, place: "steps")
        walk.visit(pipeline.finally, .finally, owner: nil, place: "finally")
        lists = walk.lists
        steps = walk.steps
        bodies = walk.bodies
        let references = ReferenceWalk(pipeline, steps: walk.steps)
        self.references = references.sites
        referenceStarts = references.starts
        graph = Result { () throws(PipelineCycles) in try PipelineGraph.build(pipeline) }
        stepsByID = Dictionary(
            walk.steps.enumerated().map { ($0.element.step.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    private struct StepWalk {
        var lists: [StepList] = []
        var steps: [StepEntry] = []
        var bodies: [Int: Int] = [:]

        mutating func visit(_ list: [Step], _ kind: StepList.Kind, owner: Int?, place: String) {
            let number = lists.count
            lists.append(StepList(kind: kind, owner: owner))
            if kind == .group, let owner { bodies[owner] = number }
            for (index, step) in list.enumerated() {
                let entry = StepEntry(
                    step: step, place: kind == .compensate ? place : "\(place)[\(index)]", list: number)
                let position = steps.count
                steps.append(entry)
                lists[number].ids.append(step.id)
                if lists[number].indices[step.id] == nil { lists[number].indices[step.id] = position }
                if let body = step.kind.body { visit(body, .group, owner: position, place: entry.place + ".steps") }
                if !step.compensate.isEmpty {
                    visit(step.compensate, .compensate, owner: position, place: entry.place + ".compensate")
                }
            }
        }
    }

    /// The list that the step `index` stands in.
    package func list(of index: Int) -> StepList { lists[steps[index].list] }

    /// The lists whose steps the steps of list `number` may name: their own first, then what is around it.
    ///
    /// A `finally` step sees the main list as well. What `compensate` sees is what its step sees.
    package func visibleLists(from number: Int) -> [StepList] {
        var visible: [StepList] = []
        var next: Int? = number
        while let current = next {
            let list = lists[current]
            if list.kind != .compensate { visible.append(list) }
            next = list.owner.map { steps[$0].list }
            if list.kind == .finally { visible.append(lists[0]) }
        }
        return visible
    }

    /// The steps around the step `index`: its groups, from the inside out. It is not one of them.
    package func ancestors(of index: Int) -> [Int] {
        var result: [Int] = []
        var current = index
        while let owner = list(of: current).owner {
            result.append(owner)
            current = owner
        }
        return result
    }

    /// The list inside of the group `index`; nil for a step that is none.
    package func body(of index: Int) -> StepList? { bodies[index].map { lists[$0] } }

    /// The references of the step `index` and of all that is inside of it.
    package func references(inside index: Int) -> ArraySlice<ReferenceSite> {
        var end = index + 1
        while end < steps.count, ancestors(of: end).contains(index) { end += 1 }
        return references[referenceStarts[index]..<referenceStarts[end]]
    }

    /// The step that `owner` is.
    package func step(_ owner: ReferenceSite.Owner) -> Step? {
        guard case .step(let index) = owner else { return nil }
        return steps[index].step
    }

    /// The place of the part of the step `index` at `path`, such as `.with.url`; the step itself where it was not
    /// recorded.
    package func location(of path: String, step index: Int) -> SourceLocation {
        places.location(of: steps[index].place + path) ?? steps[index].step.location
    }

    /// The place of the key of the part of the step `index` at `path`.
    package func key(of path: String, step index: Int) -> SourceLocation {
        places.key(of: steps[index].place + path) ?? location(of: path, step: index)
    }

    /// The place of the reference.
    package func location(of site: ReferenceSite) -> SourceLocation {
        places.location(of: site.path, offset: site.reference.offset) ?? site.fallback
    }

    /// `did you mean …` for the name nearest to `name`, or nil.
    package func nearest(_ name: String, among names: @autoclosure () -> [String]) -> String? {
        guard suggestions.isLeft else { return nil }
        let names = names()
        suggestions.spend(names.count)
        return NearestName.suggestion(for: name, among: names).map { "did you mean `\($0)`?" }
    }
}

/// Bounds the time spent on hints: a generator that got a name wrong got it wrong ten thousand times.
private final class SuggestionBudget: Sendable {
    private let comparisons = Mutex(1_000_000)

    var isLeft: Bool { comparisons.withLock { $0 > 0 } }

    func spend(_ count: Int) { comparisons.withLock { $0 -= count } }
}

/// One thing that can be wrong with a pipeline that was read without error.
package protocol ValidationRule: Sendable {
    /// Every place where it is.
    static func check(_ context: ValidationContext) -> [Diagnostic]
}
