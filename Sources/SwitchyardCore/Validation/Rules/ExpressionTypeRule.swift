import OrderedCollections

/// Expressions that cannot succeed, or that cannot mean what they say: `inputs.count + 'a'`, a member that an object
/// of known shape does not have, a comparison with a state that there is not.
package enum ExpressionTypeRule: ValidationRule {
    package static func check(_ context: ValidationContext) -> [Diagnostic] {
        let types = StepTypes(context)
        var diagnostics: [Diagnostic] = []
        for (index, entry) in context.steps.enumerated() {
            for site in entry.step.templateSites {
                let references = site.references
                let environment = types.environment(of: index, site.scope, references: references)
                let path = entry.place + site.path
                for (suffix, problem) in problems(of: site.content, in: environment) {
                    add(problem, at: path + suffix, context, entry.step.location, to: &diagnostics)
                }
            }
        }
        let start = SourceLocation(file: context.pipeline.file, line: 1, column: 1)
        for (name, template) in context.pipeline.outputs {
            let environment = types.environment(references: template.references)
            for problem in template.check(in: environment).problems {
                add(problem.problem, at: "outputs.\(name)\(problem.path)", context, start, to: &diagnostics)
            }
        }
        return diagnostics
    }

    private static func problems(
        of content: TemplateSite.Content, in environment: TypeEnvironment
    ) -> [(path: String, TypeProblem)] {
        switch content {
        case .expression(let expression): expression.check(in: environment).problems.map { ("", $0) }
        case .template(let template): template.check(in: environment).problems.map { ("", $0) }
        case .script(let script): script.expressions.flatMap { $0.check(in: environment).problems }.map { ("", $0) }
        case .value(let value): value.check(in: environment).problems.map { ($0.path, $0.problem) }
        }
    }

    private static func add(
        _ problem: TypeProblem, at path: String, _ context: ValidationContext, _ fallback: SourceLocation,
        to diagnostics: inout [Diagnostic]
    ) {
        // Names have rules of their own, which know more about them.
        guard !problem.isUndeclaredName else { return }
        let severity: Diagnostic.Severity =
            switch problem.verdict {
            case .fails, .failsIfReached, .failsUnlessEmpty: .error
            case .neverMatters: .warning
            }
        diagnostics.append(
            Diagnostic(
                severity, at: context.places.location(of: path, offset: problem.offset) ?? fallback, problem.message,
                hint: problem.hint))
    }
}
