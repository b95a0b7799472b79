import SwitchyardCore

/// A process's end as a tool's result.
enum ProcessResult {
    /// Runs `request`. Its output is text: invalid UTF-8 repaired, line ends at the end left out unless the output
    /// was cut there.
    static func of(_ request: ProcessRequest) async -> ToolResult {
        switch await ProcessRunner.run(request) {
        case .cancelled: .cancelled
        case .failed(let failure): .failed(failure)
        case .succeeded(let output): .succeeded(toolOutput(output))
        }
    }

    private static func toolOutput(_ output: ProcessOutput) -> ToolOutput {
        let isCut = output.count > output.bytes.count
        var bytes = output.bytes[...]
        while !isCut, bytes.last == 0x0A { bytes.removeLast() }
        let summary =
            switch output.lines {
            case 0: "no output"
            case 1: Text.size(output.count)
            default: "\(Text.count(output.lines, "line")), \(Text.size(output.count))"
            }
        return ToolOutput(
            .string(Text.repaired(bytes, droppingPartialEnd: isCut)), bytesBeforeCut: isCut ? output.count : nil,
            summary: summary)
    }
}
