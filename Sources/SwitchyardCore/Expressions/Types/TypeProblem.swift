/// Something about an expression that the types of its operands show to be wrong.
package struct TypeProblem: Hashable, Sendable {
    /// What is sure to happen. Nothing is reported that could turn out well.
    package enum Verdict: String, Hashable, Sendable {
        /// Evaluating the expression fails, whatever the values are.
        case fails
        /// Evaluating the expression fails if it gets to this part, which may depend on a value: what stands behind
        /// `and`, `or` or `if`, or in `default`.
        case failsIfReached
        /// The same, except that `null` and an empty array pass, for which there is nothing to do, and what is missing
        /// before `default`: a member that the output of a step does not have, if the step may be skipped.
        case failsUnlessEmpty
        /// Evaluation goes on, but this part gives the same answer for all values: a comparison with a status that no
        /// step can have.
        case neverMatters
    }

    package var verdict: Verdict
    /// One sentence, without a full stop.
    package var message: String
    /// What to write instead, where that is known.
    package var hint: String?
    /// Characters from the start of the text that was given to `parse`.
    package var offset: Int
    /// Whether it is about a name that the environment does not declare: an input, a step, a variable, or `item` where
    /// there is none.
    package var isUndeclaredName: Bool

    package init(
        _ verdict: Verdict, _ message: String, hint: String? = nil, offset: Int, isUndeclaredName: Bool = false
    ) {
        self.verdict = verdict
        self.message = message
        self.hint = hint
        self.offset = offset
        self.isUndeclaredName = isUndeclaredName
    }
}
