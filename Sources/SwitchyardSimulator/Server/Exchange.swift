import SwitchyardCore
import Synchronization

/// A request as it came over HTTP.
struct IncomingRequest: Sendable {
    var method: String
    /// With its query.
    var path: String
    /// By names in small letters.
    var headers: [String: String]
    var body: String
}

/// Turns requests into scripts. The one place that counts.
final class Exchange: Sendable {
    let scenario: Scenario
    private let now: @Sendable () -> Timestamp
    private let onRequest: @Sendable (AnsweredRequest) -> Void
    private let state: Mutex<State>

    private struct State {
        var rules: RuleBook
        var number = 0
    }

    init(
        _ scenario: Scenario, now: @escaping @Sendable () -> Timestamp,
        onRequest: @escaping @Sendable (AnsweredRequest) -> Void
    ) {
        self.scenario = scenario
        self.now = now
        self.onRequest = onRequest
        state = Mutex(State(rules: RuleBook(scenario.rules)))
    }

    func script(for incoming: IncomingRequest) -> Script {
        let number = state.withLock {
            $0.number += 1
            return $0.number
        }
        let parts = incoming.path.split(separator: "?", maxSplits: 1)
        let route = Route(method: incoming.method, path: parts.first.map(String.init) ?? "/")
        let query = parts.count > 1 ? parts[1].split(separator: "&").map(String.init) : []
        var visit = Visit(
            exchange: self, incoming: incoming, route: route, query: query,
            envelope: Envelope(number: number, now: now()))
        let script = visit.script()
        visit.answered.status = script.status
        onRequest(visit.answered)
        return script
    }

    /// What `body` finds in the rules, counted.
    func choose<Choice: Sendable>(_ body: (inout RuleBook) -> Choice) -> Choice {
        state.withLock { body(&$0.rules) }
    }

}
