import OrderedCollections

/// `inputs.x` or `secrets.x` where the pipeline declares no such input.
package enum InputReferenceRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.references.compactMap { site in
            guard case .member(let name)? = site.reference.path.first else { return nil }
            switch site.reference.root {
            case .inputs: return check(input: name, at: site, context)
            case .secrets: return check(secret: name, at: site, context)
            case .steps, .item, .index, .loop, .run, .env, .shared: return nil
            }
        }
    }

    private static func check(input name: String, at site: ReferenceSite, _ context: ValidationContext) -> Diagnostic? {
        let inputs = context.pipeline.inputs
        switch inputs[name]?.kind {
        case .secret?:
            return Diagnostic(
                at: context.location(of: site), "the input `\(name)` is a secret", hint: "write `secrets.\(name)`")
        case .string?, .integer?, .number?, .boolean?, .array?, .object?, .file?: return nil
        case nil:
            return Diagnostic(
                at: context.location(of: site), "the pipeline has no input `\(name)`",
                hint: context.nearest(name, among: inputs.keys.filter { inputs[$0]?.kind != .secret })
                    ?? "declare it: `inputs: {\(name): string}`")
        }
    }

    private static func check(secret name: String, at site: ReferenceSite, _ context: ValidationContext) -> Diagnostic?
    {
        let inputs = context.pipeline.inputs
        switch inputs[name]?.kind {
        case .secret?: return nil
        case .string?, .integer?, .number?, .boolean?, .array?, .object?, .file?:
            return Diagnostic(
                at: context.location(of: site), "the input `\(name)` is no secret", hint: "write `inputs.\(name)`")
        case nil:
            return Diagnostic(
                at: context.location(of: site), "the pipeline declares no secret `\(name)`",
                hint: context.nearest(name, among: inputs.keys.filter { inputs[$0]?.kind == .secret })
                    ?? "declare it: `inputs: {\(name): secret}`")
        }
    }
}
