import Glibc
import SwitchyardCore
import SwitchyardTools

/// Finds the files that settings may stand in.
///
/// The project's is the first `switchyard.yaml` (or `.yml`) from the pipeline's folder upwards. The search ends with
/// the folder that holds `.git`, so that a repository is never ruled by what lies around it; outside of a repository it
/// goes to the root. A file above the pipeline's own folder that belongs to another user is not read: settings name
/// programs to start, and anybody can leave a file in `/tmp`.
enum SettingsFiles {
    enum Origin: String, CaseIterable {
        case project, user
    }

    /// A file that is there.
    struct Found {
        var origin: Origin
        /// Absolute, unless the pipeline's folder could not be resolved.
        var path: String
        /// The text, or why it cannot be read, behind "the file x": `may not be read`.
        var content: Result<String, Failure>
    }

    struct Failure: Error, Equatable {
        var reason: String
    }

    static let projectNames = ["switchyard.yaml", "switchyard.yml"]
    static let maximumSize = 1 << 20

    /// The files, the project's before the user's: the order in which they win.
    ///
    /// - Parameter pipelineFile: as the person named it; nil where there is none, and the search starts in the current
    ///   folder.
    static func discover(pipelineFile: String?, environment: ProcessEnvironment) -> [Found] {
        let user = userFile(environment)
        let start = folder(of: pipelineFile, environment)
        var found: [Found] = []
        if let project = projectFile(from: start) {
            let isNear = project.hasPrefix(start + "/") || start == "/"
            let content =
                isNear || isTrusted(project)
                ? read(project) : .failure(Failure(reason: "belongs to another user, and is not read"))
            found.append(Found(origin: .project, path: project, content: content))
        }
        if let user, isThere(user) { found.append(Found(origin: .user, path: user, content: read(user))) }
        return found
    }

    /// Where the user's settings are, or would be; nil without a home folder.
    static func userFile(_ environment: ProcessEnvironment) -> String? {
        // A relative XDG_CONFIG_HOME is to be ignored, says its specification, and an empty one as well.
        let configured = environment.variables["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let home = environment.variables["HOME"].flatMap { $0.isEmpty ? nil : "\($0)/.config" }
        return (configured ?? home).map { "\($0)/switchyard/config.yaml" }
    }

    private static func folder(of file: String?, _ environment: ProcessEnvironment) -> String {
        guard let file else { return environment.workingDirectory }
        let path = environment.absolute(file)
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        // Upwards means the folders as they are, whichever links the path goes through.
        guard let real = realpath(folder.isEmpty ? "/" : folder, nil) else { return folder }
        defer { free(real) }
        return String(cString: real)
    }

    private static func projectFile(from start: String) -> String? {
        var folder = start
        while true {
            let prefix = folder == "/" ? "" : folder
            if let name = projectNames.first(where: { isThere("\(prefix)/\($0)") }) { return "\(prefix)/\(name)" }
            // A file in a worktree, a folder elsewhere.
            if isThere("\(prefix)/.git") { return nil }
            guard let slash = folder.lastIndex(of: "/"), folder != "/" else { return nil }
            folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
        }
    }

    /// Whether the file is this user's or root's.
    private static func isTrusted(_ path: String) -> Bool {
        guard let owner = FileStatus.of(path).status?.owner else { return false }
        return owner == getuid() || owner == 0
    }

    private static func isThere(_ path: String) -> Bool {
        FileStatus.of(path, followingLink: false).status != nil
    }

    private static func read(_ path: String) -> Result<String, Failure> {
        InputFile.read(path, limit: maximumSize).map(\.text).mapError { Failure(reason: $0.reason) }
    }
}
