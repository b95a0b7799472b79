import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import SwitchyardProviders
import SwitchyardSimulator
import SwitchyardTools
import SwitchyardYAML
import Synchronization

/// The models that this machine can reach: those of the providers that are set up, or of a simulator in this process.
final class ConfiguredModels: ModelServices, ModelExecutor, RunObserver {
    /// What was found, once.
    private struct Setup: Sendable {
        var executor: any ModelExecutor
        /// The providers that can be asked.
        var providers: Set<String>
        var simulator: Simulator?
    }

    private let environment: ProcessEnvironment
    private let use: SimulatorUse
    private let providers: [ProviderSettings]
    private let routing: RoutingSettings
    let router: ModelRouter
    /// Nil where the log keeps no telemetry.
    private let telemetry: TelemetryFeed?
    private let setup = Mutex<Task<Setup, Never>?>(nil)
    private let simulates = Mutex(false)

    /// How long the end of the process waits for telemetry to be written.
    private static let deadline = Duration.seconds(2)

    /// - Parameters:
    ///   - settings: what settings files say of providers, models and the choice of them.
    ///   - log: where telemetry is kept.
    init(
        _ environment: ProcessEnvironment, _ use: SimulatorUse, _ settings: EffectiveSettings,
        telemetry log: (any TelemetryLog)?
    ) {
        self.environment = environment
        self.use = use
        var generator = SystemRandomNumberGenerator()
        providers = ModelProviders.settings(environment, settings)
        let limits = Dictionary(providers.map { ($0.name, $0.limits) }) { first, _ in first }
        routing = settings.routing
        let clock = EngineClock.system()
        let now = clock.now()
        let router = ModelRouter(
            ModelRouter.Settings(catalogue: settings.catalogue, limits: limits, routing: settings.routing),
            clock: clock, seed: generator.next())
        self.router = router
        telemetry = log.map { log in
            let feed = TelemetryFeed(
                log, premium: PremiumReference(settings.catalogue, today: String(now.iso8601.prefix(10))), start: now,
                teach: { router.learn($0, task: $1.task, model: $1.model) },
                report: { StandardStream.error.write("switchyard: \(Cleaned.line($0))\n") })
            EndOfProcess.add { await feed.flush(within: Self.deadline) }
            return feed
        }
    }

    var executor: any ModelExecutor { self }

    /// Whether a simulator answers here.
    func isSimulating() async -> Bool { await found().simulator != nil }

    func isSimulated(_ provider: String) -> Bool { simulates.withLock { $0 } }

    func select(
        _ request: SelectionRequest, budgets: [BudgetScope]
    ) async throws(SelectionFailure) -> ModelSelection {
        try router.select(request, providers: await found().providers, budgets: budgets)
    }

    func wantsPast(of snapshot: RunSnapshot) -> Bool { telemetry?.wantsPast(of: snapshot) ?? false }

    func recorded(_ events: [EventEnvelope]) { telemetry?.recorded(events) }

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
        let setup = await reached()
        await recollect(isSimulated: setup.simulator != nil)
        return setup
    }

    private func reached() async -> Setup {
        switch use {
        case .always(let scenario): return await simulated(scenario)
        case .never: return real(among: await reachable())
        case .fallback(let scenario):
            let names = await reachable()
            return names.isEmpty ? await simulated(scenario) : real(among: names)
        }
    }

    private func real(among names: Set<String>) -> Setup {
        Setup(executor: executor(over: providers), providers: names, simulator: nil)
    }

    /// The providers that have their key, and the servers of this machine that answer.
    private func reachable() async -> Set<String> {
        let keyed = providers.filter { $0.key != nil && ModelProviders.hasKey($0, environment) }
        let local = providers.filter { $0.key == nil }
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
        let port: Int
        do throws(Simulator.StartError) {
            port = try await simulator.start(port: 0)
        } catch {
            StandardStream.error.write("switchyard: \(error.message)\n")
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

    // MARK: What was before

    /// Learns from the calls of earlier processes, and counts what they spent. Calls that a simulator answered say
    /// nothing of a model, and cost nothing, but where a simulator answers again.
    private func recollect(isSimulated: Bool) async {
        guard let telemetry else { return }
        let now = EngineClock.system().now()
        do throws(EventLogError) {
            let calls = try await telemetry.log.calls(
                CallQuery(
                    since: now.advanced(by: .zero - QualityLedger.memory), limit: QualityLedger.rememberedCalls,
                    isSimulated: isSimulated))
            router.restore(quality: QualityLedger(calls))
            router.restore(try await spent(isSimulated: isSimulated, at: now, telemetry.log))
        } catch {
            telemetry.say("telemetry cannot be read: \(ErrorMessage.sentence(error))")
        }
    }

    /// What was spent of the limits that outlast a process: this day's, and the providers'.
    private func spent(
        isSimulated: Bool, at now: Timestamp, _ log: any TelemetryLog
    ) async throws(EventLogError) -> [BudgetScope: BudgetLedger.Claim] {
        var spent: [BudgetScope: BudgetLedger.Claim] = [:]
        if routing.dayBudget != nil {
            let today = BudgetScope.day(of: now)
            let all = try await log.spending(since: today.start, isSimulated: isSimulated).values
            spent[today] = BudgetLedger.Claim(
                cost: all.reduce(.zero) { $0 + $1.cost }, tokens: all.reduce(0) { $0 + $1.tokens })
        }
        if !routing.providerBudgets.isEmpty {
            for (provider, all) in try await log.spending(since: nil, isSimulated: isSimulated)
            where routing.providerBudgets[provider] != nil {
                spent[.provider(provider)] = BudgetLedger.Claim(cost: all.cost, tokens: all.tokens)
            }
        }
        return spent
    }

    private func executor(over settings: [ProviderSettings]) -> any ModelExecutor {
        let catalogue = router.catalogue
        let registry = ProviderRegistry(settings, keys: ModelProviders.keys(environment)) { catalogue[$0] }
        let simulated = Set(settings.filter(\.isSimulated).map(\.name))
        return ResilientExecutor(StructuredOutputExecutor(MeteredExecutor(registry, router)), router) {
            simulated.contains($0)
        }
    }
}
