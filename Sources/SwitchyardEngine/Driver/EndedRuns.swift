import OrderedCollections
import SwitchyardCore

/// How the runs of an engine ended: of each of them in which way, and of the newest what they came to as well, which may
/// take much memory.
struct EndedRuns {
    /// How many whole results are kept.
    static let keptResults = 8

    private(set) var endings: [RunID: RunResult.Ending] = [:]
    private(set) var results: OrderedDictionary<RunID, RunResult> = [:]

    mutating func add(_ run: RunID, _ result: RunResult) {
        endings[run] = result.ending
        results[run] = result
        if results.count > Self.keptResults { results.removeFirst() }
    }

    /// The run goes on.
    mutating func forget(_ run: RunID) {
        endings[run] = nil
        results[run] = nil
    }
}
