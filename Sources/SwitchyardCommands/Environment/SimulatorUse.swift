import SwitchyardCore

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

    /// How the models of a recorded run were simulated; nil where they were not, as far as the record tells.
    ///
    /// Whoever goes on with such a run would otherwise pay for it without knowing.
    static func recorded(in events: [EventEnvelope], _ environment: ProcessEnvironment) -> SimulatorUse? {
        guard case .runCreated(let created)? = events.first?.event else { return nil }
        for entry in created.settings.arrayValue ?? [] where !entry[key].isNull {
            return .always(scenario: readable(entry[key]["scenario"].stringValue, environment))
        }
        let isSimulated = events.contains { event in
            if case .modelRequested(let requested) = event.event { requested.isSimulated } else { false }
        }
        guard isSimulated else { return nil }
        return .always(scenario: usual(for: created.file, in: environment).scenario)
    }

    /// What a run records of it among its settings; nil where its events will tell.
    var record: Value? {
        switch self {
        case .never, .fallback: nil
        case .always(let scenario): [Self.key: ["scenario": Value(scenario)]]
        }
    }

    private static let key = "simulate"

    private static func readable(_ scenario: String?, _ environment: ProcessEnvironment) -> String? {
        scenario.flatMap { InputFile.objection(to: environment.absolute($0)) == nil ? $0 : nil }
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
