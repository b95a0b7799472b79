import ArgumentParser

/// Settings for one command, above everything that files say.
struct SettingsOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "A setting for this command alone, such as retry.max_attempts=1 or strategy=cost; may be repeated.",
            valueName: "key=value"))
    var set: [String] = []
}
