/// `steps.x` where `x` is no step whose result can be read there.
package enum StepReferenceRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.references.compactMap { site in
            guard let id = site.reference.stepID else { return nil }
            return check(id, at: site, context)
        }
    }

    private static func check(_ id: String, at site: ReferenceSite, _ context: ValidationContext) -> Diagnostic? {
        let isMain = context.index(of: id, in: .steps) != nil
        let isFinally = context.index(of: id, in: .finally) != nil
        switch site.owner {
        case .step(let list, let index)
        where list.steps(of: context.pipeline)[index].id == id && (list == .steps || !isMain):
            return Diagnostic(at: site.location, "the step `\(id)` reads its own result, which it does not have yet")
        case .step(.steps, _) where isFinally && !isMain:
            return Diagnostic(
                at: site.location,
                "`\(id)` stands in `finally`, which starts only after every step of `steps` has ended"
            )
        case .step(.finally, _) where isMain && isFinally, .output where isMain && isFinally:
            return Diagnostic(
                at: site.location, "`\(id)` is a step of `steps` and one of `finally`, and this could mean either",
                hint: "give one of the two steps another id"
            )
        case .step, .output:
            guard !isMain, !isFinally else { return nil }
            var candidates = context.ids(of: .steps)
            if site.owner != .output, let own = context.step(site.owner)?.id { candidates.removeAll { $0 == own } }
            return Diagnostic(
                at: site.location, "no step is called `\(id)`",
                hint: nearest(id, among: candidates)
            )
        }
    }
}
