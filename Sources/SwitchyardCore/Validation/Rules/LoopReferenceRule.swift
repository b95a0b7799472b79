/// `item`, `index` or `loop` where no `foreach` or `until` gives them a value.
package enum LoopReferenceRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.references.compactMap { site in
            let root = site.reference.root
            switch root {
            case .item, .index:
                guard !isRepeated(site, context, by: { $0.foreach != nil }) else { return nil }
                return Diagnostic(
                    at: context.location(of: site),
                    site.scope == .list && context.step(site.owner)?.foreach != nil
                        ? "`\(root.rawValue)` has no value yet where `foreach` is read"
                        : "`\(root.rawValue)` has a value only inside a step with `foreach`")
            case .loop:
                guard !isRepeated(site, context, by: { $0.until != nil }) else { return nil }
                return Diagnostic(at: context.location(of: site), "`loop` has a value only inside a group with `until`")
            case .inputs, .steps, .run, .env, .secrets, .shared: return nil
            }
        }
    }

    /// Whether a step around the reference repeats it.
    private static func isRepeated(
        _ site: ReferenceSite, _ context: ValidationContext, by repeats: (Step) -> Bool
    ) -> Bool {
        guard case .step(let index) = site.owner else { return false }
        let step = context.steps[index].step
        let isOwn: Bool =
            switch site.scope {
            case .list: false
            case .item, .result: step.foreach != nil && repeats(step)
            case .body: repeats(step)
            }
        return isOwn || context.ancestors(of: index).contains { repeats(context.steps[$0].step) }
    }
}
