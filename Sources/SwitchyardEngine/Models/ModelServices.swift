package import SwitchyardCore

/// The models that steps may ask.
package protocol ModelServices: Sendable {
    /// Chooses the models that may answer `request`, the best first.
    func select(_ request: SelectionRequest) async throws(SelectionFailure) -> ModelSelection

    /// Sends a request to the model it names, through every layer that stands above the providers.
    var executor: any ModelExecutor { get }

    /// Whether a simulator answers for `provider`.
    func isSimulated(_ provider: String) -> Bool

    /// The image in the file at `path`, as the step of `invocation` may read it.
    func image(at path: String, for invocation: ToolInvocation) async -> Result<ImageContent, StepFailure>
}
