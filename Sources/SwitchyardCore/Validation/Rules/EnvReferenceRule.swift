import OrderedCollections

/// `env.NAME` where `env` declares no `NAME`. The environment of the process is not readable, so that a pipeline says
/// what it depends on.
package enum EnvReferenceRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.references.compactMap { site in
            guard site.reference.root == .env, case .member(let name)? = site.reference.path.first else { return nil }
            guard let step = context.step(site.owner) else {
                return Diagnostic(
                    at: context.location(of: site), "`env` belongs to a step; the pipeline itself has none",
                    hint: "declare an input and write `inputs.\(name)`")
            }
            guard step.env[name] == nil else { return nil }
            return Diagnostic(
                at: context.location(of: site), "`env` of the step `\(step.id)` declares no `\(name)`",
                hint: context.nearest(name, among: Array(step.env.keys)) ?? "declare it: `env: {\(name): …}`"
            )
        }
    }
}
