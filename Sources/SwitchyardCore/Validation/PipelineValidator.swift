/// Runs every rule over a pipeline.
package enum PipelineValidator {
    /// The rules, in no order that matters: diagnostics are sorted by place.
    private static let rules: [any ValidationRule.Type] = [
        DuplicateIDRule.self,
        NeedsRule.self,
        CycleRule.self,
        StepReferenceRule.self,
        MemberRule.self,
        InputReferenceRule.self,
        EnvReferenceRule.self,
        LoopReferenceRule.self,
        UnavailableReferenceRule.self,
        ToolNameRule.self,
        ToolArgumentsRule.self,
        NeverRunsRule.self,
    ]

    /// Everything that is wrong with `pipeline`, first place first.
    ///
    /// - Parameter places: where its parts were written; without them a diagnostic points at the step.
    package static func diagnostics(
        for pipeline: Pipeline, places: SourceMap = SourceMap(), tools: any ToolCatalog
    ) -> [Diagnostic] {
        let context = ValidationContext(pipeline: pipeline, places: places, tools: tools)
        return rules.flatMap { $0.check(context) }.sortedByPlace()
    }
}

extension [Diagnostic] {
    /// First place first; of two at one place, errors first, then as they were found.
    package func sortedByPlace() -> [Diagnostic] {
        enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            let (first, second) = (a.location, b.location)
            if first.line != second.line { return first.line < second.line }
            if first.column != second.column { return first.column < second.column }
            if a.severity != b.severity { return a.severity == .error }
            return left.offset < right.offset
        }.map(\.element)
    }
}
