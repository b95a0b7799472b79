import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import SwitchyardCore
import SwitchyardEngine
import SwitchyardProviders

/// Calls of models: what the layers above the wire cost, and a thousand streams at once.
///
/// The server is the simulator of the release build, in a process of its own.
struct ModelCallsCase: BenchmarkCase {
    let name = "models"
    private static let model = ModelID(provider: "openai", name: "gpt-6-luna")
    private static let run = RunID("0000000000000001")

    func figures(rounds: Int) async throws -> [Figure] {
        var figures = try await routing(rounds: rounds)
        let server = try SimulatorProcess()
        defer { server.end() }
        figures += try await overHTTP(server, rounds: rounds)
        figures += try await streams(server)
        return figures
    }

    // MARK: Without a wire

    private func routing(rounds: Int) async throws -> [Figure] {
        let router = Self.router()
        let direct = InstantModels()
        let routed = ResilientExecutor(MeteredExecutor(direct, router), router) { _ in false }
        let count = 2000
        let request = Self.request(streams: false)
        var context = ExecutionContext(run: Self.run, candidates: [Self.model], budgets: [.run(Self.run)])
        context.policy = .standard
        let fixed = context
        let series = try await Rounds.measure(
            rounds,
            [
                {
                    try await Stopwatch.seconds {
                        for number in 0..<count {
                            _ = try router.select(
                                SelectionRequest(
                                    policy: ModelPolicy(task: "summarize"), inputTokens: 500, seed: UInt64(number)),
                                providers: ["openai", "anthropic", "google"], budgets: [.run(Self.run)])
                            _ = try await routed.run(request, in: fixed)
                        }
                    }
                },
                { try await Stopwatch.seconds { for _ in 0..<count { _ = try await routed.run(request, in: fixed) } } },
                { try await Stopwatch.seconds { for _ in 0..<count { _ = try await direct.run(request, in: fixed) } } },
            ]
        ).map { $0.divided(by: Double(count)) }
        let floor = Figure.Floor(name: "the same call, unrouted", series: series[2])
        return [
            Figure(
                name: "routing a call: choice, breaker, limits, budget", unit: .microseconds, series: series[0],
                floor: floor, goal: .atMost(100)),
            Figure(name: "  of it: without the choice", unit: .microseconds, series: series[1], floor: floor),
        ]
    }

    // MARK: Over HTTP

    private func overHTTP(_ server: SimulatorProcess, rounds: Int) async throws -> [Figure] {
        let router = Self.router()
        let executor = Self.executor(server, router)
        let count = 300
        let request = Self.request(streams: false)
        let context = ExecutionContext(run: Self.run, candidates: [Self.model], budgets: [.run(Self.run)])
        let series = try await Rounds.measure(
            rounds,
            [
                {
                    try await Stopwatch.seconds {
                        for _ in 0..<count { _ = try await executor.run(request, in: context) }
                    }
                },
                { try await Stopwatch.seconds { for _ in 0..<count { try await Self.bare(server) } } },
            ]
        ).map { $0.divided(by: Double(count)) }
        let beyond = Series(zip(series[0].values, series[1].values).map { $0 - $1 })
        return [
            Figure(
                name: "a call, beyond the HTTP call itself", unit: .microseconds, series: beyond,
                floor: Figure.Floor(name: "bare AsyncHTTPClient", series: series[1]), goal: .atMost(300))
        ]
    }

    private static func bare(_ server: SimulatorProcess) async throws {
        var request = HTTPClientRequest(url: server.url + "/v1/responses")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "authorization", value: "Bearer any")
        request.body = .bytes(
            ByteBuffer(string: #"{"model":"gpt-6-luna","input":"Say hello","max_output_tokens":100}"#))
        let response = try await ProviderHTTP.client.execute(request, timeout: .seconds(10))
        _ = try await response.body.collect(upTo: 1 << 20)
    }

    // MARK: Streams

    private func streams(_ server: SimulatorProcess) async throws -> [Figure] {
        ProcessUsage.raiseDescriptorLimit()
        let router = Self.router()
        let executor = Self.executor(server, router)
        let count = 1000
        let context = ExecutionContext(run: Self.run, candidates: [Self.model], budgets: [])
        let request = Self.request(streams: true)
        let peak = PeakMemory()
        let seconds = try await Stopwatch.seconds {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<count { group.addTask { _ = try await executor.run(request, in: context) } }
                while try await group.next() != nil { peak.look() }
            }
        }
        return [
            Figure(
                name: "1,000 streams at once: memory of the process", unit: .megabytes,
                series: Series([Double(peak.bytes) / 1e6]), goal: .atMost(200)),
            Figure(name: "  until the last has ended", unit: .seconds, series: Series([seconds])),
        ]
    }

    // MARK: Parts

    private static func router() -> ModelRouter {
        let limits = ["openai": RateLimits(requestsPerMinute: 10_000_000, concurrency: 5000)]
        let router = ModelRouter(
            ModelRouter.Settings(catalogue: .shipped, limits: limits), clock: .system(), seed: 1)
        router.setLimit(Budget(microdollars: 1_000_000_000_000), of: .run(run))
        return router
    }

    private static func executor(_ server: SimulatorProcess, _ router: ModelRouter) -> any ModelExecutor {
        let settings = ProviderSettings(
            name: "openai", kind: .openai, baseURL: server.url + "/v1", key: .environment("KEY"))
        let keys: @Sendable (SecretSource) throws(KeyProblem) -> String? = { _ in "any" }
        let registry = ProviderRegistry([settings], keys: keys) { router.catalogue[$0] }
        return ResilientExecutor(StructuredOutputExecutor(MeteredExecutor(registry, router)), router) { _ in true }
    }

    private static func request(streams: Bool) -> ModelRequest {
        ModelRequest(model: model, messages: [.user("Say hello")], maxTokens: 100, streams: streams)
    }
}

/// Answers at once.
private struct InstantModels: ModelExecutor {
    func run(_ request: ModelRequest, in context: ExecutionContext) async throws(ModelError) -> ModelResponse {
        ModelResponse(
            message: ModelMessage(.assistant, [.text("hello")]),
            model: request.model ?? ModelID(provider: "openai", name: "gpt-6-luna"), finish: .stop,
            usage: TokenUsage(uncachedInput: 10, output: 10))
    }
}

/// The most memory that was resident when somebody looked.
private final class PeakMemory {
    private(set) var bytes = 0

    func look() { bytes = max(bytes, ProcessUsage.residentBytes()) }
}
