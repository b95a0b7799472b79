import Dispatch

/// A place for calls that block.
enum OffPool {
    /// Runs `work` on a serial queue of its own, which gets a thread even while every core's is taken: those of
    /// `DispatchQueue.global()` are the very ones that tasks run on.
    static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "switchyard.off-pool").async { continuation.resume(returning: work()) }
        }
    }
}
