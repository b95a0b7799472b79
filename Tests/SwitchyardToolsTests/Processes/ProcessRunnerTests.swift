import Dispatch
import FoundationEssentials
import Glibc
import SwitchyardCore
import SwitchyardTestSupport
import SwitchyardTools
import Testing

@Suite struct ProcessRunnerTests {
    let folder: TemporaryFolder
    let reports = Reports()

    init() throws {
        folder = try TemporaryFolder()
    }

    var log: String { folder.path + "/log" }

    func request(_ script: String, grace: Duration = .milliseconds(100)) -> ProcessRequest {
        ProcessRequest(
            argv: ["bash", "-c", script], workingDirectory: folder.path, logFile: log, grace: grace,
            report: reports.add)
    }

    func output(_ outcome: ProcessOutcome) -> String? {
        if case .succeeded(let output) = outcome { String(decoding: output.bytes, as: UTF8.self) } else { nil }
    }

    /// Starts `script`, cancels it once it has printed `ready`, and returns its session.
    func cancel(_ script: String, grace: Duration = .milliseconds(100)) async throws -> Int32 {
        let task = Task { await ProcessRunner.run(request(script, grace: grace)) }
        await reports.line("ready")
        task.cancel()
        #expect(await task.value == .cancelled)
        return try #require(reports.group)
    }

    // MARK: The group

    @Test func reportsTheGroupAndItsStart() async throws {
        _ = await ProcessRunner.run(request("cut -d' ' -f22 /proc/$$/stat; ps -o pgid=,sid= $$"))
        let lines = reports.lines.map(\.text)
        #expect(lines.first == reports.startTime.map(String.init))
        let group = try #require(reports.group)
        #expect(lines.last?.split(separator: " ") == ["\(group)", "\(group)"])
    }

    @Test func cancellationEndsProcessesThatIgnoreIt() async throws {
        let group = try await cancel("trap '' TERM; sleep 1000 & (sleep 1000 & sleep 1000) & echo ready; wait")
        #expect(try running(inSession: group) == [])
    }

    @Test func cancellationEndsTheRestWhenTheLeaderGoesAtOnce() async throws {
        let group = try await cancel("(trap '' TERM; echo ready; while :; do sleep 1000; done) & sleep 1000")
        #expect(try running(inSession: group) == [])
    }

    @Test func cancellationEndsGroupsOfTheSession() async throws {
        let group = try await cancel("timeout 1000 bash -c 'echo ready; sleep 1000' & wait")
        #expect(try running(inSession: group) == [])
    }

    @Test func cancelledProgramsMaySayGoodbye() async throws {
        // A pipe that is closed too early would end it with SIGPIPE, and the file would never be written.
        _ = try await cancel(
            "trap 'echo bye; echo bye >&2; touch clean; exit 0' TERM; echo ready; while :; do sleep 0.01; done",
            grace: .seconds(60))
        #expect(folder.read("clean") != nil)
        #expect(reports.lines.filter { $0.text == "bye" }.map(\.stream).count == 2)
    }

    @Test func whatTheLeaderLeavesRunningIsEnded() async throws {
        let outcome = await ProcessRunner.run(request("trap '' TERM; sleep 1000 & echo done"))
        #expect(output(outcome) == "done\n")
        #expect(try running(inSession: try #require(reports.group)) == [])
        let note = LogLine(.stderr, "switchyard: ended processes that the step left running")
        #expect(reports.lines.last == note)
        #expect(StepLog.read(log, lastLines: 1) == [note])
    }

    @Test func aCancellationAfterTheLeadersEndChangesNothing() async throws {
        var request = request("sleep 1000 & echo done")
        let add = reports.add
        request.report = { report in
            add(report)
            // Written once the leader is gone and what it left running is ended.
            if case .lines(let lines) = report, lines.last?.stream == .stderr { withUnsafeCurrentTask { $0?.cancel() } }
        }
        let outcome = await Task { [request] in await ProcessRunner.run(request) }.value
        #expect(output(outcome) == "done\n")
    }

    /// The leader has ended and is not reaped, because its reader is held up, when the cancellation comes.
    @Test(arguments: [0, 3])
    func aLeaderThatEndedByItselfWasNotCancelled(status: Int) async throws {
        let (printed, cancelled) = (Gate(), DispatchSemaphore(value: 0))
        var request = request("echo done; exit \(status)")
        let add = reports.add
        request.report = { report in
            add(report)
            guard case .lines = report else { return }
            printed.open()
            cancelled.wait()
        }
        let task = Task { [request] in await ProcessRunner.run(request) }
        await printed.wait()
        let leader = try #require(reports.group)
        while try !running(inSession: leader).isEmpty { await Task.yield() }
        task.cancel()
        cancelled.signal()
        switch await task.value {
        case .succeeded(let output): #expect(status == 0 && output.count == 5)
        case .failed(let failure): #expect(status == 3 && failure.details["exit_code"] == 3)
        case .cancelled: Issue.record("it ended by itself")
        }
    }

