import OrderedCollections

extension [ModelRemoval] {
    /// What is said of them, the most telling first: of models without a provider only who that is.
    package var words: [String] {
        let absent = OrderedSet(filter { $0.reason == .noKey }.map(\.model.provider))
        var words = filter { $0.reason != .noKey }.map(\.text)
        if !absent.isEmpty {
            words.append("\(absent.joined(separator: ", ")) \(absent.count == 1 ? "is" : "are") not set up")
        }
        return words
    }
}

extension SelectionFailure {
    /// What a person can do about it.
    package var sentence: String {
        switch self {
        case .unknownModel(let name, let suggestion):
            return "there is no model \(name)\(suggestion.map { "; did you mean \($0)?" } ?? "")"
        case .ambiguousModel(let name, let models):
            return "several providers have a model \(name): \(models.map(\.description).joined(separator: ", "))"
        case .noCandidate(_, let removals):
            guard !removals.isEmpty else { return "no model fits what the step asks for" }
            let words = removals.words
            if removals.allSatisfy({ $0.reason == .noKey }) {
                return "no model can be asked: \(words[0]); `switchyard doctor` says what is missing"
            }
            let more = words.count > 4 ? "; and \(words.count - 4) more" : ""
            return "no model can answer: \(words.prefix(4).joined(separator: "; "))\(more)"
        }
    }
}

extension ModelRemoval {
    /// The model and why it cannot be called: `openai/gpt-6-luna has no key`.
    package var text: String { "\(model) \(reason.predicate)" }
}

extension ModelRemoval.Reason {
    /// The end of a sentence that begins with the model.
    fileprivate var predicate: String {
        switch self {
        case .lacks(let capability): "cannot do \(capability.phrase)"
        case .unstated(let capability): "is not known to do \(capability.phrase)"
        case .tooLong(let tokens): "takes fewer than the \(tokens) tokens that this may be"
        case .unstatedWindow: "is not known to take as much as this"
        case .windowBelow(let tokens): "is not known to take \(tokens) tokens"
        case .overBudget(let worst, let left):
            "may cost \(SelectionExplanation.dollars(worst)), and \(SelectionExplanation.dollars(left)) are left"
        case .unknownPrice: "has no known price, and there is a budget"
        case .overTokenBudget(let tokens, let left): "may take \(tokens) tokens, and \(left) are left"
        case .breaker(.open): "failed too often just now"
        case .breaker(.probing): "is being tried by another call"
        case .breaker(.parked): "asked for fewer calls"
        case .rateLimit(let wait): "has no room for \(DurationText.elapsed(wait))"
        case .shutDown(let date): "was shut down on \(date)"
        case .denied(let pattern): "is denied by `\(pattern)`"
        case .notAllowed: "is not among the models that are allowed"
        case .noKey: "has no provider that is set up"
        }
    }
}

extension ModelCapability {
    /// In a sentence.
    fileprivate var phrase: String {
        switch self {
        case .streaming: "streaming"
        case .tools: "calls of tools"
        case .parallelTools: "several calls of tools at once"
        case .forcedToolChoice: "calls that are required"
        case .jsonSchema: "answers of a given shape"
        case .reasoning: "reasoning"
        case .samplingParameters: "sampling parameters"
        case .promptCaching: "prompt caching"
        case .vision: "images"
        case .effortNone: "answers without reasoning"
        }
    }
}
