import ArgumentParser
import SwitchyardCore
import SwitchyardDashboard
import SwitchyardStore

/// `switchyard import`: a run that was recorded elsewhere.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Record a run that `switchyard export` wrote.",
        discussion: """
            The whole file is checked before anything is recorded. The run keeps its id and gets the next number; one
            that is here already is never changed.

              switchyard import run.jsonl
              switchyard import - < run.jsonl
            """
    )

    @Argument(help: ArgumentHelp("The file to read, or `-` for standard input.", valueName: "file"))
    var file: String

    @OptionGroup var store: StoreOptions

    @MainActor
    mutating func run() async throws {
        let log = try store.open(in: .current())
        do throws(TransferError) {
            let imported = try RunImport(path: file == "-" ? "/dev/stdin" : file)
            let outcome = try await imported.record(in: log)
            let text =
                switch outcome {
                case .imported(let number):
                    "run \(imported.run) is #\(number) now: \(CountText.of(imported.eventCount, "event"))"
                case .wasThere(let number): "run \(imported.run) was here already, as #\(number)"
                }
            StandardStream.output.write(text + "\n")
        } catch {
            throw TransferMessage.failure(error)
        }
    }
}
