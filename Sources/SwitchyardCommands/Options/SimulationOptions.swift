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
            discussion:
                "Without it, the scenario of the same name in the folder `scenarios` beside the pipeline is taken. A sample is simulated by itself where no provider is set up.",
            valueName: "file"))
    var scenario: String?

    /// What was said of it, or as it was in the run whose events these are, or what is usual for the pipeline in `file`.
    func use(
        for file: String, continuing events: [EventEnvelope] = [], in environment: ProcessEnvironment
    ) throws(CommandFailure) -> SimulatorUse {
        let usual = SimulatorUse.usual(for: file, in: environment)
        let use: SimulatorUse =
            if let scenario {
                .always(scenario: environment.absolute(scenario))
            } else if simulate {
                .always(scenario: usual.scenario)
            } else if let before = SimulatorUse.recorded(in: events, environment) {
                before
            } else {
                usual
            }
        // What is wrong with a scenario is told before anything runs.
        switch use {
        case .fallback(let path), .always(let path?): _ = try SimulatorCommand.read(path)
        case .never, .always(nil): break
        }
        return use
    }
}
