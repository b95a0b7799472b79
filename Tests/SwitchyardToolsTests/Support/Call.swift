import SwitchyardCore

extension Tool {
    /// Calls the tool in `folder`, arguments checked as the engine checks them.
    func call(
        _ arguments: Value, in folder: TemporaryFolder, subfolder: String = "", environment: [String: String] = [:],
        logFile: String? = nil, reports: Reports = Reports()
    ) async -> ToolResult {
        let checked: Value
        switch ToolArguments.check(arguments, against: parameters) {
        case .valid(let value): checked = value
        case .invalid(let problems):
            return .failed(StepFailure(.invalidInput, problems.map(\.message).joined(separator: "; ")))
        }
        return await run(
            ToolInvocation(
                run: RunID("run"), step: "a/b", attempt: 2, idempotencyKey: "key", arguments: checked,
                environment: environment, workingDirectory: folder.path + subfolder, workspace: folder.path,
                logFile: logFile, report: reports.add))
    }
}

extension ToolResult {
    var value: Value? {
        if case .succeeded(let output) = self { output.value } else { nil }
    }

    var output: ToolOutput? {
        if case .succeeded(let output) = self { output } else { nil }
    }

    var failure: StepFailure? {
        if case .failed(let failure) = self { failure } else { nil }
    }
}
