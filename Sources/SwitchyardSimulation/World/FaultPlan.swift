/// How much goes wrong in a simulated run.
struct FaultPlan {
    /// How often its process dies.
    var crashes = 0
    /// How many commands come out of the blue.
    var commands = 0
    /// Whether those only pause, resume and step.
    var areCommandsHarmless = true
    /// Whether results come at the very moment of a limit, and after they were cancelled.
    var isRacy = false
    var startsPaused = false

    static let nothing = FaultPlan()

    private init() {}

    init(_ random: inout SplitMix64) {
        crashes = random.pick([0, 1, 1, 2, 2, 3, 4, 6])
        commands = random.chance(2) ? 0 : 1 + random.below(5)
        areCommandsHarmless = random.chance(2)
        isRacy = random.chance(3)
        startsPaused = random.chance(10)
    }

    /// Whether a run ends under it as it would undisturbed.
    var isHarmless: Bool { !isRacy && (commands == 0 || areCommandsHarmless) }
}
