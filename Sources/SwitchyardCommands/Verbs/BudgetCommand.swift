import ArgumentParser
import SwitchyardCore

/// `switchyard budget`
struct BudgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "budget", abstract: "Set what the models of a run, or of one of its steps, may use in all.",
        discussion: """
              switchyard budget 12 --usd 0.50
              switchyard budget 12 --usd 2 --tokens 200000 --on-exceed pause
              switchyard budget 12 --step review --usd 0.10

            What is not named stays as it is. Calls that wait for money go on.
            """)

    @OptionGroup var target: SteeringTarget

    @Option(name: .long, help: ArgumentHelp("In US dollars.", valueName: "amount"))
    var usd: String?

    @Option(name: .long, help: ArgumentHelp("In tokens, input and output together.", valueName: "count"))
    var tokens: Int?

    @Option(name: .long, help: ArgumentHelp("Of this step alone.", valueName: "step"))
    var step: String?

    @Option(
        name: .long,
        help: ArgumentHelp("At the limit: stop, pause or continue; stop for a first limit.", valueName: "action"))
    var onExceed: String?

    mutating func validate() throws {
        guard usd != nil || tokens != nil || onExceed != nil else {
            throw ValidationError("Name what is to change: --usd, --tokens or --on-exceed.")
        }
        if let onExceed, Budget.OnExceed(rawValue: onExceed) == nil {
            throw ValidationError("--on-exceed takes stop, pause or continue.")
        }
        if let tokens, tokens < 1 { throw ValidationError("--tokens takes a number of at least 1.") }
        if let usd, (Self.microdollars(usd) ?? 0) < 1 {
            throw ValidationError("--usd takes an amount above 0, such as 0.50.")
        }
    }

    @MainActor
    mutating func run() async throws {
        let routing = try await target.snapshot().routing
        let known = step.map { routing.stepBudgets[StepPath($0)] } ?? routing.budget
        var budget = known ?? Budget()
        if let usd { budget.microdollars = Self.microdollars(usd) }
        if let tokens { budget.tokens = tokens }
        if let action = onExceed.flatMap(Budget.OnExceed.init) { budget.onExceed = action }
        guard budget.microdollars != nil || budget.tokens != nil else {
            throw CommandFailure.usage("there is no limit yet, and none is named", hint: "add --usd or --tokens")
        }
        let whose = step.map { "\($0) may" } ?? "it may"
        let limits = [
            budget.microdollars.map { "spend $\(TelemetryOutput.dollars(MicroDollars($0)))" },
            budget.tokens.map { "use \($0) tokens" },
        ].compactMap(\.self).joined(separator: " and ")
        try await target.send(
            .setBudget(step: step.map { StepPath($0) }, budget),
            done: "\(whose) \(limits), then \(Self.words(budget.onExceed))",
            resume: step == nil ? usd.map { "--budget \($0)" } : nil)
    }

    /// Exactly, with at most six decimals; nil for anything else.
    static func microdollars(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            let whole = Int64(parts[0].isEmpty ? "0" : parts[0]), whole < 1_000_000_000
        else { return nil }
        guard parts.count == 2 else { return parts[0].isEmpty ? nil : whole * 1_000_000 }
        guard !parts[1].isEmpty, parts[1].count <= 6 else { return nil }
        let digits = parts[1] + String(repeating: "0", count: 6 - parts[1].count)
        return Int64(digits).map { whole * 1_000_000 + $0 }
    }

    private static func words(_ action: Budget.OnExceed) -> String {
        switch action {
        case .stop: "it stops"
        case .pause: "it pauses"
        case .continue: "it goes on all the same"
        }
    }
}
