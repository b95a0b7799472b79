/// `secrets` and `shared`, which the format has and this version does not.
package enum UnavailableReferenceRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.references.compactMap { site in
            let root = site.reference.root
            switch root {
            case .secrets, .shared:
                return Diagnostic(
                    at: site.location,
                    "`\(root.rawValue)` is part of the format, but this version of Switchyard does not have it yet"
                )
            case .inputs, .steps, .item, .index, .loop, .run, .env: return nil
            }
        }
    }
}
