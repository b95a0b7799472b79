import SwitchyardCore
import SwitchyardStore

/// A run in a store of its own, and what it appended.
struct StoredRun {
    let folder: ScratchFolder
    /// From its start to its end.
    let seconds: Double
    /// The processor time that this process used meanwhile.
    let processorSeconds: Double
    let appends: [CountingLog.Append]

    var storeFolder: String { folder.path + "/store" }

    /// How many appends waited for the disk.
    var flushes: Int { appends.count { $0.durability == .disk } }

    /// Runs `planned` to its end.
    static func run(_ planned: PlannedPipeline, slots: Int) async throws -> StoredRun {
        let folder = try ScratchFolder()
        let log = CountingLog(try EventStore.open(folder: folder.path + "/store"))
        let before = ProcessUsage.processorSeconds()
        let seconds = try await Stopwatch.seconds {
            try await EngineRun.start(planned, log: log, slots: slots, workspace: folder.path).success()
        }
        return StoredRun(
            folder: folder, seconds: seconds, processorSeconds: ProcessUsage.processorSeconds() - before,
            appends: log.appends)
    }

    /// The seconds that SQLite alone needs to commit the same.
    func rawSeconds() async throws -> Double {
        let folder = try ScratchFolder()
        return try await RawCommits(store: storeFolder, appends: appends).seconds(in: folder.path)
    }
}
