import OrderedCollections
import SwitchyardCore

/// What scripted tools give: values of the shape that the pipeline's expressions ask of them.
struct ScriptedOutputs {
    private var shapes: [StepPath: OutputShape] = [:]

    /// The outputs of the tools of `pipeline`.
    init(_ pipeline: Pipeline) {
        var demands = Demands()
        demands.visit(pipeline.steps + pipeline.finally)
        for output in pipeline.outputs.values { demands.visit(output) }
        assign(pipeline.steps, prefix: "", demands.shapes)
        assign(pipeline.finally, prefix: StepPath.finallyPrefix, demands.shapes)
    }

    private mutating func assign(_ steps: [Step], prefix: String, _ demands: [String: OutputShape]) {
        for step in steps {
            if let body = step.kind.body {
                var inner = demands
                // What is asked of the group is asked of its steps.
                let group = step.foreach == nil ? demands[step.id] : demands[step.id]?.elements.first
                for (id, shape) in group?.members ?? [:] where inner[id] == nil { inner[id] = shape }
                assign(body, prefix: "\(prefix)\(step.id)/", inner)
            }
            guard let shape = demands[step.id] else { continue }
            shapes[StepPath(prefix + step.id)] = step.foreach == nil ? shape : shape.elements.first
        }
    }

    /// What the step at `path` gives where its input comes to `hash`.
    func value(of path: StepPath, _ hash: UInt64) -> Value {
        (shapes[path.planned] ?? OutputShape()).value(hash)
    }
}

/// What expressions ask of the outputs of steps, by the steps' ids.
private struct Demands {
    var shapes: [String: OutputShape] = [:]

    mutating func visit(_ steps: [Step]) {
        for step in steps {
            for site in step.templateSites { visit(site.content) }
            if case .items(let items)? = step.foreach?.elements { goOver(items) }
            visit((step.kind.body ?? []) + step.compensate)
        }
    }

    private mutating func visit(_ content: TemplateSite.Content) {
        switch content {
        case .expression(let expression): visit(expression)
        case .template(let template): template.expressions.forEach { visit($0) }
        case .script(let script): script.expressions.forEach { visit($0) }
        case .value(let value): visit(value)
        }
    }

    mutating func visit(_ value: ValueTemplate) {
        switch value {
        case .literal: break
        case .text(let template): template.expressions.forEach { visit($0) }
        case .stepField(let reference): visit(reference, filters: "")
        case .array(let elements): elements.forEach { visit($0) }
        case .object(let members): members.forEach { visit($0.value) }
        }
    }

    private mutating func visit(_ expression: Expression) {
        for reference in expression.references {
            let start = reference.offset - expression.offset
            let operand = expression.source.dropFirst(start).drop {
                $0.isLetter || $0.isNumber || "_.[]'\"-".contains($0)
            }
            visit(reference, filters: operand)
        }
    }

    private mutating func visit(_ reference: Reference, filters: Substring) {
        guard let (id, path) = reference.output else { return }
        shapes[id, default: OutputShape()].ask(path, filters: filters)
    }

    /// What a `foreach` goes over has elements, where it is an output as it is.
    private mutating func goOver(_ items: ValueTemplate) {
        guard case .text(let template) = items, template.expressions.count == 1,
            let expression = template.expressions.first, expression.references.count == 1,
            let reference = expression.references.first, reference.text == expression.source,
            let (id, path) = reference.output
        else { return }
        shapes[id, default: OutputShape()].ask(path, filters: "| first")
    }
}

extension Reference {
    /// The step whose output it reads, and the way from there.
    fileprivate var output: (id: String, path: ArraySlice<PathElement>)? {
        guard let stepID, path.dropFirst().first == .member("output") else { return nil }
        return (stepID, path.dropFirst(2))
    }
}
