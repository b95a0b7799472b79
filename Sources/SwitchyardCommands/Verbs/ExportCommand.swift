import ArgumentParser
import SwitchyardCore
import SwitchyardDashboard
import SwitchyardStore

/// `switchyard export`: a run as one file.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a run to one file, which `switchyard import` reads elsewhere.",
        discussion: """
            The file is JSON Lines: a header with the number of events and the hash of what follows, then an event a
            line. Secrets were masked when the run was recorded. A file that is there is not replaced.

              switchyard export last -o run.jsonl
              switchyard export 12 --logs -o run.jsonl
              switchyard export 12 | ssh host switchyard import -
            """
    )

    @OptionGroup var reference: RunArgument

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The file to write, with mode 0600; otherwise standard output.", valueName: "file"))
    var output: String?

    @Flag(name: .long, help: "Add the log files of the run's attempts.")
    var logs = false

    @OptionGroup var store: StoreOptions

    @MainActor
    mutating func run() async throws {
        let log = try store.open(in: .current(), readOnly: true)
        let summary = try await reference.find(in: log)
        let export = RunExport(of: summary.run, in: log, version: Version.text, hasLogs: logs)
        do throws(TransferError) {
            if let output {
                let count = try await export.write(toFile: output)
                StandardStream.error.write(
                    "run #\(summary.number): \(CountText.of(count, "event")) written to \(Cleaned.line(output))\n")
            } else {
                try await export.write { bytes throws(TransferError) in
                    guard StandardStream.output.write(String(decoding: bytes, as: UTF8.self)) else {
                        throw .file(path: "standard output", reason: "nobody reads it any more")
                    }
                }
            }
        } catch {
            throw TransferMessage.failure(error)
        }
    }
}
