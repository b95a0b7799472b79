import FoundationEssentials
package import SwitchyardCore

/// `file.read`: the contents of a file of the workspace.
///
/// - `text` (the default): a string, invalid UTF-8 repaired. Without `max_bytes` a file above 1 MiB is cut.
/// - `base64`: a string, cut likewise.
/// - `json`: the value the file holds; one above 1 MiB fails.
///
/// With `max_bytes` a longer file fails, and a file up to that length is read whole.
package struct FileReadTool: Tool {
    package let name = "file.read"
    package let summary = "Reads a file of the workspace."
    package let parameters = [
        ToolParameter("path", .string, required: true, sink: .path, "The file."),
        ToolParameter("encoding", .string, "`text`, `json` or `base64`; `text` unless given."),
        ToolParameter("max_bytes", .integer, "Fail if the file is longer; without it text is cut after 1 MiB."),
    ]

    private enum Encoding: String, CaseIterable {
        case text, json, base64
    }

    private static let outputLimit = 1 << 20
    /// What `max_bytes` may be at most: a value is held in memory several times over.
    private static let hardLimit = 64 << 20

    package init() {}

    package func effect(of arguments: Value) -> Effect { .pure }

    package func run(_ invocation: ToolInvocation) async -> ToolResult {
        let arguments = invocation.arguments
        let path = arguments["path"].stringValue ?? ""
        guard let encoding = Encoding(rawValue: arguments["encoding"].stringValue ?? "text") else {
            return .failed(StepFailure(.invalidInput, "`encoding` must be text, json or base64"))
        }
        let given = arguments["max_bytes"].intValue
        if let given, !(0...Self.hardLimit).contains(given) {
            return .failed(StepFailure(.invalidInput, "`max_bytes` must lie between 0 and \(Self.hardLimit)"))
        }
        let limit = given ?? Self.outputLimit
        return await Blocking.call { cancellation in
            let file = try Workspace(invocation).resolve(path)
            let (bytes, count) = try FileContents.read(file, named: path, limit: limit, cancellation)
            if count > limit, given != nil || encoding == .json {
                throw StepFailure(
                    .invalidInput,
                    "\(path) has \(count) bytes, more than \(limit); `max_bytes` sets how many are allowed",
                    details: ["path": .string(path), "size": .int(count)])
            }
            let isCut = count > limit
            return ToolOutput(
                try Self.value(of: bytes, encoding, isCut: isCut, path), bytesBeforeCut: isCut ? count : nil,
                summary: Text.size(count))
        }
    }

    private static func value(
        of bytes: [UInt8], _ encoding: Encoding, isCut: Bool, _ path: String
    ) throws(StepFailure) -> Value {
        switch encoding {
        case .text: return .string(Text.repaired(bytes, droppingPartialEnd: isCut))
        case .base64: return .string(Data(bytes).base64EncodedString())
        case .json:
            do throws(JSON.ParseError) {
                return try JSON.parse(String(decoding: bytes, as: UTF8.self))
            } catch {
                throw StepFailure(
                    .invalidOutput, "\(path) is not JSON: \(error.message) (byte \(error.offset))",
                    details: ["path": .string(path), "offset": .int(error.offset)])
            }
        }
    }
}
