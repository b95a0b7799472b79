import Glibc
package import SwitchyardCore

/// `file.list`: the files of a folder of the workspace, sorted by path.
///
/// The output is an array of `{path, name, type, size, modified}`: `path` as other tools take it, `type` one of
/// `file`, `directory`, `symlink` and `other`, `modified` in RFC 3339. With a `pattern` whatever matches it, folders
/// included. Symbolic links are listed and never followed.
package struct FileListTool: Tool {
    package let name = "file.list"
    package let summary = "Lists the files of a folder of the workspace."
    package let parameters = [
        ToolParameter("path", .string, sink: .path, "The folder; the working directory unless given."),
        ToolParameter(
            "pattern", .string, "Only paths, relative to the folder, that match: `*`, `?`, `[…]`, `**` for folders."),
        ToolParameter(
            "recursive", .boolean, "Whether folders below are listed too; unless given, if the pattern needs it."),
        ToolParameter(
            "include_hidden", .boolean, "Whether names that start with a dot are listed; false unless given."),
        ToolParameter("max_entries", .integer, "Fail if there are more; 10000 unless given."),
    ]

    /// How deep folders may nest: a path cannot be longer than the system allows anyway.
    private static let maximumDepth = 256

    package init() {}

    package func effect(of arguments: Value) -> Effect { .pure }

    package func run(_ invocation: ToolInvocation) async -> ToolResult {
        let arguments = invocation.arguments
        let path = arguments["path"].stringValue ?? "."
        let pattern = arguments["pattern"].stringValue.map(GlobPattern.init)
        let start = Walk(
            pattern: pattern, isRecursive: arguments["recursive"].boolValue ?? pattern?.isDeep ?? false,
            includesHidden: arguments["include_hidden"].boolValue ?? false,
            limit: max(0, arguments["max_entries"].intValue ?? 10_000), given: path)
        return await Blocking.run {
            var walk = start
            do throws(StepFailure) {
                let folder = try Workspace(invocation).resolve(path)
                try walk.visit(folder, [])
                let entries = walk.entries.sorted { $0.path < $1.path }
                return .succeeded(
                    ToolOutput(
                        .array(entries.map(\.value)), summary: Text.count(entries.count, "entry", "entries")))
            } catch {
                return .failed(error)
            }
        }
    }

    private struct Walk: Sendable {
        let pattern: GlobPattern?
        let isRecursive: Bool
        let includesHidden: Bool
        let limit: Int
        let given: String
        var entries: [(path: String, value: Value)] = []

        mutating func visit(_ folder: String, _ names: [String]) throws(StepFailure) {
            guard let stream = opendir(folder) else {
                // A folder that went away meanwhile is no longer there to be listed.
                if errno == ENOENT, !names.isEmpty { return }
                throw SystemError.current.failure("list", names.isEmpty ? given : folder)
            }
            var children: [String] = []
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != "..", includesHidden || !name.hasPrefix(".") { children.append(name) }
            }
            closedir(stream)
            for name in children {
                let path = names + [name]
                guard case .success(let status) = FileStatus.of(folder + "/" + name, followingLink: false) else {
                    continue
                }
                if pattern?.matches(path) ?? true { try add(path, status) }
                if status.kind == .directory, isRecursive, path.count < FileListTool.maximumDepth {
                    try visit(folder + "/" + name, path)
                }
            }
        }

        private mutating func add(_ names: [String], _ status: FileStatus) throws(StepFailure) {
            guard entries.count < limit else {
                throw StepFailure(
                    .invalidInput, "\(given) has more than \(limit) entries; `max_entries` sets how many are allowed")
            }
            let relative = names.joined(separator: "/")
            let path = given == "." ? relative : given.hasSuffix("/") ? given + relative : given + "/" + relative
            entries.append(
                (
                    path,
                    [
                        "path": .string(path), "name": .string(names[names.count - 1]),
                        "type": .string(status.kind.rawValue), "size": .int(status.size),
                        "modified": .string(status.modified.iso8601),
                    ]
                ))
        }
    }
}
