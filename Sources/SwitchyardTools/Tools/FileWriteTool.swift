import OrderedCollections
package import SwitchyardCore

/// `file.write`: writes a file of the workspace.
///
/// `overwrite` and `create` are atomic and reach the disk: other programs see the old contents or the new ones,
/// never half of them. `append` is not: a crash may leave a part, which is why a step that appends is not run again
/// by itself. A symbolic link is written through, if it points into the workspace.
package struct FileWriteTool: Tool {
    package let name = "file.write"
    package let summary = "Writes a file of the workspace."
    package let parameters = [
        ToolParameter("path", .string, required: true, sink: .path, "The file."),
        ToolParameter("content", .any, required: true, "Text as it is; any other value as indented JSON."),
        ToolParameter(
            "mode", .string, "`overwrite` (unless given), `append`, or `create`, which fails if the file exists."),
        ToolParameter("create_directories", .boolean, "Whether missing folders are made; true unless given."),
    ]

    private enum Mode: String {
        case overwrite, append, create
    }

    package init() {}

    /// Overwriting with the same content twice is overwriting once. A second `append` adds twice, and a second
    /// `create` fails although the first one worked. `null` stands for a mode that is not known yet.
    package func effect(of arguments: Value) -> Effect {
        switch arguments.objectValue?["mode"] {
        case nil, .string(Mode.overwrite.rawValue): .idempotent
        default: .unsafe
        }
    }

    package func run(_ invocation: ToolInvocation) async -> ToolResult {
        let arguments = invocation.arguments
        let path = arguments["path"].stringValue ?? ""
        guard let mode = Mode(rawValue: arguments["mode"].stringValue ?? "overwrite") else {
            return .failed(StepFailure(.invalidInput, "`mode` must be overwrite, append or create"))
        }
        let bytes = Self.bytes(of: arguments["content"])
        let makesFolders = arguments["create_directories"].boolValue ?? true
        return await Blocking.call { _ in
            let file = try Workspace(invocation).resolve(path)
            if case .success(let status) = FileStatus.of(file), status.kind != .file, mode != .create {
                throw StepFailure(.invalidInput, "cannot write \(path): it is not a regular file")
            }
            if makesFolders, let error = Folders.create(above: file) {
                throw error.failure("make the folder of", path)
            }
            let error =
                switch mode {
                case .overwrite: FileContents.replace(file, with: bytes, isNew: false)
                case .create: FileContents.replace(file, with: bytes, isNew: true)
                case .append: FileContents.append(file, bytes)
                }
            if let error { throw error.failure("write", path) }
            return ToolOutput(["path": .string(path), "bytes": .int(bytes.count)], summary: Text.size(bytes.count))
        }
    }

    private static func bytes(of content: Value) -> [UInt8] {
        switch content {
        case .string(let text): Array(text.utf8)
        case .null, .bool, .int, .double, .array, .object:
            Array((JSON.text(of: content, layout: .indented) + "\n").utf8)
        }
    }
}
