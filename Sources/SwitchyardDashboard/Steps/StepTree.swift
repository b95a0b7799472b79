package import OrderedCollections
package import SwitchyardCore

/// What stands inside of what: groups and their steps, `foreach` steps and their items, loops and their iterations.
///
/// Steps are known by their index in ``RunSnapshot/steps``, which only ever grows at its end; so does the tree.
package struct StepTree: Hashable, Sendable {
    package struct Node: Hashable, Sendable {
        package let path: StepPath
        /// The step it stands inside of.
        package let parent: Int?
        /// Which iteration of the parent it belongs to, from 1; nil inside of what is not repeated by `until`.
        package let iteration: Int?
        /// Whether it is the instance of a `foreach` step for an item.
        package let isItem: Bool
        /// What stands inside of it, ascending; the steps of all iterations.
        package fileprivate(set) var children: [Int] = []

        /// What the step is called inside of what it stands in: `test` of `build/test`, `[eu]` of `search[eu]`; of a
        /// step that undoes another, that one's name.
        package var name: String {
            if path.isCompensation { return path.compensated.shortName }
            guard parent != nil else { return path.shortName }
            let text = path.rawValue
            if isItem, let bracket = text.lastIndex(of: "[") { return String(text[bracket...]) }
            return text.lastIndex(of: "/").map { String(text[text.index(after: $0)...]) } ?? text
        }
    }

    package private(set) var nodes: [Node] = []
    private var indices: [StepPath: Int] = [:]

    /// No steps.
    package init() {}

    /// The tree of all steps of a run.
    package init(_ steps: OrderedDictionary<StepPath, StepSnapshot>) {
        extend(steps)
    }

    package var count: Int { nodes.count }

    package func index(of path: StepPath) -> Int? { indices[path] }

    /// Adds the steps that are new. Returns their indices.
    @discardableResult
    package mutating func extend(_ steps: OrderedDictionary<StepPath, StepSnapshot>) -> Range<Int> {
        let first = nodes.count
        guard first < steps.count else { return first..<first }
        for index in first..<steps.count {
            let step = steps.values[index]
            let (parent, iteration) = place(step.planned.parent)
            nodes.append(Node(path: step.path, parent: parent, iteration: iteration, isItem: step.item != nil))
            indices[step.path] = index
            if let parent { nodes[parent].children.append(index) }
        }
        return first..<nodes.count
    }

    /// The step called `path`, or the loop of which it is an iteration: `refine@2`.
    private func place(_ path: StepPath?) -> (parent: Int?, iteration: Int?) {
        guard let path else { return (nil, nil) }
        if let parent = indices[path] { return (parent, nil) }
        guard let mark = path.rawValue.lastIndex(of: "@"),
            let iteration = Int(path.rawValue[path.rawValue.index(after: mark)...]),
            let parent = indices[StepPath(String(path.rawValue[..<mark]))]
        else { return (nil, nil) }
        return (parent, iteration)
    }

    /// What stands inside of a step once the run has `shown` steps.
    package func children(of index: Int, shown: Int) -> ArraySlice<Int> {
        let children = nodes[index].children
        guard let last = children.last, last >= shown else { return children[...] }
        var low = 0
        var high = children.count
        while low < high {
            let middle = (low + high) / 2
            if children[middle] < shown { low = middle + 1 } else { high = middle }
        }
        return children[..<low]
    }

    /// The part of `children` that belongs to the last iteration there is; all of it inside of what is no loop.
    package func latest(of children: ArraySlice<Int>) -> ArraySlice<Int> {
        guard let last = children.last, let iteration = nodes[last].iteration else { return children }
        var start = children.endIndex
        while start > children.startIndex, nodes[children[start - 1]].iteration == iteration { start -= 1 }
        return children[start...]
    }

    /// The part of `children` that belongs to one iteration.
    package func members(of iteration: Int, in children: ArraySlice<Int>) -> ArraySlice<Int> {
        guard let start = children.firstIndex(where: { nodes[$0].iteration == iteration }) else { return [] }
        let end = children[start...].firstIndex { nodes[$0].iteration != iteration } ?? children.endIndex
        return children[start..<end]
    }

    /// What a step stands inside of, the nearest first.
    package func ancestors(of index: Int) -> some Sequence<Int> {
        sequence(state: nodes[index].parent) { next in
            defer { next = next.flatMap { nodes[$0].parent } }
            return next
        }
    }

    /// Whether a step stands inside of another, however deep.
    package func isInside(_ index: Int, of container: Int) -> Bool {
        ancestors(of: index).contains(container)
    }
}
