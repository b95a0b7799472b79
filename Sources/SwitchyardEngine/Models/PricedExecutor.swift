package import SwitchyardCore

/// Adds what the catalogue knows to every answer: what it cost, and the tier of the model that gave it.
package struct PricedExecutor: ModelExecutor {
    private let base: any ModelExecutor
    private let facts: @Sendable (ModelID) -> ModelFacts?

    package init(_ base: any ModelExecutor, facts: @escaping @Sendable (ModelID) -> ModelFacts?) {
        self.base = base
        self.facts = facts
    }

    package func run(
        _ request: ModelRequest, in context: ExecutionContext
    ) async throws(ModelError) -> ModelResponse {
        var response = try await base.run(request, in: context)
        guard let facts = facts(response.model) else { return response }
        response.cost = response.cost ?? facts.cost(of: response.usage)
        response.tier = response.tier ?? facts.tier
        return response
    }
}
