import SwitchyardCore

/// One provider's format: requests to bytes and bytes to answers. Values only; the driver does the sending.
protocol WireCodec: Sendable {
    var target: WireTarget { get }
    var framing: StreamFraming { get }
    /// Whether errors of questions that are too long have a code or type of their own.
    var namesOverflow: Bool { get }
    /// Whether the header `x-should-retry` says what an error is good for.
    var knowsShouldRetry: Bool { get }

    /// `request` in this format.
    func encode(_ request: ModelRequest) throws(WireFailure) -> WireRequest

    /// A decoder for the streamed answer to `request`.
    func makeDecoder(for request: ModelRequest) -> any StreamDecoder

    /// The answer to `request` that came whole.
    func reply(from body: Value, to request: ModelRequest) throws(WireFailure) -> WireReply

    /// The error that `value` holds, by its shape; nil if it is none.
    func failure(in value: Value, status: Int?) -> WireFailure?

    /// The request that asks how long `request` is in tokens; nil if the provider offers none.
    func encodeTokenCount(of request: ModelRequest) throws(WireFailure) -> WireRequest?

    /// The count in the answer to it.
    func tokenCount(in body: Value) -> Int?
}

extension WireCodec {
    var namesOverflow: Bool { true }
    var knowsShouldRetry: Bool { false }
    func failure(in value: Value, status: Int?) -> WireFailure? { ErrorBody(value)?.failure(status: status) }
    func encodeTokenCount(of request: ModelRequest) throws(WireFailure) -> WireRequest? { nil }
    func tokenCount(in body: Value) -> Int? { nil }

    /// Whether `failure`, which only says that something is wrong with `request`, can be about its length.
    func isOverflow(_ failure: WireFailure, of request: ModelRequest) -> Bool {
        !namesOverflow && failure.kind == .invalidRequest && failure.status == 400 && failure.parameter == nil
            && target.isTooLong(request) == true
    }
}

/// What a codec speaks to.
struct WireTarget: Hashable, Sendable {
    var settings: ProviderSettings
    var model: ModelID
    var facts: ModelFacts?
    /// Part of the ids of calls that come without one, so that they differ between answers.
    var callSeed: String

    /// Whether the model takes `temperature` in a request with this effort. Where nothing is known, models that
    /// reason are asked without.
    func takesSampling(with effort: ReasoningEffort?) -> Bool {
        facts?.can(.samplingParameters) ?? (facts?.can(.reasoning) != true || effort == ReasoningEffort.none)
    }

    /// Whether `request` is longer than the model takes, by an estimate that errs upwards; nil if that is not known.
    func isTooLong(_ request: ModelRequest) -> Bool? {
        let limit = [facts?.contextWindow, facts?.maxInputTokens].compactMap(\.self).min()
        return limit.map { TokenEstimate.inputTokens(of: request) > $0 }
    }

    /// The longest answer to ask for: never longer than the model's.
    func maxTokens(_ wanted: Int?) -> Int? {
        wanted.map { min($0, facts?.maxOutputTokens ?? $0) }
    }

    /// The effort to ask for; nil for a model that does not reason.
    func effort(_ wanted: ReasoningEffort?) -> ReasoningEffort? {
        guard let wanted, facts?.can(.reasoning) != false else { return nil }
        return wanted == .none && facts?.can(.effortNone) == false ? .low : wanted
    }
}

extension ModelRequest {
    /// What the model may call, as far as it can be told. A model that cannot be forced is offered nothing but the
    /// one tool that it is to call.
    func offeredTools(forcible: Bool) -> [ToolDefinition] {
        guard case .named(let name) = toolChoice, !forcible else { return tools }
        return tools.filter { $0.name == name }
    }
}
