import OrderedCollections
import SwitchyardCore

/// A snapshot as expressions see it.
///
/// A `finally` step sees the results of its own list first, then those of the main list; every other step sees only
/// the main list.
struct SnapshotResults: StepResults {
    let snapshot: RunSnapshot
    let isFinally: Bool

    func result(of id: String) -> StepResult? {
        if isFinally, let step = snapshot.steps[StepPath(StepPath.finallyPrefix + id)] { return result(step) }
        return snapshot.steps[StepPath(id)].map(result)
    }

    var ids: [String] {
        snapshot.steps.keys.filter { isFinally || !$0.isFinally }.map(\.id)
    }

    private func result(_ step: StepSnapshot) -> StepResult {
        StepResult(
            status: step.state.name, output: step.output,
            error: step.failure.map { .object($0.json) } ?? .null, outputBytesCut: step.bytesBeforeCut
        )
    }
}
