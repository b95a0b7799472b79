import ArgumentParser
import SwitchyardCore
import SwitchyardDashboard
import SwitchyardEngine

/// `switchyard graph`: a pipeline as a picture.
struct GraphCommand: AsyncParsableCommand {
    enum Form: String, ExpressibleByArgument, CaseIterable {
        case boxes, lanes, mermaid, dot
    }

    static let configuration = CommandConfiguration(
        commandName: "graph",
        abstract: "Draw a pipeline: boxes or lanes for a terminal, Mermaid or DOT for documents.",
        discussion: """
            The heavy line is the longest chain. Nothing is run.

              switchyard graph pipeline.yaml
              switchyard graph pipeline.yaml --form lanes
              switchyard graph pipeline.yaml --form mermaid >> README.md
              switchyard graph pipeline.yaml --form dot | dot -Tsvg > pipeline.svg
            """
    )

    @Argument(help: ArgumentHelp("The pipeline's YAML file.", valueName: "file"))
    var file: String

    @Option(name: .long, help: "How it is drawn.")
    var form = Form.boxes

    @Flag(name: .long, help: "Draw from top to bottom instead of from left to right.")
    var down = false

    @Flag(name: .long, help: "Draw with ASCII characters only.")
    var ascii = false

    @MainActor
    mutating func run() async throws {
        let assembly = Assembly.current()
        let loaded = try assembly.pipeline(at: file)
        loaded.printWarnings()
        let plan = loaded.graph.compiled { $0.plannedEffect(tools: assembly.tools) }
        let picture = PlanPicture(plan, critical: loaded.graph.criticalPaths, title: loaded.pipeline.id)
        let lines =
            switch form {
            case .boxes: picture.boxes(down: down, isASCII: ascii)
            case .lanes: picture.lanes(isASCII: ascii)
            case .mermaid: MermaidText.lines(picture.description(down: down))
            case .dot: DOTText.lines(picture.description(down: down))
            }
        StandardStream.output.write(lines.map { $0 + "\n" }.joined())
    }
}
