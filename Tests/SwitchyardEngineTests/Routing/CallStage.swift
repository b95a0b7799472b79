import SwitchyardCore
import SwitchyardEngine
import Synchronization

/// Calls of models through the router, with scripted answers, written down as lines.
final class CallStage: ModelExecutor {
    typealias Answer = @Sendable (_ model: ModelID, _ number: Int) async -> Result<MicroDollars, ModelError>

    let clock = JumpingClock()
    let router: ModelRouter
    private let answer: Answer
    private let state = Mutex((lines: [String](), calls: 0, underWay: 0, most: 0))

    /// `answer` gives the cost of the answer, or why there is none, of call `number` (from 1).
    init(
        limits: [String: RateLimits] = [:], engineClock: EngineClock? = nil, answer: @escaping Answer
    ) {
        var catalogue = ModelCatalogue()
        for provider in ["one", "two", "three"] {
            catalogue.add(
                ModelFacts(
                    id: ModelID(provider: provider, name: "m"), tier: .capable, contextWindow: 10_000,
                    maxOutputTokens: 100, price: ModelPrice(input: 0, output: 100_000_000)))
        }
        router = ModelRouter(
            ModelRouter.Settings(catalogue: catalogue, limits: limits), clock: engineClock ?? clock.engineClock,
            seed: 1)
        self.answer = answer
    }

    static func model(_ provider: String) -> ModelID { ModelID(provider: provider, name: "m") }

    /// What happened, in order.
    var lines: [String] { state.withLock { $0.lines } }
    /// The most calls that were under way at once.
    var most: Int { state.withLock { $0.most } }

    /// One call to the first of `providers`, then the others. Its worst case costs 10,000 micro-dollars.
    func call(_ providers: [String], budgets: [BudgetScope] = [], policy: CallPolicy = .standard) async -> String {
        let context = ExecutionContext(
            run: RunID("run"), candidates: providers.map(Self.model), policy: policy, budgets: budgets,
            record: { events in
                let lines = events.map(Self.line)
                self.state.withLock { $0.lines += lines }
            })
        let executor = ResilientExecutor(MeteredExecutor(self, router), router) { _ in false }
        do throws(ModelError) {
            let response = try await executor.run(ModelRequest(messages: [.user("?")]), in: context)
            return "\(response.model.provider) answered, \(response.attempts.count) attempts"
        } catch {
            return error.message
        }
    }

    func run(_ request: ModelRequest, in context: ExecutionContext) async throws(ModelError) -> ModelResponse {
        let model = request.model ?? Self.model("none")
        let number = state.withLock { state in
            state.calls += 1
            state.underWay += 1
            state.most = max(state.most, state.underWay)
            return state.calls
        }
        let result = await answer(model, number)
        state.withLock { $0.underWay -= 1 }
        let cost = try result.get()
        return ModelResponse(
            message: ModelMessage(.assistant, [.text("x")]), model: model, finish: .stop,
            usage: TokenUsage(uncachedInput: 1, output: 1), cost: cost)
    }

    private static func line(_ event: RunEvent) -> String {
        guard case .routing(let routing) = event else {
            if case .modelRequested(let requested) = event { return "ask \(requested.model.provider)" }
            return event.type
        }
        switch routing {
        case .attemptFailed(let attempt): return "\(attempt.model.provider) \(attempt.kind.rawValue)"
        case .waitStarted(let wait): return "wait \(wait.reason.rawValue)"
        case .waitEnded: return "go on"
        case .fellBack(let from, let to, _): return "\(to.provider) instead of \(from.provider)"
        case .breakerChanged(let event):
            switch event.change {
            case .opened: return "\(event.breaker) opened"
            case .halfOpened: return "\(event.breaker) half-open"
            case .closed: return "\(event.breaker) closed"
            case .degraded: return "\(event.breaker) degraded"
            case .parked: return "\(event.breaker) parked"
            }
        case .budgetReserved(let cost, _): return "reserve \(cost?.amount ?? -1)"
        case .budgetSettled(let cost, _, let isEstimate): return "settle \(cost?.amount ?? -1)\(isEstimate ? "?" : "")"
        case .budgetReached(_, _, let percent): return "\(percent) %"
        case .budgetExceeded: return "exceeded"
        case .callFailed: return "failed"
        case .autoResolved, .rated, .breakerForced, .budgetSet: return event.type
        }
    }
}
