import OrderedCollections

/// `{step.data.x}` where nothing that is known of the step's output has an `x`: the reference promises `null` for what is
/// missing, so that a slip would never be seen.
package enum DataFlowRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        let sites = context.references.filter { $0.isDataFlow && $0.reference.stepID != nil }
        guard !sites.isEmpty else { return [] }
        let types = StepTypes(context, takesNamesAsAll: true)
        return sites.compactMap { site in
            guard case .step(let index) = site.owner, let id = site.reference.stepID else { return nil }
            let environment = types.environment(of: index, site.scope, references: [site.reference])
            guard let shape = environment.steps?[id], let loss = loss(site.reference.path, shape) else { return nil }
            return Diagnostic(
                .warning, at: context.location(of: site), "this is always `null`: \(loss.message)", hint: loss.hint)
        }
    }

    /// Where the path, which begins with the step's id, leads nowhere in all cases.
    private static func loss(
        _ path: [Reference.PathElement], _ shape: StepShape
    ) -> (message: String, hint: String?)? {
        var type = shape.type
        for (number, element) in path.enumerated().dropFirst() {
            let step = type.step(element)
            // What has no elements at all, and what is `null` by itself, says nothing about a slip.
            guard !type.withoutNull.isEmpty else { return nil }
            guard step.mayHit else {
                let place = Reference(root: .steps, path: Array(path[..<number])).text
                return TypeProblem.lostPath("`\(place)`", place, type, element)
            }
            type = step.found
        }
        return nil
    }
}
