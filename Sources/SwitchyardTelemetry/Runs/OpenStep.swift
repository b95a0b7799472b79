import SwitchyardCore

/// A step whose span has begun and not ended.
struct OpenStep: Sendable {
    let path: StepPath
    let startedAt: Timestamp
    /// The attempt under way. A step that only holds others has none.
    private(set) var attempt: OpenAttempt?
    private var output: [SpanInstruction] = []

    init(path: StepPath, startedAt: Timestamp) {
        self.path = path
        self.startedAt = startedAt
    }

    /// What there is to tell since it was last asked. What an attempt that may be the only one did is told once that is
    /// known.
    mutating func take() -> [SpanInstruction] {
        defer { output = [] }
        return output + (attempt?.take() ?? [])
    }

    mutating func begin(attempt number: Int, seq: Int, at time: Timestamp) {
        attempt = OpenAttempt(number: number, key: .attempt(seq), step: path, startedAt: time)
    }

    /// Ends the attempt under way, if there is one.
    ///
    /// - Parameters:
    ///   - isLast: false if others follow, so that it has a span of its own.
    ///   - error: `error.type`; nil if it did not fail.
    ///   - leftovers: that of what it had begun and not ended.
    mutating func endAttempt(at time: Timestamp, isLast: Bool, error: String?, leftovers: String) {
        guard var ending = attempt.take() else { return }
        if !isLast { ending.show() }
        output += ending.finish(at: time, error: error, leftovers: leftovers)
    }

    mutating func change(_ body: (inout OpenAttempt) -> Void) {
        guard var changed = attempt else { return }
        body(&changed)
        attempt = changed
    }

    mutating func note(_ note: SpanNote, endsCall: Bool) {
        guard attempt != nil else { return output.append(.note(.step(path), note)) }
        change { $0.note(note, endsCall: endsCall) }
    }
}
