import ArgumentParser
import SwitchyardCore

/// Whether models are simulated.
struct SimulationOptions: ParsableArguments {
    @Flag(name: .long, help: "Let a simulator in this process answer for all models; its steps are marked.")
    var simulate = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "What the simulator answers, a scenario's YAML file. Implies --simulate.",
            discussion: "A sample without a provider is simulated by itself, by the scenarios beside it.",
            valueName: "file"))
    var scenario: String?

    /// What was said of it, or what is usual for the pipeline in `file`.
    func use(for file: String, in environment: ProcessEnvironment) throws(CommandFailure) -> SimulatorUse {
        let use: SimulatorUse =
            simulate || scenario != nil
            ? .always(scenario: scenario.map { environment.absolute($0) }) : .usual(for: file, in: environment)
        // What is wrong with a scenario is told before anything runs.
        switch use {
        case .fallback(let path), .always(let path?): _ = try SimulatorCommand.read(path)
        case .never, .always(nil): break
        }
        return use
    }
}
