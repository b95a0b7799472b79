package import SwitchyardCore

/// Why a run was not exported or imported.
package enum TransferError: Error, Hashable, Sendable {
    /// The log refused.
    case log(EventLogError)
    /// A file cannot be read or written: the path and the system's reason.
    case file(path: String, reason: String)
    /// The file is there already.
    case fileExists(path: String)
    /// The file is no export: what is wrong with it.
    case notAnExport(path: String, reason: String)
    /// A newer Switchyard wrote it.
    case newer(path: String)
    /// Its content is not what was written.
    case damaged(path: String, reason: String)
    /// The record of its run cannot be true.
    case unsound(path: String, [RunProblem])
    /// The store has another record of the run, under this number.
    case different(RunID, number: Int)
}
