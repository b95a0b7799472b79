import OrderedCollections

/// A reference with the place it stands at and what it belongs to.
package struct ReferenceSite: Hashable, Sendable {
    package enum Owner: Hashable, Sendable {
        /// A step, by its number in its list.
        case step(StepList, Int)
        /// An output of the pipeline.
        case output
    }

    package var reference: Reference
    package var owner: Owner
    package var location: SourceLocation
    /// It is the data-flow form, `{step.data.field}`.
    package var isDataFlow: Bool
}

/// The two lists a pipeline has steps in.
package enum StepList: String, Hashable, Sendable, CaseIterable {
    case steps, finally

    /// The steps of this list of `pipeline`.
    package func steps(of pipeline: Pipeline) -> [Step] {
        switch self {
        case .steps: pipeline.steps
        case .finally: pipeline.finally
        }
    }
}

/// Walks a pipeline and finds every reference in it.
struct ReferenceWalk {
    private(set) var sites: [ReferenceSite] = []
    private let places: SourceMap
    private var owner = ReferenceSite.Owner.output
    private var fallback: SourceLocation

    init(_ pipeline: Pipeline, places: SourceMap) {
        self.places = places
        fallback = SourceLocation(file: pipeline.file, line: 1, column: 1)
        for list in StepList.allCases {
            for (index, step) in list.steps(of: pipeline).enumerated() {
                owner = .step(list, index)
                fallback = step.location
                walk(step, path: "\(list.rawValue)[\(index)]")
            }
        }
        owner = .output
        fallback = SourceLocation(file: pipeline.file, line: 1, column: 1)
        for (name, template) in pipeline.outputs { walk(template, path: "outputs.\(name)") }
    }

    private mutating func walk(_ step: Step, path: String) {
        add(step.when?.references ?? [], path: path + ".when")
        switch step.kind {
        case .run(let script, _): add(script.references, path: path + ".run")
        case .argv(let arguments):
            for (index, argument) in arguments.enumerated() { add(argument.references, path: "\(path).argv[\(index)]") }
        case .tool(_, let with): walk(with, path: path + ".with")
        }
        for (name, template) in step.env { add(template.references, path: "\(path).env.\(name)") }
        add(step.workingDirectory?.references ?? [], path: path + ".working_directory")
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
            let location = places.location(of: path, offset: reference.offset) ?? fallback
            sites.append(
                ReferenceSite(reference: reference, owner: owner, location: location, isDataFlow: isDataFlow)
            )
        }
    }
}
