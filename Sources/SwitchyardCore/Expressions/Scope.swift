/// Everything an expression can see while it is evaluated.
package struct Scope: Sendable {
    /// An object: every declared input has a member, `null` where no value was given.
    package var inputs: Value
    package var steps: any StepResults
    /// `{id, started_at}`.
    package var run: Value
    /// The names that `env` declares, and no others.
    package var env: [String: String]
    package var secrets: [String: String]
    /// The element of a `foreach`; nil outside of one.
    package var item: Value?
    /// The number of the element of a `foreach`, from 0; nil outside of one.
    package var index: Int?
    /// `{index, previous}` of an `until`; nil outside of one.
    package var loop: Value?
    /// The shared spaces by name; nil where there are none.
    package var shared: Value?
    /// What `always()`, `succeeded()` and `failed()` answer from.
    package var needs: NeedsStatus

    package init(
        inputs: Value = [:], steps: any StepResults = [String: StepResult](), run: Value = [:],
        env: [String: String] = [:], secrets: [String: String] = [:], item: Value? = nil, index: Int? = nil,
        loop: Value? = nil, shared: Value? = nil, needs: NeedsStatus = NeedsStatus()
    ) {
        self.inputs = inputs
        self.steps = steps
        self.run = run
        self.env = env
        self.secrets = secrets
        self.item = item
        self.index = index
        self.loop = loop
        self.shared = shared
        self.needs = needs
    }
}

/// How the needs of a step have ended.
package struct NeedsStatus: Hashable, Sendable {
    package var anyFailed: Bool
    package var anyCancelled: Bool
    package var allSucceeded: Bool

    /// A step without needs.
    package init(anyFailed: Bool = false, anyCancelled: Bool = false, allSucceeded: Bool = true) {
        self.anyFailed = anyFailed
        self.anyCancelled = anyCancelled
        self.allSucceeded = allSucceeded
    }
}

/// The steps that an expression can name.
package protocol StepResults: Sendable {
    /// The result of the step `id`; nil for a step that has none yet, and for a name that is no step.
    func result(of id: String) -> StepResult?
    /// Every step that may be named, in the order of the file.
    var ids: [String] { get }
}

/// What `steps.id` shows of a step.
package struct StepResult: Hashable, Sendable {
    /// The name of the state, such as `succeeded`.
    package var status: String
    /// `null` for a step that was skipped or failed.
    package var output: Value
    /// `null` unless it failed.
    package var error: Value
    /// Not nil: `output` holds only the beginning of that many bytes. Using it is an error rather than a wrong answer.
    package var outputBytesCut: Int?

    package init(status: String, output: Value = .null, error: Value = .null, outputBytesCut: Int? = nil) {
        self.status = status
        self.output = output
        self.error = error
        self.outputBytesCut = outputBytesCut
    }
}

extension [String: StepResult]: StepResults {
    package func result(of id: String) -> StepResult? { self[id] }
    package var ids: [String] { keys.sorted() }
}
