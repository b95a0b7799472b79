package import SwitchyardCore

/// The pipelines that steps run.
package protocol PipelineCatalog: Sendable {
    /// The pipeline that `source` names in the one that `parent` was made from, with `inputs`, an object, as its inputs.
    func pipeline(
        _ source: NestedPipeline.Source, inputs: Value, in parent: RunCreated
    ) async -> Result<RunnablePipeline, StepFailure>

    /// The pipeline that a run was made from.
    func pipeline(recordedIn created: RunCreated) async -> Result<RunnablePipeline, StepFailure>
}

/// A pipeline with all that a run of it needs.
package struct RunnablePipeline: Sendable {
    package var pipeline: Pipeline
    package var graph: PipelineGraph
    package var inputs: RunInputs
    /// What ``RunCreated/settings`` records.
    package var settings: Value

    package init(pipeline: Pipeline, graph: PipelineGraph, inputs: RunInputs, settings: Value) {
        self.pipeline = pipeline
        self.graph = graph
        self.inputs = inputs
        self.settings = settings
    }
}
