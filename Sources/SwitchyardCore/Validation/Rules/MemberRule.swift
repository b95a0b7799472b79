/// A member of a step or of the run that there is not: `steps.a.outptu`, `run.name`.
package enum MemberRule: ValidationRule {
    private static let ofStep = ["output", "status", "error"]
    private static let ofRun = ["id", "started_at"]

    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        context.references.compactMap { site in
            // The data-flow form promises `null` for what is missing, and never more than that.
            guard !site.isDataFlow else { return nil }
            switch site.reference.root {
            case .steps:
                return check(site, member: 1, of: "a step", names: ofStep)
            case .run:
                return check(site, member: 0, of: "the run", names: ofRun)
            case .inputs, .item, .index, .loop, .env, .secrets, .shared:
                return nil
            }
        }
    }

    private static func check(
        _ site: ReferenceSite, member position: Int, of owner: String, names: [String]
    ) -> Diagnostic? {
        guard site.reference.path.count > position, case .member(let name) = site.reference.path[position],
            !names.contains(name)
        else { return nil }
        let list = names.map { "`\($0)`" }.joined(separator: ", ")
        let path = site.reference.path.prefix(position).map(\.text).joined()
        return Diagnostic(
            at: site.location, "\(owner) has no `\(name)`: it has \(list)",
            hint: position == 1 && NearestName.suggestion(for: name, among: names) == nil
                ? "a field of its result is `\(site.reference.root.rawValue)\(path).output.\(name)`"
                : nearest(name, among: names)
        )
    }
}
