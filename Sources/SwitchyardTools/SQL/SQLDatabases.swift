import GRDB
import SwitchyardCore
import Synchronization

/// The databases that steps have open: one connection each, kept for the next step.
final class SQLDatabases: Sendable {
    private struct Entry: Sendable {
        var queue: DatabaseQueue
        var device: UInt64
        var inode: UInt64
        var lastUse: Int
    }

    private struct State: Sendable {
        var entries: [String: Entry] = [:]
        var uses = 0
    }

    private static let limit = 8
    private let state = Mutex(State())

    /// The database in the file at `path`, which is made if it is not there.
    ///
    /// May wait for the disk. A file that has been replaced since it was opened is opened again.
    func queue(at path: String) throws -> DatabaseQueue {
        if let open = recent(path) { return open }
        let queue = try Self.open(path)
        guard case .success(let status) = FileStatus.of(path) else { return queue }
        state.withLock { state in
            state.uses += 1
            state.entries[path] = Entry(
                queue: queue, device: status.device, inode: status.inode, lastUse: state.uses)
            if state.entries.count > Self.limit,
                let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key
            {
                // Steps that still use it hold it; it closes with the last of them.
                state.entries[oldest] = nil
            }
        }
        return queue
    }

    /// A database in memory that nobody else sees.
    static func temporary() throws -> DatabaseQueue {
        try DatabaseQueue(configuration: configuration)
    }

    private func recent(_ path: String) -> DatabaseQueue? {
        let status = FileStatus.of(path)
        return state.withLock { state in
            guard let entry = state.entries[path] else { return nil }
            guard case .success(let status) = status, status.device == entry.device, status.inode == entry.inode else {
                state.entries[path] = nil
                return nil
            }
            state.uses += 1
            state.entries[path]?.lastUse = state.uses
            return entry.queue
        }
    }

    private static func open(_ path: String) throws -> DatabaseQueue {
        try DatabaseQueue(path: path, configuration: configuration)
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        // Other programs may use the database too: wait for them a while.
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { SQLAttachments.forbid($0) }
        return configuration
    }
}
