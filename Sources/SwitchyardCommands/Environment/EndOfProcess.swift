import Synchronization

/// What is still to be done before the process ends by itself. A process that is ended by a signal does none of it.
enum EndOfProcess {
    private static let actions = Mutex<[@Sendable () async -> Void]>([])

    static func add(_ action: @escaping @Sendable () async -> Void) {
        actions.withLock { $0.append(action) }
    }

    /// Does all of it, each once.
    static func perform() async {
        let all = actions.withLock { actions in
            defer { actions = [] }
            return actions
        }
        for action in all { await action() }
    }
}
