package import SwitchyardCore

/// Keeps every call within the provider's limits and its budgets, and adds what it cost to the answer.
package struct MeteredExecutor: ModelExecutor {
    private let base: any ModelExecutor
    private let router: ModelRouter

    package init(_ base: any ModelExecutor, _ router: ModelRouter) {
        self.base = base
        self.router = router
    }

    /// - Throws: besides what the layers below throw, ``ModelError/Kind-swift.enum/budget`` for a call that could cost
    ///   more than is left.
    package func run(
        _ request: ModelRequest, in context: ExecutionContext
    ) async throws(ModelError) -> ModelResponse {
        guard let model = request.model else { throw ModelError(.invalidRequest, "no model was chosen") }
        let facts = router.catalogue.facts(of: model)
        let input = TokenEstimate.inputTokens(of: request)
        let output = facts.longestOutput(inputTokens: input, maxTokens: request.maxTokens)
        let claim = BudgetLedger.Claim(
            cost: facts.worstCaseCost(inputTokens: input, maxTokens: request.maxTokens),
            tokens: output.map { input.addingReportingOverflow($0).partialValue })
        let pass = try await router.pass(
            model, tokens: input + min(output ?? 0, request.maxTokens ?? 1024), in: context)
        let reservation: BudgetLedger.Reservation?
        do throws(ModelError) {
            let scopes = context.budgets + [.day(of: router.clock.now()), .provider(model.provider)]
            reservation = try await router.reserve(claim, from: scopes, for: model, in: context)
        } catch {
            router.settle(pass, usedTokens: 0, headroom: nil)
            throw error
        }
        var response: ModelResponse
        do throws(ModelError) {
            response = try await base.run(request, in: context)
        } catch {
            let wasUsed = error.mayHaveBeenBilled
            router.settle(pass, usedTokens: wasUsed ? nil : 0, headroom: error.headroom)
            if let reservation {
                let used = wasUsed ? BudgetLedger.Claim(cost: nil, tokens: nil) : .init(cost: .zero, tokens: 0)
                try await context.record(router.settle(reservation, used: used))
            }
            throw error
        }
        response.tier = response.tier ?? facts.tier
        response.cost = response.cost ?? facts.cost(of: response.usage)
        let tokens = response.usage.input.flatMap { input in response.usage.output.map { input + $0 } }
        router.settle(pass, usedTokens: tokens, headroom: response.headroom)
        if let reservation {
            response.settlements += router.settle(
                reservation, used: BudgetLedger.Claim(cost: response.cost, tokens: tokens))
        }
        return response
    }
}

extension ModelError {
    /// Whether the provider may charge for what it did, though there is no answer.
    fileprivate var mayHaveBeenBilled: Bool {
        switch kind {
        case .timeout, .transport, .server, .overloaded: hasBegun
        case .invalidOutput, .refused, .cancelled: true
        case .rateLimited, .quota, .auth, .contextOverflow, .invalidRequest, .budget: false
        }
    }
}
