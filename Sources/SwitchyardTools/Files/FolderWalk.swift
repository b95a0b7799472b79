import Glibc
import OrderedCollections
import SwitchyardCore

/// Lists a folder and, if wanted, those below it. Symbolic links are listed and never followed.
///
/// A folder that cannot be read does not spoil the rest: its own entry says why in `error`, and it is counted.
struct FolderWalk {
    struct Entry {
        var path: String
        var value: Value
    }

    /// How deep folders may nest: a path cannot be longer than the system allows anyway.
    private static let maximumDepth = 256

    let pattern: GlobPattern?
    let isRecursive: Bool
    let includesHidden: Bool
    /// How many entries there may be.
    let limit: Int
    /// The folder as the step names it.
    let given: String
    let cancellation: Cancellation

    private(set) var entries: [Entry] = []
    /// How many files and folders could not be looked at, and why the first could not.
    private(set) var skipped = (count: 0, reason: "")

    init(
        _ given: String, pattern: GlobPattern? = nil, isRecursive: Bool, includesHidden: Bool, limit: Int,
        cancellation: Cancellation
    ) {
        self.given = given
        self.pattern = pattern
        self.isRecursive = isRecursive
        self.includesHidden = includesHidden
        self.limit = limit
        self.cancellation = cancellation
    }

    /// Lists the folder, which is at the absolute path `folder`.
    mutating func run(_ folder: String) throws {
        switch names(in: folder) {
        case .success(let names): try visit(folder, names, [])
        case .failure(let error): throw error.failure("list", given)
        }
    }

    private mutating func visit(_ folder: String, _ names: [String], _ parents: [String]) throws {
        for name in names where includesHidden || !name.hasPrefix(".") {
            try cancellation.check()
            let file = Folders.path(of: name, in: folder)
            let path = parents + [name]
            let status: FileStatus
            switch FileStatus.of(file, followingLink: false) {
            case .success(let found): status = found
            case .failure(let code):
                try skip(SystemError(code: code), file)
                continue
            }
            var problem: SystemError?
            if status.kind == .directory, isRecursive, path.count < Self.maximumDepth {
                switch self.names(in: file) {
                case .success(let names): try visit(file, names, path)
                case .failure(let error):
                    try skip(error, file)
                    problem = error
                }
            }
            // A folder that went away meanwhile is no longer there to be listed.
            if problem?.code != ENOENT, pattern?.matches(path) ?? true { try add(path, status, problem) }
        }
        // A folder whose reading was broken off is not whole.
        try cancellation.check()
    }

    private func names(in folder: String) -> Result<[String], SystemError> {
        Result { () throws(SystemError) in try Folders.names(in: folder) { cancellation.isCancelled } }
    }

    /// Goes on without what `error` keeps from being looked at, unless it says that this program has not enough of
    /// something: then nothing is wrong with the folder, and the next attempt may work.
    private mutating func skip(_ error: SystemError, _ file: String) throws {
        switch error.code {
        case ENOENT: return
        case EMFILE, ENFILE, ENOMEM: throw error.failure("list", file)
        default:
            if skipped.count == 0 { skipped.reason = SystemError.text(error.code) }
            skipped.count += 1
        }
    }

    private mutating func add(_ names: [String], _ status: FileStatus, _ problem: SystemError?) throws {
        guard entries.count < limit else {
            throw StepFailure(
                .invalidInput, "\(given) has more than \(limit) entries; `max_entries` sets how many are allowed")
        }
        let relative = names.joined(separator: "/")
        let path = given == "." ? relative : Folders.path(of: relative, in: given)
        var value: OrderedDictionary<String, Value> = [
            "path": .string(path), "name": .string(names[names.count - 1]), "type": .string(status.kind.rawValue),
            "size": .int(status.size), "modified": .string(status.modified.iso8601),
        ]
        if let problem { value["error"] = .string(SystemError.text(problem.code)) }
        entries.append(Entry(path: path, value: .object(value)))
    }
}
