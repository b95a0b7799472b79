/// What a rule sees: a pipeline, where its parts were written, and the tools there are.
package struct ValidationContext: Sendable {
    package let pipeline: Pipeline
    package let places: SourceMap
    package let tools: any ToolCatalog
    /// Every reference of the pipeline, in the file's order.
    package let references: [ReferenceSite]
    /// The ids of each list. Of steps that share an id, the first counts.
    private let indices: [StepList: [String: Int]]

    package init(pipeline: Pipeline, places: SourceMap, tools: any ToolCatalog) {
        self.pipeline = pipeline
        self.places = places
        self.tools = tools
        references = ReferenceWalk(pipeline, places: places).sites
        var indices: [StepList: [String: Int]] = [:]
        for list in StepList.allCases {
            let pairs = list.steps(of: pipeline).enumerated().map { ($0.element.id, $0.offset) }
            indices[list] = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
        }
        self.indices = indices
    }

    /// Every step with its list and its number in it.
    package var steps: [(list: StepList, index: Int, step: Step)] {
        StepList.allCases.flatMap { list in
            list.steps(of: pipeline).enumerated().map { (list, $0.offset, $0.element) }
        }
    }

    /// The number of the step `id` in `list`.
    package func index(of id: String, in list: StepList) -> Int? { indices[list]?[id] }

    /// The step that `owner` is.
    package func step(_ owner: ReferenceSite.Owner) -> Step? {
        guard case .step(let list, let index) = owner else { return nil }
        return list.steps(of: pipeline)[index]
    }

    /// The ids of `list`, in the file's order.
    package func ids(of list: StepList) -> [String] { list.steps(of: pipeline).map(\.id) }

    /// The place of the part of a step at `path`, such as `.with.url`; the step itself where it was not recorded.
    package func location(of path: String, list: StepList, index: Int) -> SourceLocation {
        places.location(of: "\(list.rawValue)[\(index)]\(path)") ?? list.steps(of: pipeline)[index].location
    }

    /// The place of the key of the part of a step at `path`.
    package func key(of path: String, list: StepList, index: Int) -> SourceLocation {
        places.key(of: "\(list.rawValue)[\(index)]\(path)") ?? location(of: path, list: list, index: index)
    }
}

/// One thing that can be wrong with a pipeline that was read without error.
package protocol ValidationRule: Sendable {
    /// Every place where it is.
    static func check(_ context: ValidationContext) -> [Diagnostic]
}

extension ValidationRule {
    /// `did you mean …` for the name nearest to `name`, or nil.
    static func nearest(_ name: String, among names: some Sequence<String>) -> String? {
        NearestName.suggestion(for: name, among: names).map { "did you mean `\($0)`?" }
    }
}
