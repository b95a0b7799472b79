import Synchronization

/// A queue with many senders and one reader, who takes everything that has gathered at once.
///
/// Only the first message after a take wakes the reader, so a burst costs one wake-up.
final class Mailbox<Message: Sendable>: Sendable {
    private struct State {
        var messages: [Message] = []
        var reader: CheckedContinuation<[Message], Never>?
        var isClosed = false
    }

    private let state = Mutex(State())

    /// Adds a message. Returns false, and drops it, once closed.
    @discardableResult
    func send(_ message: Message) -> Bool {
        let (isOpen, reader) = state.withLock { state -> (Bool, (CheckedContinuation<[Message], Never>, [Message])?) in
            guard !state.isClosed else { return (false, nil) }
            state.messages.append(message)
            return (true, Self.takeReader(&state))
        }
        if let (continuation, messages) = reader { continuation.resume(returning: messages) }
        return isOpen
    }

    /// Ends the queue: what has gathered is still given out, then the reader gets an empty array.
    func close() {
        let reader = state.withLock { state -> (CheckedContinuation<[Message], Never>, [Message])? in
            state.isClosed = true
            return Self.takeReader(&state)
        }
        if let (continuation, messages) = reader { continuation.resume(returning: messages) }
    }

    /// Everything that has gathered, waiting for the first message if there is none; empty once closed. For one
    /// reader at a time.
    func next() async -> [Message] {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> [Message]? in
                if state.messages.isEmpty, !state.isClosed {
                    precondition(state.reader == nil, "two readers")
                    state.reader = continuation
                    return nil
                }
                defer { state.messages = [] }
                return state.messages
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    /// Everything that has gathered, without waiting.
    func gathered() -> [Message] {
        state.withLock { state in
            defer { state.messages = [] }
            return state.messages
        }
    }

    private static func takeReader(_ state: inout State) -> (CheckedContinuation<[Message], Never>, [Message])? {
        guard let reader = state.reader else { return nil }
        defer {
            state.reader = nil
            state.messages = []
        }
        return (reader, state.messages)
    }
}
