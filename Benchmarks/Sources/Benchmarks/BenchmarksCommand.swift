import ArgumentParser
import Foundation

/// `Benchmarks`: measures and prints.
@main
struct BenchmarksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "Benchmarks",
        abstract: "Measure the engine, the store and the process tools.",
        discussion: """
            Every time is the least of several rounds, beside a floor measured in turn with it in the same process. \
            Nothing here decides whether a change may land.
            """
    )

    @Argument(help: "What to measure; everything unless given: \(Self.names).")
    var cases: [String] = []

    @Option(help: "How many rounds there are, after a warm-up.")
    var rounds = 7

    @Flag(help: "Print JSON.")
    var json = false

    private static var names: String { BenchmarkCases.all.map(\.name).joined(separator: ", ") }

    func validate() throws {
        if rounds < 1 { throw ValidationError("--rounds wants a number of at least 1, not \(rounds).") }
        for name in cases where !BenchmarkCases.all.contains(where: { $0.name == name }) {
            throw ValidationError("There is no \(name): \(Self.names).")
        }
    }

    func run() async throws {
        var figures: [Figure] = []
        for subject in BenchmarkCases.all where cases.isEmpty || cases.contains(subject.name) {
            FileHandle.standardError.write(Data("\(subject.name)\n".utf8))
            figures += try await subject.figures(rounds: rounds).map { figure in
                var figure = figure
                figure.benchmark = subject.name
                return figure
            }
        }
        print(json ? JSONReport.text(figures) : TableReport.text(figures), terminator: "")
    }
}
