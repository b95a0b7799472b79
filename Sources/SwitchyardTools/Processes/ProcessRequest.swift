package import SwitchyardCore

/// A program to run.
package struct ProcessRequest: Sendable {
    /// The program first: a name that `PATH` is searched for, or a path, relative to the working directory.
    package var argv: [String]
    /// What is added to Switchyard's own environment.
    package var environment: [String: String]
    package var workingDirectory: String
    /// The file that receives everything printed; nil for none.
    package var logFile: String?
    /// Hides secrets in everything that is printed.
    package var mask: SecretMask
    package var report: @Sendable (ToolReport) -> Void
    /// How long the process group has to end itself after TERM before it is killed.
    package var grace: Duration
    /// How many bytes of standard output are kept for the result.
    package var outputLimit: Int

    package init(
        argv: [String], environment: [String: String] = [:], workingDirectory: String, logFile: String? = nil,
        mask: SecretMask = SecretMask([]), grace: Duration = .seconds(2), outputLimit: Int = 1 << 20,
        report: @escaping @Sendable (ToolReport) -> Void = { _ in }
    ) {
        self.argv = argv
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.logFile = logFile
        self.mask = mask
        self.grace = grace
        self.outputLimit = outputLimit
        self.report = report
    }

    /// `argv` as a step's process: `invocation`'s environment, folder, log and report, and the variables
    /// `SWITCHYARD_RUN`, `SWITCHYARD_STEP`, `SWITCHYARD_ATTEMPT` and `SWITCHYARD_IDEMPOTENCY_KEY`, which a step cannot
    /// override.
    package init(argv: [String], for invocation: ToolInvocation, grace: Duration) {
        var environment = invocation.environment
        environment["SWITCHYARD_RUN"] = invocation.run.rawValue
        environment["SWITCHYARD_STEP"] = invocation.step.rawValue
        environment["SWITCHYARD_ATTEMPT"] = String(invocation.attempt)
        environment["SWITCHYARD_IDEMPOTENCY_KEY"] = invocation.idempotencyKey
        self.init(
            argv: argv, environment: environment, workingDirectory: invocation.workingDirectory,
            logFile: invocation.logFile, mask: invocation.mask, grace: grace, report: invocation.report)
    }

    /// What makes the request impossible before anything is started; nil if nothing does.
    var problem: StepFailure? {
        guard let program = argv.first, !program.isEmpty else {
            return StepFailure(.invalidInput, "there is no program to run: `argv` is empty")
        }
        // C strings end at a null byte: what stands behind one would silently be lost.
        if let index = argv.firstIndex(where: { $0.utf8.contains(0) }) {
            return StepFailure(.invalidInput, "argument \(index) of \(program) contains a null byte")
        }
        for (name, value) in environment {
            let isPlain = name.utf8.first.map { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
            guard isPlain, !name.utf8.contains(UInt8(ascii: "=")), !name.utf8.contains(0) else {
                return StepFailure(.invalidInput, "\(JSON.text(of: .string(name))) cannot name a variable")
            }
            guard !value.utf8.contains(0) else {
                return StepFailure(.invalidInput, "the variable \(name) contains a null byte")
            }
        }
        return nil
    }
}

/// How a process ended.
package enum ProcessOutcome: Hashable, Sendable {
    /// It ended with status 0.
    case succeeded(ProcessOutput)
    case failed(StepFailure)
    /// The task was cancelled; nothing of the process group is left.
    case cancelled
}

/// What a process printed on its standard output.
package struct ProcessOutput: Hashable, Sendable {
    /// The beginning, up to the request's limit.
    package var bytes: [UInt8]
    /// How many bytes there were in all.
    package var count: Int
    /// How many lines there were in all, an unfinished one included.
    package var lines: Int
}
