/// `item`, `index` or `loop` where no `foreach` or `until` gives them a value.
package enum LoopReferenceRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.references.compactMap { site in
            let root = site.reference.root
            switch root {
            case .item, .index:
                return Diagnostic(at: site.location, "`\(root.rawValue)` has a value only inside a step with `foreach`")
            case .loop:
                return Diagnostic(at: site.location, "`loop` has a value only inside a step with `until`")
            case .inputs, .steps, .run, .env, .secrets, .shared: return nil
            }
        }
    }
}
