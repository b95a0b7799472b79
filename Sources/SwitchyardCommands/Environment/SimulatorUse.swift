/// Whether models are simulated.
enum SimulatorUse: Hashable, Sendable {
    /// Never: without a provider a model step fails.
    case never
    /// Where no provider is set up, by the scenario in this file.
    case fallback(scenario: String)
    /// Always, by the scenario in this file; nil answers everything.
    case always(scenario: String?)

    /// The scenario's file, if there is one.
    var scenario: String? {
        switch self {
        case .never: nil
        case .fallback(let scenario): scenario
        case .always(let scenario): scenario
        }
    }

    /// What a pipeline in `file` gets where nobody says: a sample has its scenarios beside it.
    static func usual(for file: String, in environment: ProcessEnvironment) -> SimulatorUse {
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
        let name = file[(file.lastIndex(of: "/").map(file.index(after:)) ?? file.startIndex)...]
        let scenarios = ["\(folder)scenarios/\(name)", "\(folder)scenarios/default.yaml"]
        let found = scenarios.first { InputFile.objection(to: environment.absolute($0)) == nil }
        return found.map { .fallback(scenario: environment.absolute($0)) } ?? .never
    }
}
