import OrderedCollections

/// A reference with the place it stands at and what it belongs to.
package struct ReferenceSite: Sendable {
    package enum Owner: Hashable, Sendable {
        /// A step, by its number among ``ValidationContext/steps``.
        case step(Int)
        /// The pipeline itself: an output, the group of `concurrency`.
        case pipeline
    }

    package var reference: Reference
    package var owner: Owner
    /// What the reference may see of a step; ``TemplateSite/Scope/list`` for the pipeline.
    package var scope: TemplateSite.Scope
    /// Its text's path in the ``SourceMap``.
    package var path: String
    /// The place where the text's own was not recorded.
    package var fallback: SourceLocation
    /// It is the data-flow form, `{step.data.field}`.
    package var isDataFlow: Bool
}

/// Walks a pipeline and finds every reference in it.
struct ReferenceWalk {
    private(set) var sites: [ReferenceSite] = []
    /// Where each step's sites start, and behind the last where they end.
    private(set) var starts: [Int] = []
    private var owner = ReferenceSite.Owner.pipeline
    private var scope = TemplateSite.Scope.list
    private var fallback: SourceLocation

    init(_ pipeline: Pipeline, steps: [ValidationContext.StepEntry]) {
        fallback = SourceLocation(file: pipeline.file, line: 1, column: 1)
        for (index, entry) in steps.enumerated() {
            starts.append(sites.count)
            owner = .step(index)
            fallback = entry.step.location
            for site in entry.step.templateSites {
                scope = site.scope
                let path = entry.place + site.path
                if case .value(let value) = site.content {
                    walk(value, path: path)
                } else {
                    add(site.references, path: path)
                }
            }
        }
        starts.append(sites.count)
        owner = .pipeline
        scope = .list
        fallback = SourceLocation(file: pipeline.file, line: 1, column: 1)
        if let group = pipeline.concurrency?.group { add(group.references, path: "concurrency.group") }
        for (name, template) in pipeline.outputs { walk(template, path: "outputs.\(name)") }
    }

    private mutating func walk(_ template: ValueTemplate, path: String) {
        switch template {
        case .literal: break
        case .text(let text): add(text.references, path: path)
        case .stepField(let reference): add([reference], path: path, isDataFlow: true)
        case .array(let elements):
            for (index, element) in elements.enumerated() { walk(element, path: "\(path)[\(index)]") }
        case .object(let members):
            for (name, member) in members { walk(member, path: "\(path).\(name)") }
        }
    }

    private mutating func add(_ references: [Reference], path: String, isDataFlow: Bool = false) {
        for reference in references {
            sites.append(
                ReferenceSite(
                    reference: reference, owner: owner, scope: scope, path: path, fallback: fallback,
                    isDataFlow: isDataFlow)
            )
        }
    }
}
