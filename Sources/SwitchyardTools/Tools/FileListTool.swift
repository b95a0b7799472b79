package import SwitchyardCore

/// `file.list`: the files of a folder of the workspace, sorted by path.
///
/// The output is an array of `{path, name, type, size, modified}`: `path` as other tools take it, `type` one of
/// `file`, `directory`, `symlink` and `other`, `modified` in RFC 3339. With a `pattern` whatever matches it, folders
/// included. Symbolic links are listed and never followed. A folder below that cannot be read has its reason in `error`
/// instead of its files in the list; the summary counts them.
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

    package init() {}

    package func effect(of arguments: Value) -> Effect { .pure }

    package func run(_ invocation: ToolInvocation) async -> ToolResult {
        let arguments = invocation.arguments
        let path = arguments["path"].stringValue ?? "."
        let pattern = arguments["pattern"].stringValue.map(GlobPattern.init)
        let isRecursive = arguments["recursive"].boolValue ?? pattern?.isDeep ?? false
        let includesHidden = arguments["include_hidden"].boolValue ?? false
        let limit = max(0, arguments["max_entries"].intValue ?? 10_000)
        return await Blocking.call { cancellation in
            var walk = FolderWalk(
                path, pattern: pattern, isRecursive: isRecursive, includesHidden: includesHidden, limit: limit,
                cancellation: cancellation)
            try walk.run(try Workspace(invocation).resolve(path))
            let entries = walk.entries.sorted { $0.path < $1.path }
            return ToolOutput(.array(entries.map(\.value)), summary: Self.summary(entries.count, walk.skipped))
        }
    }

    private static func summary(_ count: Int, _ skipped: (count: Int, reason: String)) -> String {
        let entries = Text.count(count, "entry", "entries")
        return skipped.count == 0 ? entries : "\(entries) (\(skipped.count) could not be read: \(skipped.reason))"
    }
}
