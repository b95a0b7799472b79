package import OrderedCollections

/// What is known before a run about the scope that an expression will be evaluated in.
///
/// Everything starts as unknown, or, for what only some places have, as absent.
package struct TypeEnvironment: Hashable, Sendable {
    /// An object with a member for every declared input.
    package var inputs: ExpressionType = .any
    /// The steps that may be named; nil where that is not known.
    package var steps: OrderedDictionary<String, StepShape>?
    package var run = ExpressionType.record(["id": .string(), "started_at": .string().orNull])
    /// The names that `env` declares; nil where they are not known.
    package var env: [String]?
    package var secrets: [String]?
    /// The element of a `foreach`; nil outside of one.
    package var item: ExpressionType?
    /// Whether `index` has a value.
    package var hasIndex = false
    /// See ``loop(previous:)``; nil outside of an `until`.
    package var loop: ExpressionType?
    /// The shared spaces by name; nil where there are none.
    package var shared: ExpressionType?

    package init() {}

    /// What `loop` is inside an `until`: `previous` is `null` the first time.
    package static func loop(previous: ExpressionType) -> ExpressionType {
        .record(["index": .integer, "previous": previous.orNull])
    }
}

/// What is known before a run about what `steps.id` will show.
package struct StepShape: Hashable, Sendable {
    /// With `null`, unless the step is sure to have succeeded where the expression stands: a step that was skipped or
    /// failed has no output.
    package var output: ExpressionType
    package var status: ExpressionType
    package var error: ExpressionType

    package init(
        output: ExpressionType = .any, status: ExpressionType = StepShape.anyStatus,
        error: ExpressionType = StepShape.anyError
    ) {
        self.output = output
        self.status = status
        self.error = error
    }

    /// Every state a step can be in.
    package static let anyStatus = ExpressionType.string(oneOf: [
        "pending", "ready", "running", "waiting", "succeeded", "failed", "skipped", "cancelled", "outcome_unknown",
    ])

    /// `null`, or what went wrong.
    package static let anyError = ExpressionType.record(
        ["class": .string(), "message": .string(), "details": .any, "retry_after_us": .integer]
    ).orNull

    /// `steps.id` as a whole.
    package var type: ExpressionType {
        .record(["status": status, "output": output, "error": error, "output_bytes_cut": .integer])
    }
}
