import SwitchyardCore

/// What is in a store's folder beside its events.
struct StoreFolder: Sendable {
    /// Absolute.
    let path: String
    let isReadOnly: Bool

    /// Makes the folder unless the store is read-only.
    init(_ path: String, isReadOnly: Bool) throws(EventLogError) {
        self.path = Files.absolute(path)
        self.isReadOnly = isReadOnly
        if !isReadOnly { try Files.makeFolder(self.path, sync: true) }
    }

    var locks: RunLocks { RunLocks(folder: path + "/locks") }

    /// Takes the lock of `run`; fails with `owned` while somebody has it.
    func lock(_ run: RunID) throws(EventLogError) -> RunLock {
        if isReadOnly { throw .readOnly(path: path) }
        return try locks.take(run)
    }

    /// The folder for the log files of `run`; made only in a store that may be written.
    func logs(of run: RunID) throws(EventLogError) -> String {
        let folder = path + "/logs/" + (try Files.name(of: run, in: path))
        if !isReadOnly { try Files.makeFolder(folder) }
        return folder
    }
}
