package import SwitchyardCore

/// `shell`: runs a script.
///
/// The shell is started as CI systems do it, so that a script stops at its first failure: `bash --noprofile --norc
/// -eo pipefail -c SCRIPT`, and any other shell as `SHELL -e -c SCRIPT`. `$0` is `switchyard`. The output is what the
/// script printed on standard output without line ends at its end, as `$(…)` gives it.
package struct ShellTool: Tool {
    package let name = "shell"
    package let summary = "Runs a shell script."
    package let parameters = [
        ToolParameter("script", .string, required: true, "The text of the script."),
        ToolParameter("arguments", .array, "What `$1`, `$2`, … are in the script."),
        ToolParameter("shell", .string, "The shell's name or path; `bash` unless given."),
    ]
    private let grace: Duration

    package init(grace: Duration = .seconds(2)) {
        self.grace = grace
    }

    package func effect(of arguments: Value) -> Effect { .unsafe }

    package func run(_ invocation: ToolInvocation) async -> ToolResult {
        let shell = invocation.arguments["shell"].stringValue ?? "bash"
        let script = invocation.arguments["script"].stringValue ?? ""
        let isBash = shell.split(separator: "/").last == "bash"
        let options = isBash ? ["--noprofile", "--norc", "-eo", "pipefail", "-c"] : ["-e", "-c"]
        let arguments = (invocation.arguments["arguments"].arrayValue ?? []).map(\.rendered)
        return await ProcessResult.of(
            ProcessRequest(
                argv: [shell] + options + [script, "switchyard"] + arguments, for: invocation, grace: grace))
    }
}
