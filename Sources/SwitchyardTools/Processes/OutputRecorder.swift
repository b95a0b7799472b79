import Glibc
import Subprocess
import SwitchyardCore

/// Takes what a process prints: writes the log, reports lines, keeps what the result needs.
///
/// An actor, because two streams arrive at once; each waits until its chunk has been taken, which is what makes a
/// fast program wait.
actor OutputRecorder {
    /// What is known about the output once the process has ended.
    struct Record {
        var output: ProcessOutput
        /// The last bytes of standard error.
        var stderrTail: [UInt8]
        /// Whether there were more.
        var isStderrCut: Bool
    }

    /// How much of standard error a failure quotes.
    private static let stderrLimit = 2048
    /// How much is still read of each stream once the leader has ended: no pipe holds more than this by default, and
    /// a background process that keeps printing must not keep the step alive.
    private static let rest = 1 << 20

    private let outputLimit: Int
    private let report: @Sendable (ToolReport) -> Void
    private var log: StepLogWriter?
    private var stdout = LineSplitter(.stdout)
    private var stderr = LineSplitter(.stderr)
    private var kept: [UInt8] = []
    private var count = 0
    private var stderrTail: [UInt8] = []
    private var stderrCount = 0

    init(logFile: String?, outputLimit: Int, report: @escaping @Sendable (ToolReport) -> Void) {
        log = logFile.map(StepLogWriter.init(path:))
        self.outputLimit = outputLimit
        self.report = report
    }

    /// Takes all of `sequence`.
    ///
    /// Ends when the stream ends, or when `leader` has ended and the pipe is empty.
    nonisolated func drain(_ sequence: SubprocessOutputSequence, as stream: LogLine.Stream, leader: Int32) async {
        var iterator = sequence.makeAsyncIterator()
        var rest = Self.rest
        while rest > 0 {
            // Only closing the descriptor elsewhere makes reading a pipe fail: the output ends there.
            guard let chunk = try? await iterator.next() else { return }
            await take(chunk, from: stream)
            if rest < Self.rest || Self.hasEnded(leader) { rest -= chunk.count }
        }
    }

    /// Whether `process`, a child, has ended; leaves its status for whoever waits for it.
    private static func hasEnded(_ process: Int32) -> Bool {
        var info = siginfo_t()
        return waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_signo != 0
    }

    private func take(_ chunk: SubprocessOutputSequence.Buffer, from stream: LogLine.Stream) {
        chunk.withUnsafeBytes { bytes in
            let lines: [LogLine]
            switch stream {
            case .stdout:
                if kept.count < outputLimit { kept += bytes.prefix(outputLimit - kept.count) }
                count += bytes.count
                lines = stdout.take(bytes)
            case .stderr:
                if bytes.count >= Self.stderrLimit {
                    stderrTail = Array(bytes.suffix(Self.stderrLimit))
                } else {
                    stderrTail += bytes
                    stderrTail.removeFirst(max(0, stderrTail.count - Self.stderrLimit))
                }
                stderrCount += bytes.count
                lines = stderr.take(bytes)
            }
            write(bytes, stream)
            if !lines.isEmpty { report(.lines(lines)) }
        }
    }

    /// Adds a line of Switchyard's own, as if the process had printed it on standard error.
    func note(_ text: String) {
        var lines = stderr.finish()
        lines.append(LogLine(.stderr, text))
        var bytes = Array(text.utf8)
        bytes.append(UInt8(ascii: "\n"))
        bytes.withUnsafeBytes { write($0, .stderr) }
        report(.lines(lines))
    }

    /// Reports unfinished lines and closes the log.
    func finish() -> Record {
        let lines = stdout.finish() + stderr.finish()
        if !lines.isEmpty { report(.lines(lines)) }
        log?.close()
        log = nil
        let output = ProcessOutput(bytes: kept, count: count, lines: stdout.count)
        return Record(output: output, stderrTail: stderrTail, isStderrCut: stderrCount > stderrTail.count)
    }

    private func write(_ bytes: UnsafeRawBufferPointer, _ stream: LogLine.Stream) {
        guard let problem = log?.append(bytes, stream) else { return }
        // A full disk must not end a step that does not itself need the disk, but nor may it pass unseen.
        log?.close()
        log = nil
        report(.lines([LogLine(.stderr, "switchyard: the log ends here, it cannot be written: \(problem)")]))
    }
}
