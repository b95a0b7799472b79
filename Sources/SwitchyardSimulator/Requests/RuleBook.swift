import SwitchyardCore

/// Finds the rule that answers a request, and counts.
struct RuleBook: Sendable {
    struct Choice: Hashable, Sendable {
        /// Nil if no rule fits.
        var rule: Int?
        var reply: Reply
        /// Which request it is that the rule answers, from 1.
        var call: Int
    }

    let rules: [Rule]
    /// How many requests met all conditions of each rule but `call`.
    private var meetings: [Int]
    /// How many requests each rule answered.
    private var uses: [Int]

    init(_ rules: [Rule]) {
        self.rules = rules
        meetings = Array(repeating: 0, count: rules.count)
        uses = meetings
    }

    /// The reply to `request`, a question to a model.
    mutating func choice(for request: SimulatedRequest) -> Choice {
        first { $0.match.fits(request) } ?? Choice(rule: nil, reply: Reply(), call: 1)
    }

    /// The reply to a request that is no question; nil leaves it to the server.
    mutating func choice(provider: String, path: String) -> Choice? {
        first { $0.match.fits(provider: provider, path: path) }
    }

    private mutating func first(where fits: (Rule) -> Bool) -> Choice? {
        for (index, rule) in rules.enumerated() where fits(rule) {
            if let times = rule.times, uses[index] >= times { continue }
            meetings[index] += 1
            if let call = rule.match.call, !call.contains(meetings[index]) { continue }
            uses[index] += 1
            let reply = rule.replies[min(uses[index], rule.replies.count) - 1]
            return Choice(rule: index, reply: reply, call: uses[index])
        }
        return nil
    }
}

extension RequestMatch {
    func fits(_ request: SimulatedRequest) -> Bool {
        if let provider, provider != request.provider { return false }
        if let model, !model.matches(request.model) { return false }
        if let path, !path.matches(request.path) { return false }
        if let hasTools, hasTools == request.tools.isEmpty { return false }
        if let hasSchema, hasSchema == (request.schema == nil) { return false }
        if let hasToolResults, hasToolResults == request.toolResults.isEmpty { return false }
        if let streams, streams != request.streams { return false }
        guard contains != nil || regex != nil else { return true }
        let text = text(of: request)
        if let contains, !text.lowercased().contains(contains.lowercased()) { return false }
        if let regex, !regex.isFound(in: text) { return false }
        return true
    }

    private func text(of request: SimulatedRequest) -> String {
        switch place {
        case .question: request.question
        case .system: request.system
        case .anything: JSON.text(of: request.body)
        }
    }

    /// Whether a request fits that is no question to a model: only if a path is asked for.
    func fits(provider name: String, path other: String) -> Bool {
        guard let path, path.matches(other) else { return false }
        return provider ?? name == name && model == nil && contains == nil && regex == nil && hasTools == nil
            && hasSchema == nil && hasToolResults == nil && streams == nil
    }
}
