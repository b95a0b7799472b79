import ArgumentParser
import OrderedCollections
import SwitchyardCore
import SwitchyardYAML

/// `switchyard analyze`: what a run could have cost and taken.
struct AnalyzeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze",
        abstract: "Show what a run cost and took against what it could have, and what would make it cheaper or faster.",
        discussion: """
              switchyard analyze last
              switchyard analyze 12 --json

            Choices are compared for the tokens that were really used. The cheapest and the best are those among the
            models that could have been called at the moment of the choice.
            """)

    @OptionGroup var reference: RunArgument

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var store: StoreOptions

    @MainActor
    mutating func run() async throws {
        let log = try store.open(in: .current(), readOnly: true)
        let summary = try await reference.find(in: log)
        let events = try await log.allEvents(of: summary.run)
        let catalogue = ModelProviders.settings(Assembly.current()).settings.catalogue
        let analysis = RunAnalysis(
            events, catalogue: catalogue, sources: try await Self.sources(events, in: log))
        StandardStream.output.write(
            json
                ? JSON.text(of: AnalysisText.json(analysis, summary), layout: .indented) + "\n"
                : AnalysisText.text(analysis, summary))
    }

    /// What the results that were taken cost and took where they were made. Nothing is said of one whose run is not
    /// recorded here.
    private static func sources(
        _ events: [EventEnvelope], in log: any EventLog
    ) async throws(CommandFailure) -> [StepPath: (cost: MicroDollars?, took: Duration)] {
        var taken: [(step: StepPath, source: ResultSource)] = []
        for event in events {
            if case .stepSucceeded(let success) = event.event, let source = success.source, let step = event.step {
                taken.append((step, source))
            }
        }
        var sources: [StepPath: (cost: MicroDollars?, took: Duration)] = [:]
        for (run, results) in OrderedDictionary(grouping: taken, by: \.source.run) {
            let made = try await log.allEvents(of: run)
            for result in results {
                sources[result.step] = RunAnalysis.price(of: result.source.seq, in: made)
            }
        }
        return sources
    }
}
