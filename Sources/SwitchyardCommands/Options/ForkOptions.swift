import ArgumentParser
import SwitchyardCore

/// What is different in a run that takes over the results of another.
struct ForkOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The pipeline's file as it is now; otherwise the definition that the run recorded.", valueName: "file"))
    var file: String?

    @Flag(name: .long, help: "Edit the recorded definition first, with $VISUAL or $EDITOR.")
    var edit = false

    @OptionGroup var inputs: InputOptions
    @OptionGroup var settings: SettingsOptions
    @OptionGroup var simulation: SimulationOptions

    @Option(name: .long, help: ArgumentHelp("How many steps may run at once.", valueName: "n"))
    var slots: Int?

    @Flag(name: .long, help: "Start paused, to go through the run step by step.")
    var step = false

    mutating func validate() throws {
        if let slots, slots < 1 { throw ValidationError("--slots wants a number of at least 1, not \(slots).") }
        if edit, file != nil { throw ValidationError("--edit and --file exclude each other.") }
    }
}
