import SwitchyardCore

/// What a codec makes of an answer.
struct WireReply: Hashable, Sendable {
    /// In order; never an empty text.
    var parts: [MessagePart]
    var finish: FinishReason
    var usage = TokenUsage()
    /// The usage as it came.
    var rawUsage: Value = .null
    /// The model that answered.
    var answeredBy: String?

    init(
        parts: [MessagePart], finish: FinishReason, usage: TokenUsage = TokenUsage(), rawUsage: Value = .null,
        answeredBy: String? = nil
    ) {
        self.parts = parts
        // Servers end answers that call tools for all kinds of reasons; the calls are there.
        let hasCalls = parts.contains { if case .toolCall = $0 { true } else { false } }
        self.finish = hasCalls && finish == .stop ? .toolCalls : finish
        self.usage = usage
        self.rawUsage = rawUsage
        self.answeredBy = answeredBy
    }

    /// What would have been shown of it, had it been streamed.
    var deltas: [ModelDelta] {
        parts.compactMap { part in
            switch part {
            case .text(let text): .text(text)
            case .toolCall(let call): .toolCall(name: call.name)
            case .image, .toolResult, .carried: nil
            }
        }
    }
}

/// Reads numbers that servers make up: never negative, never so large that sums overflow; what is absent is unknown.
enum WireCount {
    static func of(_ value: Value) -> Int? {
        guard let number = value.doubleValue, number.isFinite else { return nil }
        return value.intValue.map { min(max(0, $0), 1 << 40) } ?? Int(min(max(0, number), 0x1p40))
    }

    /// A part of `total`, which counts it: servers leave out parts that are 0. Nil if not even the total is known.
    static func part(_ value: Value, of total: Int?) -> Int? { of(value) ?? total.map { _ in 0 } }

    /// What of `total` is in none of `parts`.
    static func rest(of total: Int?, without parts: Int?...) -> Int? {
        total.map { max(0, $0 - parts.reduce(0) { $0 + ($1 ?? 0) }) }
    }
}
