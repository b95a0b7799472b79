import SwitchyardCore

/// One row of the list of steps.
struct StepRow: Hashable, Sendable {
    enum Content: Hashable, Sendable {
        /// The step with an index in the snapshot.
        case step(Int)
        /// All iterations but the last of the loop with an index: so many.
        case earlier(Int, count: Int)
        /// One of those.
        case iteration(Int, Int)
        /// The rule above steps that run after the others.
        case rule(Rule)

        /// Whether it stands where `other` stood, though more iterations may be over now.
        func isSamePlace(as other: Content) -> Bool {
            if case .earlier(let loop, _) = self, case .earlier(loop, _) = other { return true }
            return self == other
        }
    }

    enum Rule: String, Hashable, Sendable {
        /// Above the steps that undo others.
        case undo
        case finally
    }

    var content: Content
    /// Where its lanes begin, in columns of the place for names; lanes of steps inside of nothing stand elsewhere.
    var indent = 0
    /// Where its name begins.
    var nameAt = 0
    /// Whether it is seen though what it stands inside of is folded: its lanes would join nothing.
    var isStray = false

    var isRule: Bool {
        switch content {
        case .rule: true
        case .step, .earlier, .iteration: false
        }
    }

    /// The step that the row is of, or about.
    var index: Int? {
        switch content {
        case .step(let index), .earlier(let index, _), .iteration(let index, _): index
        case .rule: nil
        }
    }
}
