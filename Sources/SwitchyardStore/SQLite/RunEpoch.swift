import GRDB
import SwitchyardCore

/// The number of a run's newest lease, as the table `run_epoch` has it.
enum RunEpoch {
    /// Nil for a run that nobody ever leased.
    static func newest(_ db: Database, of run: RunID) throws -> Int? {
        let statement = try db.cachedStatement(sql: "SELECT epoch FROM run_epoch WHERE run = ?")
        return try Int.fetchOne(statement, arguments: [run.rawValue])
    }

    /// Begins the next epoch of `run` and returns its number.
    ///
    /// Its commit need not wait for the disk: what is appended under the new lease comes after it in the same
    /// write-ahead log, and reaches the disk with it or not at all.
    static func begin(_ db: Database, of run: RunID) throws -> Int {
        var epoch = 1
        try db.inTransaction(.immediate) {
            epoch = (try newest(db, of: run) ?? 0) + 1
            try db.execute(
                sql: "INSERT INTO run_epoch (run, epoch) VALUES (?, ?) ON CONFLICT (run) DO UPDATE SET epoch = ?",
                arguments: [run.rawValue, epoch, epoch]
            )
            return .commit
        }
        return epoch
    }
}
