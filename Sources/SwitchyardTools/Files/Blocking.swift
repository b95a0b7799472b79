import Dispatch
import SwitchyardCore
import Synchronization

/// Work that may wait for a disk, kept off the threads that run tasks: there is one of those per core.
enum Blocking {
    /// A queue whose work gets a thread even while every core's is taken.
    ///
    /// `DispatchQueue.global()` would not do: it has one thread per core, and on Linux tasks run on the very same ones.
    static func queue() -> DispatchQueue {
        DispatchQueue(label: "switchyard.blocking")
    }

    /// Runs `work`, which learns from its argument that the task was cancelled; it is waited for in any case.
    static func run<Result: Sendable>(_ work: @escaping @Sendable (Cancellation) -> Result) async -> Result {
        let cancellation = Cancellation()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue().async { continuation.resume(returning: work(cancellation)) }
            }
        } onCancel: {
            cancellation.cancel()
        }
    }

    /// Runs `work` as a tool's call: a `CancellationError` it throws is a cancelled one, a `StepFailure` a failed one.
    ///
    /// What is cancelled before its turn comes is not begun.
    static func call(_ work: @escaping @Sendable (Cancellation) throws -> ToolOutput) async -> ToolResult {
        await run { cancellation in
            do {
                try cancellation.check()
                return .succeeded(try work(cancellation))
            } catch is CancellationError {
                return .cancelled
            } catch let failure as StepFailure {
                return .failed(failure)
            } catch {
                return .failed(StepFailure(.internal, "\(error)"))
            }
        }
    }
}

/// Whether the task that waits for some work was cancelled. Long loops ask it.
final class Cancellation: Sendable {
    private let flag = Atomic(false)

    var isCancelled: Bool { flag.load(ordering: .relaxed) }

    func cancel() { flag.store(true, ordering: .relaxed) }

    func check() throws(CancellationError) {
        if isCancelled { throw CancellationError() }
    }
}
