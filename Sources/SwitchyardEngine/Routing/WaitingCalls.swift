import Synchronization

/// Calls that wait until somebody lets them go on, by their numbers.
final class WaitingCalls: Sendable {
    private enum Entry {
        case waiting(CheckedContinuation<Void, Never>)
        /// It was let go before it came to wait.
        case released
    }

    private let entries = Mutex<[Int: Entry]>([:])

    /// Returns once call `id` is let go on, or its task is cancelled.
    func wait(for id: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReleased = entries.withLock { entries in
                    if case .released? = entries[id] { return true }
                    entries[id] = .waiting(continuation)
                    return false
                }
                if isReleased { continuation.resume() }
            }
        } onCancel: {
            release([id])
        }
        entries.withLock { $0[id] = nil }
    }

    /// Lets calls go on, whether they wait already or come to wait.
    func release(_ ids: some Sequence<Int>) {
        for id in ids {
            let continuation = entries.withLock { entries -> CheckedContinuation<Void, Never>? in
                guard case .waiting(let continuation)? = entries.updateValue(.released, forKey: id) else { return nil }
                return continuation
            }
            continuation?.resume()
        }
    }
}
