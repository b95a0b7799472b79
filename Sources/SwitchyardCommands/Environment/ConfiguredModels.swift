import SwitchyardCore
import SwitchyardEngine
import SwitchyardProviders
import SwitchyardSimulator
import SwitchyardTools
import Synchronization

/// The models that this machine can reach: those of the providers that are set up, or of a simulator in this process.
final class ConfiguredModels: ModelServices, ModelExecutor {
    /// What was found, once.
    private struct Setup: Sendable {
        var executor: any ModelExecutor
        /// The providers that can be asked.
        var providers: Set<String>
        var simulator: Simulator?
    }

    private let environment: ProcessEnvironment
    private let use: SimulatorUse
    private let catalogue = ModelCatalogue.shipped
    private let setup = Mutex<Task<Setup, Never>?>(nil)
    private let simulates = Mutex(false)

    init(_ environment: ProcessEnvironment, _ use: SimulatorUse) {
        self.environment = environment
        self.use = use
    }

    var executor: any ModelExecutor { self }

    func isSimulated(_ provider: String) -> Bool { simulates.withLock { $0 } }

    func select(_ request: SelectionRequest) async throws(SelectionFailure) -> ModelSelection {
        let providers = await found().providers
        let conditions = SelectionConditions(now: EngineClock.system().now(), providers: providers)
        return try ModelSelector(catalogue: catalogue).select(request, conditions)
    }

    func run(_ request: ModelRequest, in context: ExecutionContext) async throws(ModelError) -> ModelResponse {
        try await found().executor.run(request, in: context)
    }

    func image(at path: String, for invocation: ToolInvocation) async -> Result<ImageContent, StepFailure> {
        await OffPool.run {
            do throws(StepFailure) {
                let file = try Workspace(invocation).resolve(path)
                return .success(try ImageFile.read(file, named: path))
            } catch {
                return .failure(error)
            }
        }
    }

    // MARK: Setting up

    private func found() async -> Setup {
        let task = setup.withLock { setup in
            if let setup { return setup }
            let task = Task { await self.setUp() }
            setup = task
            return task
        }
        return await task.value
    }

    private func setUp() async -> Setup {
        let settings = ModelProviders.settings(environment)
        switch use {
        case .always(let scenario): return await simulated(scenario)
        case .never: return await real(settings, among: await reachable(settings))
        case .fallback(let scenario):
            let names = await reachable(settings)
            return names.isEmpty ? await simulated(scenario) : await real(settings, among: names)
        }
    }

    private func real(_ settings: [ProviderSettings], among names: Set<String>) async -> Setup {
        Setup(executor: executor(over: settings), providers: names, simulator: nil)
    }

    /// The providers that have their key, and the servers of this machine that answer.
    private func reachable(_ settings: [ProviderSettings]) async -> Set<String> {
        let keyed = settings.filter { $0.key != nil && ModelProviders.hasKey($0, environment) }
        let local = settings.filter { $0.key == nil }
        let keys = ModelProviders.keys(environment)
        let findings = await ProviderProbe(local, local: [], timeout: .milliseconds(500), keys: keys).run()
        let answering = findings.filter { if case .answers = $0.outcome { true } else { false } }
        return Set(keyed.map(\.name) + answering.map(\.name))
    }

    private func simulated(_ path: String?) async -> Setup {
        var scenario = Scenario()
        // A scenario that cannot be read was refused when the command began.
        if let path, let read = try? SimulatorCommand.read(path) { scenario = read }
        let simulator = Simulator(scenario: scenario)
        guard let port = try? await simulator.start(port: 0) else {
            return Setup(executor: executor(over: []), providers: [], simulator: nil)
        }
        simulates.withLock { $0 = true }
        let base = "http://127.0.0.1:\(port)"
        let settings = [
            ProviderSettings(name: "openai", kind: .openai, baseURL: base + "/v1", isSimulated: true),
            ProviderSettings(name: "anthropic", kind: .anthropic, baseURL: base, isSimulated: true),
            ProviderSettings(name: "google", kind: .google, baseURL: base, isSimulated: true),
            ProviderSettings(name: "ollama", kind: .ollama, baseURL: base, isSimulated: true),
        ]
        return Setup(
            executor: executor(over: settings), providers: Set(settings.map(\.name)), simulator: simulator)
    }

    private func executor(over settings: [ProviderSettings]) -> any ModelExecutor {
        let catalogue = catalogue
        let registry = ProviderRegistry(settings, keys: ModelProviders.keys(environment)) { catalogue[$0] }
        return StructuredOutputExecutor(PricedExecutor(registry) { catalogue[$0] })
    }
}
