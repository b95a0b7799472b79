/// A member of the run or of a loop that there is not: `run.name`. Those of steps are a matter of types.
package enum MemberRule: ValidationRule {
    private static let ofRun = ["id", "started_at"]
    private static let ofLoop = ["index", "previous"]

    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.references.compactMap { site in
            switch site.reference.root {
            case .run:
                return check(site, of: "the run", names: ofRun, context)
            case .loop:
                return check(site, of: "a loop", names: ofLoop, context)
            case .steps, .inputs, .item, .index, .env, .secrets, .shared:
                return nil
            }
        }
    }

    private static func check(
        _ site: ReferenceSite, of owner: String, names: [String], _ context: ValidationContext
    ) -> Diagnostic? {
        guard case .member(let name)? = site.reference.path.first, !names.contains(name) else { return nil }
        let list = names.map { "`\($0)`" }.joined(separator: ", ")
        return Diagnostic(
            at: context.location(of: site), "\(owner) has no `\(name)`: it has \(list)",
            hint: context.nearest(name, among: names)
        )
    }
}
