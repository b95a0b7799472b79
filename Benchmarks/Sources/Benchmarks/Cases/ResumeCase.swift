import GRDBSQLite
import SwitchyardCore
import SwitchyardEngine
import SwitchyardStore

/// Going on with a run of 100,000 events that another engine left: from opening the store to the first step.
struct ResumeCase: BenchmarkCase {
    let name = "resume"
    /// Three events a step, and a few of the run.
    private static let done = 33_333
    private static let steps = 34_000

    func figures(rounds: Int) async throws -> [Figure] {
        let folder = try ScratchFolder()
        let planned = try BenchmarkGraph.fan(Self.steps).pipeline(of: StallingTool.step)
        let run = try await Self.leaveRun(planned, in: folder.path)
        var (whole, reading, raw) = (Series(), Series(), Series())
        for _ in 0..<rounds {
            let tool = StallingTool(after: 0)
            let start = ContinuousClock.now
            let store = try EventStore.open(folder: folder.path)
            let snapshot = try await store.snapshot(of: run)
            reading.add((ContinuousClock.now - start).seconds)
            guard snapshot.lastSeq >= 100_000 else { throw Failure("only \(snapshot.lastSeq) events were recorded") }
            let engine = Engine(log: store, tools: BenchmarkTools(tool))
            try await engine.resume(
                snapshot, pipeline: planned.pipeline, graph: planned.graph, secrets: [:], by: EngineRun.actor)
            guard let first = await tool.firstStall() else { throw Failure("the run started nothing") }
            whole.add((first - start).seconds)
            await engine.interrupt()
            raw.add(try await Self.rawSeconds(folder.path))
        }
        let floor = Figure.Floor(name: "the same rows read by SQLite alone", series: raw)
        return [
            Figure(
                name: "resume of 100,000 events, to the first step", unit: .seconds, series: whole, floor: floor,
                goal: .atMost(1)),
            Figure(name: "  of it: reading and folding the log", unit: .seconds, series: reading, floor: floor),
        ]
    }

    /// Runs `planned` until 100,000 events are recorded, and leaves it as a dead process would.
    private static func leaveRun(_ planned: PlannedPipeline, in folder: String) async throws -> RunID {
        let tool = StallingTool(after: done)
        let run = try await EngineRun.start(
            planned, log: try EventStore.open(folder: folder), tools: BenchmarkTools(tool), slots: 5, workspace: folder)
        _ = await tool.firstStall()
        await run.engine.interrupt()
        return run.run
    }

    private static func rawSeconds(_ folder: String) async throws -> Double {
        let database = try RawDatabase(folder + "/switchyard.db")
        return try await Stopwatch.seconds {
            let bytes = try database.prepared("SELECT * FROM event ORDER BY run, seq") { statement in
                var bytes = 0
                while sqlite3_step(statement) == SQLITE_ROW {
                    for column in 0..<sqlite3_column_count(statement) {
                        bytes += Int(sqlite3_column_bytes(statement, column))
                    }
                }
                return bytes
            }
            guard bytes > 0 else { throw Failure("the store is empty") }
        }
    }
}
