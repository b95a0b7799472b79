/// Something a step can do to the world: a program, a request, a query.
package protocol Tool: Sendable {
    /// How pipelines name it: `file.read`.
    var name: String { get }
    /// One sentence for people and models.
    var summary: String { get }
    /// Changes when the same arguments lead to another kind of result: kept results of another version are not taken.
    var version: String { get }
    /// What it takes.
    var parameters: [ToolParameter] { get }
    /// What may happen to it after a crash, given its arguments, unless the step says otherwise.
    func effect(of arguments: Value) -> Effect
    /// Does it.
    ///
    /// Never throws: a failure is a result. Cancelling the task ends everything the call started and returns
    /// ``ToolResult/cancelled``.
    func run(_ invocation: ToolInvocation) async -> ToolResult
}

extension Tool {
    package var version: String { "1" }
}

/// One parameter of a tool.
package struct ToolParameter: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case string, integer, number, boolean, array, object, any
    }

    package var name: String
    package var kind: Kind
    package var isRequired: Bool
    package var summary: String
    /// Where the value lands, which decides how it is treated.
    package var sink: Sink
    /// The text, numbers and booleans allowed, or nil for any.
    package var allowed: [Value]?
    /// The least and the most: of a number by value, of a string by characters, of an array by elements.
    package var bounds: ValueBounds
    /// What the tool is given where the step gives nothing; nil for nothing.
    package var defaultValue: Value?

    /// Where a value lands.
    package enum Sink: Hashable, Sendable {
        /// Plain data.
        case data
        /// A path, confined to the workspace.
        case path
        /// SQL text, whose holes become bound parameters.
        case sql
        /// A URL, whose holes are percent-encoded.
        case url
        /// Header fields, which cannot hold line ends.
        case headers
        /// A body: in text that is JSON, holes become JSON values.
        case json
    }

    package init(
        _ name: String, _ kind: Kind, required: Bool = false, sink: Sink = .data, allowed: [Value]? = nil,
        minimum: Double? = nil, maximum: Double? = nil, default defaultValue: Value? = nil, _ summary: String
    ) {
        self.name = name
        self.kind = kind
        isRequired = required
        self.summary = summary
        self.sink = sink
        self.allowed = allowed
        bounds = ValueBounds(minimum: minimum, maximum: maximum)
        self.defaultValue = defaultValue
    }
}

/// One call of a tool.
package struct ToolInvocation: Sendable {
    package var run: RunID
    package var step: StepPath
    /// From 1.
    package var attempt: Int
    /// The same for every attempt of a step, so that the other side can recognise a repetition.
    package var idempotencyKey: String
    /// An object: every parameter, resolved, coerced and checked.
    package var arguments: Value
    /// The environment the step adds to Switchyard's own.
    package var environment: [String: String]
    /// The folder the step works in, absolute.
    package var workingDirectory: String
    /// The folder that paths are confined to, absolute.
    package var workspace: String
    /// More folders and files that paths may lead to: `allow_paths`, relative ones from the workspace.
    package var allowedPaths: [String]
    /// The file that receives everything a process prints, absolute; nil for none.
    package var logFile: String?
    /// Hides the run's secrets in what is reported and written to the log file.
    package var mask: SecretMask
    /// Reports what happens meanwhile; cheap, callable from any thread.
    package var report: @Sendable (ToolReport) -> Void

    package init(
        run: RunID, step: StepPath, attempt: Int, idempotencyKey: String, arguments: Value,
        environment: [String: String], workingDirectory: String, workspace: String, allowedPaths: [String] = [],
        logFile: String?, mask: SecretMask = SecretMask([]),
        report: @escaping @Sendable (ToolReport) -> Void
    ) {
        self.run = run
        self.step = step
        self.attempt = attempt
        self.idempotencyKey = idempotencyKey
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.workspace = workspace
        self.allowedPaths = allowedPaths
        self.logFile = logFile
        self.mask = mask
        self.report = report
    }
}

/// What a tool says while it runs.
package enum ToolReport: Hashable, Sendable {
    /// A process group was started; `startTime` is the kernel's (field 22 of `/proc/PID/stat`), to tell it from a
    /// later group with the same number.
    case processStarted(group: Int32, startTime: UInt64)
    /// Lines of output, in order.
    case lines([LogLine])
    /// A piece of an answer that is still coming; line ends are in it.
    case text(String)
    /// It is at work, and has nothing to show.
    case alive
}

/// A line a step printed. Ephemeral: it is shown and written to the step's log file, never to the event log.
package struct LogLine: Hashable, Sendable {
    package enum Stream: String, Hashable, Sendable {
        case stdout, stderr
    }

    package var stream: Stream
    /// Without its line end, cut after a few KiB. Foreign: a screen cleans it before it shows it.
    package var text: String
    /// Whether it goes on with the line before it.
    package var continues: Bool
    /// Whether its end has not come yet.
    package var isOpen: Bool

    package init(_ stream: Stream, _ text: String, continues: Bool = false, isOpen: Bool = false) {
        self.stream = stream
        self.text = text
        self.continues = continues
        self.isOpen = isOpen
    }
}

/// How a call of a tool ended: one shape for success and failure.
package enum ToolResult: Hashable, Sendable {
    case succeeded(ToolOutput)
    case failed(StepFailure)
    case cancelled
}

/// What a successful call gives.
package struct ToolOutput: Hashable, Sendable {
    package var value: Value
    /// How many bytes there were in all, when `value` holds only their beginning.
    package var bytesBeforeCut: Int?
    /// A short line for people: `24 rows`, `200 OK, 3.1 KiB`.
    package var summary: String?
    /// Where the value was taken from, if nothing was done to get it.
    package var source: ResultSource?

    package init(
        _ value: Value, bytesBeforeCut: Int? = nil, summary: String? = nil, source: ResultSource? = nil
    ) {
        self.value = value
        self.bytesBeforeCut = bytesBeforeCut
        self.summary = summary
        self.source = source
    }
}

/// The tools a pipeline may name.
package protocol ToolCatalog: Sendable {
    /// The tool called `name`, or nil.
    func tool(named name: String) -> (any Tool)?
    /// Every name, sorted.
    var names: [String] { get }
}
