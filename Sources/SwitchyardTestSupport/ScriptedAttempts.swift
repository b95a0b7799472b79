package import SwitchyardCore
import Synchronization

/// An executor whose attempts end when a test says so.
///
/// Wrap it in the engine's `StepExecutor` by a one-line conformance in the test target: this target knows no engine.
package final class ScriptedAttempts: Sendable {
    private struct State {
        var started: [String] = []
        var open: [String: CheckedContinuation<ToolResult, Never>] = [:]
        var decided: [String: ToolResult] = [:]
        var watchers: [(attempt: String, continuation: CheckedContinuation<Void, Never>)] = []
        var highest = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// The attempts started, in order: `parse#1`.
    package var started: [String] { state.withLock { $0.started } }

    /// The most attempts that were under way at once.
    package var highestConcurrency: Int { state.withLock { $0.highest } }

    /// Runs an attempt: returns when ``end(_:_:)`` says how, or as cancelled with its task.
    package func run(_ invocation: ToolInvocation) async -> ToolResult {
        let name = "\(invocation.step)#\(invocation.attempt)"
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (result, watchers) = state.withLock { state in
                    state.started.append(name)
                    let watchers = state.watchers.filter { $0.attempt == name }
                    state.watchers.removeAll { $0.attempt == name }
                    if let decided = state.decided.removeValue(forKey: name) { return (ToolResult?(decided), watchers) }
                    if Task.isCancelled { return (.cancelled, watchers) }
                    state.open[name] = continuation
                    state.highest = max(state.highest, state.open.count)
                    return (nil, watchers)
                }
                if let result { continuation.resume(returning: result) }
                for watcher in watchers { watcher.continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.open.removeValue(forKey: name) }?.resume(returning: .cancelled)
        }
    }

    /// Ends an attempt that is under way, or decides how it will end.
    package func end(_ attempt: String, _ result: ToolResult = .succeeded(ToolOutput("ok"))) {
        let open = state.withLock { state in
            let open = state.open.removeValue(forKey: attempt)
            if open == nil { state.decided[attempt] = result }
            return open
        }
        open?.resume(returning: result)
    }

    /// Returns once the attempt was started.
    package func start(of attempt: String) async {
        await withCheckedContinuation { continuation in
            let isStarted = state.withLock { state in
                if state.started.contains(attempt) { return true }
                state.watchers.append((attempt, continuation))
                return false
            }
            if isStarted { continuation.resume() }
        }
    }
}
