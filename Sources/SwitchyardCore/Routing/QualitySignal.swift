/// What became of an answer, as far as it says how well a model does a task.
package enum QualitySignal: Hashable, Sendable {
    /// The answer was used.
    case accepted
    /// It was used after the model had been told what was wrong with it.
    case repaired
    /// It could not be used.
    case rejected
    /// There was none. Only some failures say something of the model.
    case failed(ModelError.Kind)
    /// A check gave it a score from 0 to 1.
    case score(Double)
    /// A person said what they think of it, which counts more than what a program found.
    case thumb(isUp: Bool)

    /// How good it was from 0 to 1, and how many ordinary signals it counts as; nil if it says nothing.
    var reward: (value: Double, weight: Double)? {
        switch self {
        case .accepted: (1, 1)
        case .repaired: (0.5, 1)
        case .rejected: (0, 1)
        case .score(let score): score.isNaN ? nil : (min(1, max(0, score)), 1)
        case .thumb(let isUp): (isUp ? 1 : 0, 3)
        case .failed(let kind):
            switch kind {
            case .timeout, .refused, .invalidOutput: (0, 1)
            case .rateLimited, .quota, .overloaded, .server, .transport, .auth, .contextOverflow, .invalidRequest,
                .budget, .cancelled:
                nil
            }
        }
    }
}
