import SwitchyardCore

/// What of a run's steps is folded away.
struct StepFolds: Hashable, Sendable {
    /// What can be folded; by name, so that it stays so wherever a replay stands.
    enum Place: Hashable, Sendable {
        /// What stands inside of a step.
        case step(StepPath)
        /// All iterations of a loop but the last.
        case earlier(StepPath)
        /// One of those.
        case iteration(StepPath, Int)
    }

    /// What a person folded or unfolded.
    private var choices: [Place: Bool] = [:]
    /// What everything else is, if a person said so.
    private var all: Bool?

    /// Whether something is folded; `byItself` is what it is unless a person chose.
    func isFolded(_ place: Place, byItself: Bool) -> Bool {
        choices[place] ?? all ?? byItself
    }

    mutating func set(_ place: Place, folded: Bool) {
        choices[place] = folded
    }

    mutating func setAll(folded: Bool) {
        choices = [:]
        all = folded
    }
}
