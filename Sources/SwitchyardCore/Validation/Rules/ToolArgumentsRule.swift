import OrderedCollections

/// Arguments in `with` that the tool does not take, takes with another type, or misses.
package enum ToolArgumentsRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.steps.indices.flatMap { index -> [Diagnostic] in
            guard case .tool(let name, let with) = context.steps[index].step.kind,
                let tool = context.tools.tool(named: name)
            else {
                return []
            }
            return problems(with, of: tool).map { problem in
                let path = ".with.\(problem.parameter)"
                let isKnown = tool.parameters.contains { $0.name == problem.parameter }
                let location: SourceLocation
                if !isGiven(problem.parameter, in: with) {
                    location = context.location(of: ".tool", step: index)
                } else if isKnown {
                    location = context.location(of: path, step: index)
                } else {
                    location = context.key(of: path, step: index)
                }
                return Diagnostic(at: location, "`\(name)`: \(problem.message)")
            }
        }
    }

    private static func isGiven(_ parameter: String, in with: ValueTemplate) -> Bool {
        if case .object(let members) = with { members[parameter] != nil } else { false }
    }

    private static func problems(_ with: ValueTemplate, of tool: any Tool) -> [ToolArguments.Problem] {
        guard case .object(let members) = with else { return [] }
        var arguments: OrderedDictionary<String, Value> = [:]
        var unresolved: Set<String> = []
        for (name, member) in members {
            let value = known(member)
            arguments[name] = value ?? .null
            if value == nil { unresolved.insert(name) }
        }
        switch ToolArguments.check(.object(arguments), against: tool.parameters, unresolved: unresolved) {
        case .valid: return []
        case .invalid(let problems): return problems
        }
    }

    /// The value as far as the file tells: of a list or an object that has holes in it, that it is one.
    private static func known(_ template: ValueTemplate) -> Value? {
        switch template {
        case .literal(let value): value
        case .text(let text): text.literalText.map(Value.string)
        case .stepField: nil
        case .array(let elements): .array(elements.map { known($0) ?? .null })
        case .object(let members): .object(members.mapValues { known($0) ?? .null })
        }
    }
}
