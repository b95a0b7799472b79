import OrderedCollections

/// A place of a step where expressions stand.
package struct TemplateSite: Sendable {
    /// What the expressions may see.
    package enum Scope: Hashable, Sendable {
        /// What the step's list sees: no item of its own `foreach`.
        case list
        /// That, and the item.
        case item
        /// The inside of the group that it belongs to.
        case body
        /// That of an item, and the step's own result.
        case result
    }

    /// What stands there.
    package enum Content: Sendable {
        case expression(Expression)
        case template(Template)
        case script(ShellTemplate)
        case value(ValueTemplate)
    }

    /// From the step: `.with`, `.env.HOME`, `.argv[2]`.
    package var path: String
    package var content: Content
    package var scope: Scope

    /// Every operand path, in order.
    package var references: [Reference] {
        switch content {
        case .expression(let expression): expression.references
        case .template(let template): template.references
        case .script(let script): script.references
        case .value(let value): value.references
        }
    }
}

extension Step {
    /// Every place of the step where expressions stand, those of a group's steps and of `compensate` not among them.
    package var templateSites: [TemplateSite] {
        var walk = SiteWalk()
        walk.visit(self)
        return walk.sites
    }
}

private struct SiteWalk {
    var sites: [TemplateSite] = []

    mutating func visit(_ step: Step) {
        if let when = step.when { add(".when", .expression(when), step.asksWhenForEachItem ? .item : .list) }
        if let foreach = step.foreach { visit(foreach) }
        visit(step.kind)
        if let until = step.until { add(".until", .expression(until.condition), .body) }
        for (name, template) in step.env { add(".env.\(name)", template) }
        if let folder = step.workingDirectory { add(".working_directory", folder) }
        for (index, sentence) in step.model.constraints.enumerated() { add(".constraints[\(index)]", sentence) }
        if let key = step.cache?.key { add(".cache.key", key) }
        for (index, path) in step.allowPaths.enumerated() { add(".allow_paths[\(index)]", path) }
        for (index, path) in (step.sandbox?.writable ?? []).enumerated() { add(".sandbox.write[\(index)]", path) }
        switch step.quality?.check {
        case .expression(let expression)?: add(".quality.check", .expression(expression), .result)
        case .prompt(let prompt)?: add(".quality.check", .template(prompt), .result)
        case nil: break
        }
    }

    private mutating func visit(_ foreach: Foreach) {
        switch foreach.elements {
        case .items(let items): add(".foreach.items", .value(items), .list)
        case .matrix(let axes):
            for (name, values) in axes { add(".foreach.matrix.\(name)", .value(values), .list) }
        }
        if let key = foreach.key { add(".foreach.key", key) }
    }

    private mutating func visit(_ kind: StepKind) {
        switch kind {
        case .run(let script, _): add(".run", .script(script), .item)
        case .argv(let arguments):
            for (index, argument) in arguments.enumerated() { add(".argv[\(index)]", argument) }
        case .tool(_, let with): add(".with", .value(with), .item)
        case .prompt(let prompt):
            for (index, message) in prompt.messages.enumerated() {
                add(".messages[\(index)].content", message.content)
                for (number, image) in message.images.enumerated() {
                    add(".messages[\(index)].images[\(number)]", image)
                }
            }
            if let system = prompt.system { add(".system", system) }
        case .agent(let agent): add(".agent.goal", agent.goal)
        case .decide(let decide): add(".decide.prompt", decide.prompt)
        case .approval(let approval): add(".approval.message", approval.message)
        case .wait(.duration(let text)): add(".wait.for", text)
        case .wait(.until(let text)): add(".wait.until", text)
        case .wait(.event), .group: break
        case .pipeline(let nested):
            for (name, value) in nested.inputs { add(".pipeline.inputs.\(name)", .value(value), .item) }
        }
    }

    private mutating func add(_ path: String, _ template: Template) { add(path, .template(template), .item) }

    private mutating func add(_ path: String, _ content: TemplateSite.Content, _ scope: TemplateSite.Scope) {
        sites.append(TemplateSite(path: path, content: content, scope: scope))
    }
}
