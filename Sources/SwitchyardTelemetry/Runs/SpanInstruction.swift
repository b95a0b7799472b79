import SwitchyardCore
import Tracing

/// What to tell a tracer and the metrics of a run.
enum SpanInstruction: Sendable {
    case start(SpanKey, SpanStart)
    case note(SpanKey, SpanNote)
    /// Follows `start` of the same key, once.
    case finish(SpanKey, SpanFinish)
    case measure(Measure)
}

/// Names a span within its run, the same whenever the record is read.
enum SpanKey: Hashable, Sendable {
    case run
    case step(StepPath)
    /// By the `seq` of the event that began it; so are those below.
    case attempt(Int)
    case call(Int)
    case tool(Int)

    var name: String {
        switch self {
        case .run: "run"
        case .step(let path): "step \(path)"
        case .attempt(let seq): "attempt \(seq)"
        case .call(let seq): "call \(seq)"
        case .tool(let seq): "tool \(seq)"
        }
    }
}

struct SpanStart: Sendable {
    /// Nil for the run's.
    var parent: SpanKey?
    var name: String
    var kind: SpanKind
    var time: Timestamp
    var attributes: GenAIConventions.Attributes
}

struct SpanNote: Sendable {
    var name: String
    var time: Timestamp
    var attributes: GenAIConventions.Attributes
}

struct SpanFinish: Sendable {
    var time: Timestamp
    var attributes: GenAIConventions.Attributes = [:]
    /// `error.type`; nil if it ended well, or was not wanted any more.
    var error: String?
}

/// What models used in a run.
struct RunUse: Sendable {
    var calls = 0
    var inputTokens = 0
    var outputTokens = 0
    /// The known part.
    var cost: MicroDollars?
    /// Whether a simulator gave an answer.
    var isSimulated = false

    mutating func add(_ completed: ModelCompleted) {
        calls += 1
        isSimulated = isSimulated || completed.isSimulated
        inputTokens = inputTokens.addingReportingOverflow(completed.usage.input ?? 0).partialValue
        outputTokens = outputTokens.addingReportingOverflow(completed.usage.output ?? 0).partialValue
        if let cost = completed.cost { self.cost = (self.cost ?? .zero) + cost }
    }
}

/// One more value of a metric.
enum Measure: Hashable, Sendable {
    case count(String, [String: String])
    case sum(String, Double, [String: String])
    case histogram(String, Double, [String: String])
}
