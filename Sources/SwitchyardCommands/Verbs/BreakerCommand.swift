import ArgumentParser
import SwitchyardCore

/// `switchyard breaker`
struct BreakerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "breaker", abstract: "Open, close or probe the breaker of a provider, or of one of its tiers.",
        discussion: """
              switchyard breaker 12 openai open             calls nothing of openai until somebody closes it
              switchyard breaker 12 openai:premium close
              switchyard breaker last anthropic:cheap probe    lets one call through to see

            A breaker belongs to the process that has the run, and holds for all runs of that process.
            """)

    @OptionGroup var target: SteeringTarget

    @Argument(help: ArgumentHelp("The provider, or provider:tier.", valueName: "provider"))
    var provider: String

    @Argument(help: ArgumentHelp("open, close or probe.", valueName: "action"))
    var action: String

    mutating func validate() throws {
        guard Self.breaker(provider) != nil else {
            throw ValidationError("A breaker is that of a provider (openai), or of a tier of it (openai:premium).")
        }
        guard CircuitBreaker.Force(rawValue: action) != nil else {
            throw ValidationError("A breaker takes open, close or probe.")
        }
    }

    @MainActor
    mutating func run() async throws {
        guard let breaker = Self.breaker(provider), let force = CircuitBreaker.Force(rawValue: action) else { return }
        try await target.send(.forceBreaker(breaker, force), done: "the breaker of \(breaker) \(Self.words(force))")
    }

    /// The breaker that `text` names; nil for an empty provider or a tier that there is not.
    static func breaker(_ text: String) -> BreakerID? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), !parts[0].isEmpty else { return nil }
        guard parts.count == 2 else { return BreakerID(String(parts[0])) }
        return ModelTier(rawValue: String(parts[1])).map { BreakerID(String(parts[0]), $0) }
    }

    private static func words(_ force: CircuitBreaker.Force) -> String {
        switch force {
        case .open: "is open"
        case .close: "is closed"
        case .probe: "lets one call through"
        }
    }
}
