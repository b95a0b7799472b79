import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import SwitchyardTestSupport
import Synchronization

/// Models whose answers a test writes, and tools that count their calls.
final class ScriptedModels: ModelServices, ModelExecutor {
    private struct State {
        var answers: [Result<ModelResponse, ModelError>] = []
        var requests: [ModelRequest] = []
    }

    static let model = ModelID(provider: "test", name: "m")

    private let state = Mutex(State())

    /// - Parameter clock: of waits between tries.
    init(clock: EngineClock = JumpingClock().engineClock, routing: RoutingSettings = RoutingSettings()) {
        var catalogue = ModelCatalogue()
        catalogue.add(
            ModelFacts(
                id: Self.model, tier: .cheap, contextWindow: 100_000,
                capabilities: [.jsonSchema: true, .tools: true, .forcedToolChoice: true]))
        router = ModelRouter(ModelRouter.Settings(catalogue: catalogue, routing: routing), clock: clock, seed: 1)
    }

    /// The requests that came, in order.
    var requests: [ModelRequest] { state.withLock { $0.requests } }

    func answer(_ text: String, structured: Value? = nil, finish: FinishReason = .stop, cost: Int64? = 10) {
        add(ModelMessage(.assistant, [.text(text)]), structured: structured, finish: finish, cost: cost)
    }

    func call(_ tool: String, _ arguments: Value, id: String = "c1") {
        call(tool, [(id, arguments)])
    }

    /// Calls `tool` several times in one answer.
    func call(_ tool: String, _ calls: [(id: String, arguments: Value)]) {
        let parts = calls.map {
            MessagePart.toolCall(ToolCall(id: $0.id, name: tool, arguments: .object($0.arguments)))
        }
        add(ModelMessage(.assistant, parts), structured: nil, finish: .toolCalls, cost: 10)
    }

    func fail(_ kind: ModelError.Kind) {
        state.withLock { $0.answers.append(.failure(ModelError(kind, "it does not answer", model: Self.model))) }
    }

    private func add(_ message: ModelMessage, structured: Value?, finish: FinishReason, cost: Int64?) {
        let response = ModelResponse(
            message: message, structured: structured, model: Self.model, finish: finish,
            usage: TokenUsage(uncachedInput: 5, output: 3), cost: cost.map { MicroDollars($0) })
        state.withLock { $0.answers.append(.success(response)) }
    }

    // MARK: ModelServices

    let router: ModelRouter

    var executor: any ModelExecutor {
        ResilientExecutor(MeteredExecutor(self, router), router) { _ in false }
    }

    func isSimulated(_ provider: String) -> Bool { false }

    func select(
        _ request: SelectionRequest, budgets: [BudgetScope]
    ) async throws(SelectionFailure) -> ModelSelection {
        try router.select(request, providers: [Self.model.provider], budgets: budgets)
    }

    func image(at path: String, for invocation: ToolInvocation) async -> Result<ImageContent, StepFailure> {
        .failure(StepFailure(.notFound, "there is no image \(path)"))
    }

    func run(_ request: ModelRequest, in context: ExecutionContext) async throws(ModelError) -> ModelResponse {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.answers.isEmpty ? nil : state.answers.removeFirst()
        }
        guard let answer else { throw ModelError(.server, "nothing was scripted") }
        let response = try answer.get()
        context.report(.text(response.text))
        return response
    }
}

/// One tool, `count`, that notes the keys it was called with.
final class CountingTools: ToolCatalog {
    let effect: Effect
    /// What each call does before it gives its result.
    let work: @Sendable (Value) async -> Void
    private let recorded = Mutex<[String]>([])

    init(_ effect: Effect, work: @escaping @Sendable (Value) async -> Void = { _ in }) {
        self.effect = effect
        self.work = work
    }

    /// The idempotency keys of its calls.
    var keys: [String] { recorded.withLock { $0 } }
    var names: [String] { ["my.count"] }

    func tool(named name: String) -> (any Tool)? { name == "my.count" ? CountingTool(tools: self) : nil }

    fileprivate func note(_ key: String) -> Int {
        recorded.withLock {
            $0.append(key)
            return $0.count
        }
    }
}

private struct CountingTool: Tool {
    let tools: CountingTools
    var name: String { "my.count" }
    var summary: String { "Counts its calls." }
    var parameters: [ToolParameter] { [ToolParameter("by", .integer, required: true, "How far.")] }
    func effect(of arguments: Value) -> Effect { tools.effect }
    func run(_ invocation: ToolInvocation) async -> ToolResult {
        await tools.work(invocation.arguments)
        return .succeeded(
            ToolOutput(.int(tools.note(invocation.idempotencyKey) * (invocation.arguments["by"].intValue ?? 0))))
    }
}
