import GRDB
import SwitchyardCore

extension EventLogError {
    /// What an error of GRDB or SQLite, met in the database at `path`, means.
    init(_ error: any Error, path: String) {
        guard let error = error as? DatabaseError else {
            self = (error as? EventLogError) ?? .failed(path: path, reason: "\(error)")
            return
        }
        let message = error.message ?? "SQLite's error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL: self = .diskFull(path: path)
        // SQLite calls a full disk an input/output error where it cannot grow its shared memory.
        case .SQLITE_IOERR where Files.isFull(Files.parent(of: path)): self = .diskFull(path: path)
        case .SQLITE_READONLY: self = .readOnly(path: path)
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: self = .cannotOpen(path: path, reason: message)
        case .SQLITE_NOTADB: self = .corrupt(path: path, reason: "it is not an SQLite database")
        case .SQLITE_CORRUPT: self = .corrupt(path: path, reason: message)
        case .SQLITE_BUSY: self = .failed(path: path, reason: "another process keeps the store locked")
        default: self = .failed(path: path, reason: message)
        }
    }
}

extension DatabaseError {
    /// Whether whatever else is written now would meet the same.
    var concernsEveryWrite: Bool {
        switch resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_CORRUPT, .SQLITE_NOTADB: true
        default: false
        }
    }
}
