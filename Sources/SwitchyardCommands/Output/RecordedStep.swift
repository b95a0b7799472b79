import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import SwitchyardTools

extension RunSnapshot {
    /// The step that a person calls `name`: its path, or `undo` and the path of the step that it undoes, which is how
    /// lists show it.
    func step(named name: String) -> StepSnapshot? {
        if let step = steps[StepPath(name)] { return step }
        let prefix = "undo "
        guard name.hasPrefix(prefix) else { return nil }
        return steps[StepPath(String(name.dropFirst(prefix.count))).compensation]
    }
}

extension EventLog {
    /// The log files that the attempts of `step` have, the first attempt's first.
    func logFiles(of step: StepSnapshot, in run: RunID) -> [String] {
        guard let folder = try? logFolder(of: run) else { return [] }
        return step.attempts.map { "\(folder)/\(RunDriver.logFileName(of: AttemptID(step.path, $0.number)))" }
            .filter { FileStatus.of($0).isPresent }
    }
}
