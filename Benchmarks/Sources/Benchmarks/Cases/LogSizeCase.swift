import Glibc
import SwitchyardCore

/// How the log grows with the steps of a run.
struct LogSizeCase: BenchmarkCase {
    let name = "log-size"

    func figures(rounds: Int) async throws -> [Figure] {
        var figures: [Figure] = []
        var first: Series?
        for count in [1_000, 10_000, 100_000] {
            let run = try await StoredRun.run(BenchmarkGraph.fan(count).pipeline(of: NoOpTool.step), slots: 64)
            let size = Series([Double(try Self.size(of: run.storeFolder + "/switchyard.db")) / Double(count)])
            let raw = try ScratchFolder()
            _ = try await RawCommits(store: run.storeFolder, appends: run.appends).seconds(in: raw.path)
            let floor = Series([Double(try Self.size(of: raw.path + "/raw.db")) / Double(count)])
            figures.append(
                Figure(
                    name: "log of \(count) steps, each", unit: .bytes, series: size,
                    floor: .init(name: "the same rows in a plain table", series: floor),
                    // Linear: no more a step than in a short run.
                    goal: first.map { .atMost(($0.least * 1.05).rounded()) } ?? .none))
            first = first ?? size
        }
        return figures
    }

    /// The database's size once its write-ahead log is empty.
    private static func size(of path: String) throws -> Int {
        try RawDatabase(path).execute("PRAGMA wal_checkpoint(TRUNCATE)")
        var status = stat()
        guard stat(path, &status) == 0 else { throw Failure("\(path) is not there") }
        return Int(status.st_size)
    }
}
