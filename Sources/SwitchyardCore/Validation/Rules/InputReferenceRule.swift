import OrderedCollections

/// `inputs.x` where the pipeline declares no input `x`.
package enum InputReferenceRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        let inputs = context.pipeline.inputs
        return context.references.compactMap { site in
            guard site.reference.root == .inputs, case .member(let name)? = site.reference.path.first,
                inputs[name] == nil
            else { return nil }
            return Diagnostic(
                at: site.location, "the pipeline has no input `\(name)`",
                hint: nearest(name, among: inputs.keys) ?? "declare it: `inputs: {\(name): string}`"
            )
        }
    }
}
