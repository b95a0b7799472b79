/// Runs every rule over a pipeline.
package enum PipelineValidator {
    /// The rules, in no order that matters: diagnostics are sorted by place.
    private static let rules: [any ValidationRule.Type] = [
        DuplicateIDRule.self,
        ReservedIDRule.self,
        NeedsRule.self,
        GotoRule.self,
        CycleRule.self,
        StepReferenceRule.self,
        MemberRule.self,
        DataFlowRule.self,
        InputReferenceRule.self,
        EnvReferenceRule.self,
        LoopReferenceRule.self,
        ToolNameRule.self,
        ToolArgumentsRule.self,
        NeverRunsRule.self,
        UntilRule.self,
        ExpertsRule.self,
        CacheRule.self,
    ]

    /// Everything that is wrong with `pipeline`, first place first.
    ///
    /// - Parameter places: where its parts were written; without them a diagnostic points at the step.
    package static func diagnostics(
        for pipeline: Pipeline, places: SourceMap = SourceMap(), tools: any ToolCatalog
    ) -> [Diagnostic] {
        let context = ValidationContext(pipeline: pipeline, places: places, tools: tools)
        let diagnostics = rules.flatMap { $0.check(context) }
        // What a rule says of a name says more than what its type would be.
        let places = Set(diagnostics.map(\.location))
        let types = ExpressionTypeRule.check(context).filter { !places.contains($0.location) }
        return (diagnostics + types).sortedByPlace()
    }
}

extension [Diagnostic] {
    /// First place first, file by file in the order in which they are first spoken of; of two at one place, errors
    /// first, then as they were found.
    package func sortedByPlace() -> [Diagnostic] {
        var files: [String: Int] = [:]
        for diagnostic in self where files[diagnostic.location.file] == nil {
            files[diagnostic.location.file] = files.count
        }
        return enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            let (first, second) = (a.location, b.location)
            if first.file != second.file { return files[first.file] ?? 0 < files[second.file] ?? 0 }
            if first.line != second.line { return first.line < second.line }
            if first.column != second.column { return first.column < second.column }
            if a.severity != b.severity { return a.severity == .error }
            return left.offset < right.offset
        }.map(\.element)
    }
}
