import ArgumentParser
import SwitchyardCore
import SwitchyardSimulator
import SwitchyardYAML

/// `switchyard simulator`: a server that speaks the providers' wire formats and answers from a scenario.
struct SimulatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulator",
        abstract: "Serve answers of models from a scenario, in the providers' own wire formats.",
        discussion: """
            It speaks the formats of OpenAI (Responses and Chat Completions), Anthropic, Gemini and Ollama over HTTP, and
            labels every answer as simulated. A scenario says what it answers to what, and which faults it has.

              switchyard simulator
              switchyard simulator --scenario sample-pipelines/scenarios/faults.yaml --port 8089
              OPENAI_BASE_URL=http://127.0.0.1:8089/v1 OPENAI_API_KEY=any your-program
            """
    )

    @Option(
        name: .long,
        help: ArgumentHelp("The scenario's YAML file; without it, it answers everything.", valueName: "file"))
    var scenario: String?

    @Option(name: .long, help: ArgumentHelp("The port to listen at; 0 is any that is free.", valueName: "n"))
    var port = 0

    @Option(name: .long, help: ArgumentHelp("The address to listen at.", valueName: "address"))
    var host = "127.0.0.1"

    @Flag(name: .long, help: "Print a line for every request.")
    var verbose = false

    mutating func validate() throws {
        if !(0...65_535).contains(port) { throw ValidationError("--port wants a number from 0 to 65535, not \(port).") }
    }

    @MainActor
    mutating func run() async throws {
        let scenario = try self.scenario.map { path throws(CommandFailure) in try Self.read(path) } ?? Scenario()
        let verbose = verbose
        let simulator = Simulator(
            scenario: scenario, host: host,
            onRequest: { if verbose { StandardStream.output.write("\(Cleaned.line("\($0)"))\n") } })
        do throws(Simulator.StartError) {
            let port = try await simulator.start(port: port)
            StandardStream.output.write("listening on http://\(host):\(port)\n")
        } catch {
            throw CommandFailure.usage(error.message)
        }
        await simulator.waitUntilStopped()
    }

    /// The scenario in the file at `path`; what is doubtful about it is printed.
    static func read(_ path: String) throws(CommandFailure) -> Scenario {
        let text: String
        switch InputFile.read(path, limit: InputResolver.maximumFileSize) {
        case .success(let file): text = file.text
        case .failure(let problem): throw .usage("the scenario \(path) \(problem.reason)")
        }
        let read = ScenarioReader.read(text: text, file: path)
        guard let scenario = read.scenario, !read.diagnostics.hasErrors else {
            throw .invalid(read.diagnostics, source: text)
        }
        if !read.diagnostics.isEmpty {
            StandardStream.error.write(DiagnosticText.text(of: read.diagnostics, source: text))
        }
        return scenario
    }
}
