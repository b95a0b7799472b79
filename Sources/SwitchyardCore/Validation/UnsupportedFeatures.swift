/// Finds what a valid pipeline asks for and this version of Switchyard does not carry out, so that a run refuses it in
/// words instead of ignoring it.
package enum UnsupportedFeatures {
    /// Every place of `pipeline` where it asks for such a thing, first place first.
    package static func diagnostics(for pipeline: Pipeline, places: SourceMap = SourceMap()) -> [Diagnostic] {
        var search = Search(pipeline: pipeline, places: places)
        search.visitPipeline()
        search.visit(pipeline.steps, place: "steps")
        search.visit(pipeline.finally, place: "finally")
        return search.diagnostics.sortedByPlace()
    }

    private struct Search {
        let pipeline: Pipeline
        let places: SourceMap
        var diagnostics: [Diagnostic] = []

        mutating func visitPipeline() {
            let start = SourceLocation(file: pipeline.file, line: 1, column: 1)
            if !pipeline.subscribe.isEmpty { report("subscribe", at: "subscribe", start) }
        }

        mutating func visit(_ steps: [Step], place: String) {
            for (index, step) in steps.enumerated() { visit(step, place: "\(place)[\(index)]") }
        }

        private mutating func visit(_ step: Step, place: String) {
            switch step.kind {
            case .run, .argv, .tool, .approval, .wait(.duration), .wait(.until), .pipeline, .prompt, .agent, .decide:
                break
            case .wait(.event): report("wait.event", at: place + ".wait.event", step.location)
            case .group(let steps): visit(steps, place: place + ".steps")
            }
            if step.sandbox != nil { report("sandbox", at: place + ".sandbox", step.location) }
            if step.executor != Step.localExecutor { report("executor", at: place + ".executor", step.location) }
            for compensation in step.compensate { visit(compensation, place: place + ".compensate") }
        }

        private mutating func report(_ key: String, at path: String, _ fallback: SourceLocation) {
            diagnostics.append(
                Diagnostic(
                    at: places.key(of: path) ?? places.location(of: path) ?? fallback,
                    "`\(key)` is part of the format, but this version of Switchyard does not run it yet"))
        }
    }
}