    @Test func aBackgroundProcessThatKeepsPrintingDoesNotKeepTheStep() async throws {
        guard case .succeeded = await ProcessRunner.run(request("yes & exit 0")) else {
            Issue.record("the step did not succeed")
            return
        }
        #expect(try running(inSession: try #require(reports.group)) == [])
    }

    @Test func aProgramMayCloseItsOutputAndGoOn() async throws {
        let outcome = await ProcessRunner.run(
            request("mkfifo a; (exec >&- 2>&-; echo x > a) & exec >&- 2>&-; read line < a; wait; touch done"))
        #expect(output(outcome) == "")
        #expect(folder.read("done") != nil)
    }

    // MARK: Output

    @Test func streamsAreToldApart() async throws {
        _ = await ProcessRunner.run(request("echo out; echo err >&2; printf half; exit 3"))
        let stdout = reports.lines.filter { $0.stream == .stdout }.map(\.text)
        #expect(stdout == ["out", "half"])
        #expect(reports.lines.filter { $0.stream == .stderr }.map(\.text) == ["err"])
        #expect(Set(StepLog.read(log, lastLines: 10)) == Set(reports.lines))
        let mode = try FileManager.default.attributesOfItem(atPath: log)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func linesArriveWhileTheProgramRuns() async throws {
        let task = Task {
            await ProcessRunner.run(request("mkfifo gate; echo one; read line < gate; echo $line"))
        }
        await reports.line("one")
        try Data("two\n".utf8).write(to: URL(filePath: folder.path + "/gate"))
        #expect(output(await task.value) == "one\ntwo\n")
    }

    @Test func aLogIsMadeOnlyWhenSomethingIsPrinted() async {
        _ = await ProcessRunner.run(request("true"))
        #expect(folder.read("log") == nil)
    }

    @Test func aLogIsMadeWithItsFolder() async {
        var request = request("echo a")
        request.logFile = folder.path + "/x/y/log"
        _ = await ProcessRunner.run(request)
        #expect(folder.read("x/y/log") == "o a\n")
    }

    @Test func aLogThatIsWaitedForHoldsUpNobodyElse() async throws {
        // Opening a named pipe waits for its reader, as a disk that does not answer would be waited for.
        let logs = (0...2 * Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))).map { "\(folder.path)/log\($0)" }
        for log in logs { mkfifo(log, 0o600) }
        await withTaskGroup(of: String?.self) { group in
            for log in logs {
                var request = request("echo a")
                request.logFile = log
                request.report = { _ in }
                group.addTask { [request] in output(await ProcessRunner.run(request)) }
            }
            for _ in 0..<20 { #expect(output(await ProcessRunner.run(request("echo b"))) == "b\n") }
            let readers = logs.map { open($0, O_RDONLY | O_NONBLOCK) }
            for await result in group { #expect(result == "a\n") }
            for reader in readers { close(reader) }
        }
    }

    @Test func aLogThatCannotBeWrittenIsSaidOnce() async {
        var request = request("echo a; echo b; printf c")
        request.logFile = "/dev/full"
        #expect(output(await ProcessRunner.run(request)) == "a\nb\nc")
        #expect(reports.lines.filter { $0.text.hasPrefix("switchyard: the log ends here") }.count == 1)
    }

    @Test func hostileBytesComeThrough() async throws {
        let outcome = await ProcessRunner.run(request("head -c 1000000 /dev/urandom | tee copy"))
        guard case .succeeded(let output) = outcome else { return }
        let copy = try #require(FileManager.default.contents(atPath: folder.path + "/copy"))
        #expect(output.bytes == Array(copy))
        // Without its two-byte prefixes the log is what was printed, line for line.
        let logged = try #require(FileManager.default.contents(atPath: log)).split(
            separator: 0x0A, omittingEmptySubsequences: false)
        var joined: [UInt8] = []
        for record in logged.dropLast() where record.count >= 2 {
            joined += record.dropFirst(2)
            if record[record.startIndex + 1] == UInt8(ascii: " ") { joined.append(0x0A) }
        }
        #expect(joined == Array(copy))
    }

    @Test func hundredMegabytesNeedNoMemory() async {
        // In a process of its own: the peak of this one is that of every test.
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            func run(_ megabytes: Int) async -> Int? {
                let outcome = await ProcessRunner.run(
                    ProcessRequest(
                        argv: [
                            "bash", "-c",
                            "yes 'some line of an ordinary length as programs print it' | head -c \(megabytes)000000",
                        ],
                        workingDirectory: folder.path, logFile: folder.path + "/log"))
                if case .succeeded(let output) = outcome { return output.count } else { return nil }
            }
            #expect(await run(4) == 4_000_000)
            let before = peakMemory()
            #expect(await run(100) == 100_000_000)
            let growth = peakMemory() - before
            #expect(growth < 10_000, "grew by \(growth) KiB")
        }
    }
}

/// The most memory this process has held, in KiB.
private func peakMemory() -> Int {
    let status = FileManager.default.contents(atPath: "/proc/self/status").map { String(decoding: $0, as: UTF8.self) }
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
}
