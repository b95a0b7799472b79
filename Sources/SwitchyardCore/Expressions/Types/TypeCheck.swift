import OrderedCollections

extension Expression {
    /// The type of the value in a scope that `environment` describes, and every problem that its types show, first place
    /// first.
    ///
    /// Nothing is reported that could turn out well: see ``TypeProblem/Verdict``.
    package func check(in environment: TypeEnvironment) -> (type: ExpressionType, problems: [TypeProblem]) {
        var checker = TypeChecker(environment, source: source)
        let type = checker.type(of: syntax)
        let problems = checker.problems.map { problem in
            var problem = problem
            problem.offset += offset
            return problem
        }
        return (type, problems.sorted { $0.offset < $1.offset })
    }
}

extension Template {
    /// The type of the value and the problems of all holes, as ``Expression/check(in:)``.
    package func check(in environment: TypeEnvironment) -> (type: ExpressionType, problems: [TypeProblem]) {
        let checks = expressions.map { $0.check(in: environment) }
        let problems = checks.flatMap(\.problems)
        if parts.count == 1, let check = checks.first { return (check.type, problems) }
        return (.string(oneOf: literalText.map { [$0] }), problems)
    }
}

extension ValueTemplate {
    /// A problem in one of the scalars of a tree.
    package struct Problem: Hashable, Sendable {
        /// The way to the scalar, as ``SourceMap`` spells it below the tree's own path: `.query.ci`, `.rows[0]`.
        package var path: String
        /// Its offset is into that scalar.
        package var problem: TypeProblem
    }

    /// The type of the value and the problems of all holes of all scalars, as ``Expression/check(in:)``.
    ///
    /// The data-flow form has none: it promises `null` for whatever is not there.
    package func check(in environment: TypeEnvironment) -> (type: ExpressionType, problems: [Problem]) {
        check(in: environment, path: "")
    }

    private func check(in environment: TypeEnvironment, path: String) -> (ExpressionType, [Problem]) {
        switch self {
        case .literal(let value): return (ExpressionType(of: value), [])
        case .text(let template):
            let (type, problems) = template.check(in: environment)
            return (type, problems.map { Problem(path: path, problem: $0) })
        case .stepField(let reference): return (environment.dataFlowType(reference), [])
        case .array(let elements):
            let checks = elements.enumerated().map { $0.element.check(in: environment, path: "\(path)[\($0.offset)]") }
            return (.array(of: .union(of: checks.map(\.0))), checks.flatMap(\.1))
        case .object(let members):
            let checks = members.map { ($0.key, $0.value.check(in: environment, path: "\(path).\($0.key)")) }
            let types = checks.map { ($0.0, $0.1.0) }
            return (
                checks.count > ExpressionType.maximumNames ? .anyObject : .record(.init(uniqueKeysWithValues: types)),
                checks.flatMap(\.1.1)
            )
        }
    }
}

extension TypeEnvironment {
    fileprivate func dataFlowType(_ reference: Reference) -> ExpressionType {
        guard let id = reference.stepID, let steps else { return .any }
        guard let shape = steps[id] else { return .null }
        return shape.type.lenient(reference.path.dropFirst())
    }
}
