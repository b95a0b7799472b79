package import SwitchyardCore

/// The models that steps may ask.
package protocol ModelServices: Sendable {
    /// What the calls of all runs share.
    var router: ModelRouter { get }

    /// Chooses the models that may answer `request`, the best first.
    ///
    /// - Parameter budgets: those that the answer is paid from.
    func select(
        _ request: SelectionRequest, budgets: [BudgetScope]
    ) async throws(SelectionFailure) -> ModelSelection

    /// Sends a request to one of the models that its context names, through every layer that stands above the
    /// providers.
    var executor: any ModelExecutor { get }

    /// Whether a simulator answers for `provider`.
    func isSimulated(_ provider: String) -> Bool

    /// The image in the file at `path`, as the step of `invocation` may read it.
    func image(at path: String, for invocation: ToolInvocation) async -> Result<ImageContent, StepFailure>
}
