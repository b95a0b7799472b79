import Subprocess
import SwitchyardCore
import Synchronization

/// Takes what a process prints: writes the log, reports lines, keeps what the result needs.
///
/// An actor, because two streams arrive at once; each waits until its chunk has been taken, which is what makes a
/// fast program wait.
actor OutputRecorder {
    /// What is known about the output once the process has ended.
    struct Record {
        var output = ProcessOutput(bytes: [], count: 0, lines: 0)
        /// The last bytes of standard error.
        var stderrTail: [UInt8] = []
        /// Whether there were more.
        var isStderrCut = false
    }

    /// How much of standard error a failure quotes.
    private static let stderrLimit = 2048
    /// How much is still read of each stream once the leader has ended: no pipe holds more than this by default, and
    /// a background process that keeps printing must not keep the step alive.
    private static let rest = 1 << 20

    /// Writing the log may wait for its disk.
    private let executor = QueueExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Whether anything has been taken: of a program that prints nothing this is all that is ever asked.
    private let hasBegun = Atomic(false)
    private let outputLimit: Int
    private let report: @Sendable (ToolReport) -> Void
    private var log: StepLogWriter?
    /// Nil where there is nothing to hide.
    private var masked: (stdout: MaskedStream, stderr: MaskedStream)?
    private var stdout = LineSplitter(.stdout)
    private var stderr = LineSplitter(.stderr)
    private var kept: [UInt8] = []
    private var count = 0
    private var stderrTail: [UInt8] = []
    private var stderrCount = 0

    init(
        logFile: String?, mask: SecretMask, outputLimit: Int, report: @escaping @Sendable (ToolReport) -> Void
    ) {
        masked = mask.isEmpty ? nil : (MaskedStream(mask), MaskedStream(mask))
        log = logFile.map(StepLogWriter.init(path:))
        self.outputLimit = outputLimit
        self.report = report
    }

    /// Takes all of `sequence`.
    ///
    /// Ends when the stream ends, or when `leader` has ended and the pipe is empty.
    nonisolated func drain(_ sequence: SubprocessOutputSequence, as stream: LogLine.Stream, leader: Int32) async {
        var iterator = sequence.makeAsyncIterator()
        guard let first = await Self.next(&iterator) else { return }
        hasBegun.store(true, ordering: .relaxed)
        await take(first, then: iterator, as: stream, leader: leader)
    }

    /// Reads here too: going from thread to thread for each chunk would cost more than reading it.
    private func take(
        _ first: SubprocessOutputSequence.Buffer, then iterator: sending SubprocessOutputSequence.Iterator,
        as stream: LogLine.Stream, leader: Int32
    ) async {
        var rest = Self.rest
        var chunk = first
        while true {
            take(chunk, from: stream)
            if rest < Self.rest || ProcessGroup.hasEnded(leader) { rest -= chunk.count }
            guard rest > 0, let next = await Self.next(&iterator) else { return }
            chunk = next
        }
    }

    /// Only closing the descriptor elsewhere makes reading a pipe fail: the output ends there.
    private nonisolated(nonsending) static func next(
        _ iterator: inout SubprocessOutputSequence.Iterator
    ) async -> SubprocessOutputSequence.Buffer? {
        try? await iterator.next(isolation: #isolation)
    }

    private func take(_ chunk: SubprocessOutputSequence.Buffer, from stream: LogLine.Stream) {
        chunk.withUnsafeBytes { bytes in
            switch stream {
            case _ where masked == nil: take(bytes, from: stream)
            case .stdout: masked?.stdout.take(bytes).withUnsafeBytes { take($0, from: stream) }
            case .stderr: masked?.stderr.take(bytes).withUnsafeBytes { take($0, from: stream) }
            }
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer, from stream: LogLine.Stream) {
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

    /// Adds a line of Switchyard's own, as if the process had printed it on standard error.
    func note(_ text: String) {
        hasBegun.store(true, ordering: .relaxed)
        var lines = stderr.finish()
        lines.append(LogLine(.stderr, text))
        var bytes = Array(text.utf8)
        bytes.append(UInt8(ascii: "\n"))
        bytes.withUnsafeBytes { write($0, .stderr) }
        report(.lines(lines))
    }

    /// Reports unfinished lines and closes the log. To be called after the last call of the others.
    nonisolated func finish() async -> Record {
        hasBegun.load(ordering: .relaxed) ? await conclude() : Record()
    }

    private func conclude() -> Record {
        masked?.stdout.finish().withUnsafeBytes { take($0, from: .stdout) }
        masked?.stderr.finish().withUnsafeBytes { take($0, from: .stderr) }
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
