import SwitchyardCore
import SwitchyardStore

/// Why a run was not exported or imported, for a person.
enum TransferMessage {
    static func failure(_ error: TransferError) -> CommandFailure {
        switch error {
        case .log(let error): return .log(error)
        case .file(let path, let reason): return .usage("\(path): \(reason)")
        case .fileExists(let path):
            return .usage("\(path) is there already", hint: "remove it, or name another file with -o")
        case .notAnExport(let path, let reason):
            return .usage("\(path) is no exported run: \(reason)", hint: "switchyard export RUN -o FILE writes one")
        case .newer(let path): return .usage("\(path) was written by a newer Switchyard", hint: "update this one")
        case .damaged(let path, let reason):
            return .usage("\(path) is damaged: \(reason)", hint: "export the run again")
        case .unsound(let path, let problems):
            let first = problems.first.map { problem in
                let place = problem.seq.map { ": event \($0)" } ?? ""
                return "\(place): \(VerificationText.sentence(problem))"
            }
            let others = problems.count > 1 ? ", and \(problems.count - 1) more" : ""
            return .usage(
                "\(path) holds a record that cannot be true\(first ?? "")\(others)",
                hint: "`switchyard verify` tells more where the run was recorded")
        case .different(let run, let number):
            return .usage(
                "run \(run) is here already, as #\(number), with other events", hint: "import it into another store")
        }
    }
}
