import Glibc
import SwitchyardCore
import Testing

@testable import SwitchyardCommands

/// What a run prints line by line.
@Suite struct EventPrinterTests {
    private let folder = TemporaryFolder()
    private static let run = RunID("00000000000000aa")

    /// What `print` writes in the form `format`.
    private func printed(_ format: LineFormat, _ print: (inout EventPrinter) -> Void) throws -> String {
        let path = "\(folder.path)/out"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var printer = EventPrinter(run: Self.run, format: format, stream: StandardStream(descriptor: descriptor))
        print(&printer)
        close(descriptor)
        return try TextFile.read(path).get()
    }

    private static let batch = EventBatch(
        lines: [
            StepLine(step: "build", attempt: 1, line: LogLine(.stdout, "compiling\u{1B}[31m")),
            StepLine(step: "sites[eu]/get", attempt: 2, line: LogLine(.stderr, "slow")),
        ], droppedLines: 1)

    @Test func `sentences hold what steps print`() throws {
        let text = try printed(.sentences) { $0.print(Self.batch) }
        #expect(
            text == """
                Of what steps print, 1 line is left out here; their log files have all of it.
                Step build prints: compiling‹ESC›[31m
                Step sites[eu]/get prints as an error: slow

                """)
    }

    @Test func `events alone are printed for programs`() throws {
        #expect(try printed(.json) { $0.print(Self.batch) } == "")
        #expect(try printed(.json) { $0.note("run #1 goes on at event 9") } == "")
    }

    @Test func `a note stands between events`() throws {
        #expect(try printed(.lines) { $0.note("run #1 goes on at event 9") } == "run #1 goes on at event 9\n")
        #expect(try printed(.sentences) { $0.note("run #1 goes on at event 9") } == "Run #1 goes on at event 9.\n")
    }
}
