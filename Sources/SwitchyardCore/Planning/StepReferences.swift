import OrderedCollections

extension Step {
    /// Every reference in the step's expressions.
    package var references: [Reference] {
        var references = when?.references ?? []
        switch kind {
        case .run(let script, _): references += script.references
        case .argv(let arguments): references += arguments.flatMap(\.references)
        case .tool(_, let with): references += with.references
        }
        references += env.values.flatMap(\.references)
        references += workingDirectory?.references ?? []
        return references
    }
}
