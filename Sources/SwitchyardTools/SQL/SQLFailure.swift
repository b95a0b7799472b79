import GRDB
import SwitchyardCore

/// Says why SQL failed.
enum SQLFailure {
    /// `error` as a step's failure; a step that was cancelled is not one, see ``isInterruption(_:)``.
    static func classify(_ error: any Error) -> StepFailure {
        if let failure = error as? StepFailure { return failure }
        guard let error = error as? DatabaseError else { return StepFailure(.internal, "SQLite: \(error)") }
        let kind: FailureClass =
            switch error.resultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED: .unavailable
            case .SQLITE_IOERR, .SQLITE_FULL, .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_NOMEM, .SQLITE_CANTOPEN: .io
            case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: .permission
            // How GRDB reports placeholders without values and values without placeholders.
            case .SQLITE_MISUSE: .invalidInput
            default: .rejected
            }
        return StepFailure(
            kind, "SQLite: \(error.message ?? error.resultCode.description)",
            details: ["code": .int(Int(error.extendedResultCode.rawValue))])
    }

    /// Whether `error` is what a cancelled access ends with.
    static func isInterruption(_ error: any Error) -> Bool {
        if error is CancellationError { return true }
        guard let code = (error as? DatabaseError)?.resultCode else { return false }
        return code == .SQLITE_INTERRUPT || code == .SQLITE_ABORT
    }
}
