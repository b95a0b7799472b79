import Dispatch

/// A place for calls that block.
enum OffPool {
    /// Runs `work` on a thread of its own kind, so that the cooperative pool is never blocked.
    static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: work()) }
        }
    }
}
