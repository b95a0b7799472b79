import SwitchyardCore
import SwitchyardTools
import Synchronization

/// Does nothing, so that what is left is the engine.
struct NoOpTool: Tool {
    let name = "benchmark.nothing"
    let summary = "Does nothing."
    let parameters: [ToolParameter] = []

    func effect(of arguments: Value) -> Effect { .pure }

    func run(_ invocation: ToolInvocation) async -> ToolResult { .succeeded(ToolOutput(.null)) }

    static let step = StepKind.tool(name: "benchmark.nothing", with: .literal([:]))
}

/// Does nothing a number of times, and from then on waits until it is cancelled.
final class StallingTool: Tool {
    let name = "benchmark.stalling"
    let summary = "Does nothing, and later less."
    let parameters: [ToolParameter] = []
    private let passes: Int
    private let calls = Atomic(0)
    private let stalled = AsyncStream<ContinuousClock.Instant>.makeStream()

    static let step = StepKind.tool(name: "benchmark.stalling", with: .literal([:]))

    init(after passes: Int) {
        self.passes = passes
    }

    func effect(of arguments: Value) -> Effect { .pure }

    func run(_ invocation: ToolInvocation) async -> ToolResult {
        guard calls.add(1, ordering: .relaxed).newValue > passes else { return .succeeded(ToolOutput(.null)) }
        stalled.continuation.yield(ContinuousClock.now)
        try? await Task.sleep(for: .seconds(3600))
        return .cancelled
    }

    /// When the first call came that waits. For one caller.
    func firstStall() async -> ContinuousClock.Instant? {
        await stalled.stream.first { _ in true }
    }
}

/// The tools of the benchmarks' steps: those that run processes are Switchyard's own.
struct BenchmarkTools: ToolCatalog {
    private let tools: [String: any Tool]

    init(_ more: any Tool...) {
        let all: [any Tool] = [NoOpTool(), ProcessTool(), ShellTool()] + more
        tools = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }

    func tool(named name: String) -> (any Tool)? { tools[name] }

    var names: [String] { tools.keys.sorted() }
}
