import Glibc
import Subprocess
import SwitchyardCore
import Synchronization
import SystemPackage

/// Runs programs, each in its own session and process group.
///
/// A step owns its group. When the leader has ended, whatever it left running in the group is ended too (TERM, the
/// grace, KILL), and pipes that such processes hold open are not waited for. On cancellation the whole session goes
/// the same way, so that programs which make a group of their own, as `timeout` does, end as well. A process that
/// leaves the session (`setsid`) is out of reach.
///
/// Output is read as the program writes it and never gathered: a program that prints faster than the log takes it
/// waits in `write`.
package enum ProcessRunner {
    /// A run under way, as a cancellation finds it.
    private struct Progress {
        var leader: Int32?
        var cancellation: Cancellation?

        struct Cancellation {
            var moment = ContinuousClock.now
            /// Whether the leader had ended by then, so that its status is its own doing.
            var isLate: Bool
        }

        mutating func cancel() {
            cancellation = Cancellation(isLate: leader.map(ProcessGroup.hasEnded) ?? false)
        }
    }

    /// Runs `request` to its end.
    ///
    /// A cancellation that comes after the leader's end ends what it left running and changes nothing else.
    package static func run(_ request: ProcessRequest) async -> ProcessOutcome {
        if Task.isCancelled { return .cancelled }
        if let problem = request.problem { return .failed(problem) }
        let recorder = OutputRecorder(
            logFile: request.logFile, mask: request.mask, outputLimit: request.outputLimit, report: request.report)
        let progress = Mutex(Progress())
        let outcome: ExecutionResult<Int32, SequenceOutput, SequenceOutput>
        do {
            outcome = try await withTaskCancellationHandler {
                try await start(request, recorder) { leader in progress.withLock { $0.leader = leader } }
            } onCancel: {
                progress.withLock { $0.cancel() }
            }
        } catch {
            return error is CancellationError ? .cancelled : .failed(SpawnFailure.classify(error, request))
        }
        let group = ProcessGroup(outcome.closureResult)
        let cancellation = progress.withLock { $0.cancellation }
        if let cancellation {
            let rest = request.grace - (ContinuousClock.now - cancellation.moment)
            await group.end(within: max(.zero, rest), includingSession: true)
        } else if group.exists, await group.end(within: request.grace, includingSession: false) {
            await recorder.note("switchyard: ended processes that the step left running")
        }
        let record = await recorder.finish()
        if let cancellation, !cancellation.isLate { return .cancelled }
        return conclude(outcome.terminationStatus, record)
    }

    /// Starts the program, hands its output to `recorder` and waits for its end. Returns its process group.
    private static func start(
        _ request: ProcessRequest, _ recorder: OutputRecorder, started: (Int32) -> Void
    ) async throws -> ExecutionResult<Int32, SequenceOutput, SequenceOutput> {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: request.grace)
        ]
        let program = request.argv[0]
        return try await Subprocess.run(
            program.utf8.contains(UInt8(ascii: "/")) ? .path(FilePath(program)) : .name(program),
            arguments: Arguments(executablePathOverride: program, remainingValues: Array(request.argv.dropFirst())),
            environment: .inherit.updating(environment(request)),
            workingDirectory: FilePath(request.workingDirectory),
            platformOptions: options,
            input: .none,
            output: .sequence,
            error: .sequence
        ) { execution in
            let leader = execution.processIdentifier.value
            started(leader)
            request.report(
                .processStarted(group: leader, startTime: ProcessGroup.startTime(of: leader) ?? 0))
            let (stdout, stderr) = (execution.standardOutput, execution.standardError)
            // Cancellation must not reach the reading: a program that says goodbye after TERM would meet a closed
            // pipe and die of it. The end of the leader ends the reading.
            await Task {
                async let first: Void = recorder.drain(stdout, as: .stdout, leader: leader)
                await recorder.drain(stderr, as: .stderr, leader: leader)
                await first
            }.value
            return leader
        }
    }

    /// The variables of this process's environment that hold secrets.
    private static let secretVariables: [String] = {
        var names: [String] = []
        var entry = environ
        while let pointer = entry.pointee {
            let name = String(cString: pointer).prefix { $0 != "=" }
            if name.hasPrefix(SecretSource.variablePrefix) { names.append(String(name)) }
            entry += 1
        }
        return names
    }()

    private static func environment(_ request: ProcessRequest) -> [Environment.Key: String?] {
        var environment: [Environment.Key: String?] = [:]
        // A secret reaches a step as `secrets.NAME`, and not by being left lying about.
        for name in secretVariables {
            if let key = Environment.Key(rawValue: name) { environment[key] = .some(nil) }
        }
        for (name, value) in request.environment {
            if let key = Environment.Key(rawValue: name) { environment[key] = .some(value) }
        }
        return environment
    }

    /// The last line a failed program wrote to its standard error, which most often says why; empty if there is none.
    private static func lastWords(_ stderr: Value) -> String {
        let lines = stderr.stringValue?.split(whereSeparator: \.isNewline) ?? []
        guard let last = lines.last(where: { $0.contains { !$0.isWhitespace } }) else { return "" }
        let text = last.drop(while: \.isWhitespace)
        return ": \(text.prefix(160))\(text.count > 160 ? "…" : "")"
    }

    private static func conclude(_ status: TerminationStatus, _ record: OutputRecorder.Record) -> ProcessOutcome {
        let stderr = Value.string(Text.repaired(record.stderrTail, droppingPartialStart: record.isStderrCut))
        switch status {
        case .exited(0):
            return .succeeded(record.output)
        case .exited(let code):
            return .failed(
                StepFailure(
                    .exitCode, "exited with status \(code)\(lastWords(stderr))",
                    details: ["exit_code": .int(Int(code)), "stderr": stderr]))
        case .signaled(let number):
            let name = SignalName.of(number)
            return .failed(
                StepFailure(
                    .signal, "ended by signal \(name)",
                    details: ["signal": .string(name), "signal_number": .int(Int(number)), "stderr": stderr]))
        }
    }
}
