package import AsyncHTTPClient
package import SwitchyardCore

/// Calls the models of one provider over HTTP, in the provider's own format.
///
/// It tries once, and once more without a parameter that the provider says it does not take: choice, repetition, breakers and money are other layers. An answer's schema is asked for in the
/// provider's own way; whether the answer fits is checked by ``StructuredOutputExecutor``.
///
/// ``ExecutionContext/idleTimeout`` counts from the start for streamed requests, and from the head of the answer for
/// others, whose head comes when everything has been thought.
package struct ProviderExecutor: ModelExecutor {
    package let settings: ProviderSettings
    private let client: HTTPClient
    private let key: KeySource
    private let facts: @Sendable (ModelID) -> ModelFacts?
    var limit = AnswerLimit()

    /// - Parameters:
    ///   - client: configured as ``ProviderHTTP/configuration``.
    ///   - key: asked at every call, so that the key is kept nowhere.
    ///   - facts: what the catalogue knows of a model.
    package init(
        _ settings: ProviderSettings, client: HTTPClient = ProviderHTTP.client, key: @escaping KeySource,
        facts: @escaping @Sendable (ModelID) -> ModelFacts? = { _ in nil }
    ) {
        self.settings = settings
        self.client = client
        self.key = key
        self.facts = facts
    }

    package func run(
        _ request: ModelRequest, in context: ExecutionContext
    ) async throws(ModelError) -> ModelResponse {
        let start = ContinuousClock.now
        let (call, model) = try prepared(request, context)
        let wire: WireRequest
        do throws(WireFailure) {
            wire = try call.codec.encode(request)
        } catch {
            throw call.error(error, model, context)
        }
        var outcome = await call.perform(wire, for: request, in: context)
        if case .failure(let failure) = outcome.result, failure.kind == .invalidRequest,
            let parameter = failure.parameter, let changed = wire.without(parameter)
        {
            var rest = context
            rest.timeout = context.timeout.map { max($0 - (.now - start), .zero) }
            outcome = await call.perform(changed, for: request, in: rest)
        }
        switch outcome.result {
        case .failure(let failure):
            throw call.error(failure, model, context, outcome)
        case .success(let reply):
            var response = ModelResponse(
                message: ModelMessage(.assistant, reply.parts), model: model, answeredBy: reply.answeredBy,
                tier: facts(model)?.tier, finish: reply.finish, usage: reply.usage, rawUsage: reply.rawUsage,
                latency: .now - start, requestID: outcome.headers?.requestID.map(call.mask.masking),
                headroom: outcome.headers?.headroom, isSimulated: settings.isSimulated)
            if request.streams { response.firstTokenAfter = outcome.firstPiece.map { $0 - start } }
            if request.outputSchema != nil, response.toolCalls.isEmpty {
                response.structured = StructuredText.value(in: response.text)
            }
            return response
        }
    }

    /// How many tokens `request` is, exactly; nil if the provider does not count.
    package func countTokens(
        _ request: ModelRequest, in context: ExecutionContext
    ) async throws(ModelError) -> Int? {
        let (call, model) = try prepared(request, context)
        let wire: WireRequest?
        do throws(WireFailure) {
            wire = try call.codec.encodeTokenCount(of: request)
        } catch {
            throw call.error(error, model, context)
        }
        guard let wire else { return nil }
        let outcome = await call.fetch(wire, timeout: context.timeout)
        switch outcome.result {
        case .success(let body): return call.codec.tokenCount(in: body)
        // Of the many servers that speak a provider's format few count.
        case .failure(let failure):
            guard let status = failure.status, [404, 405, 501].contains(status) else {
                throw call.error(failure, model, context)
            }
            return nil
        }
    }

    /// A call with its key, which lives as long as the call.
    private func prepared(
        _ request: ModelRequest, _ context: ExecutionContext
    ) throws(ModelError) -> (ProviderExchange, ModelID) {
        guard let model = request.model else { throw ModelError(.invalidRequest, "the request names no model") }
        let target = WireTarget(
            settings: settings, model: model, facts: facts(model),
            callSeed: String(UInt64.random(in: 0...UInt64.max), radix: 36))
        let codec = Self.codec(for: target)
        let key: String?
        do throws(WireFailure) {
            key = try KeyReading.key(self.key, settings)
        } catch {
            throw ProviderExchange(client: client, codec: codec, key: nil, mask: AnswerMask(context.mask, key: nil))
                .error(error, model, context)
        }
        let mask = AnswerMask(context.mask, key: key, headers: settings.headers)
        return (ProviderExchange(client: client, codec: codec, key: key, mask: mask, limit: limit), model)
    }

    /// The format that a model is spoken to in.
    static func codec(for target: WireTarget) -> any WireCodec {
        switch target.settings.kind {
        case .anthropic: AnthropicCodec(target: target)
        case .google: GeminiCodec(target: target)
        case .ollama: OllamaCodec(target: target)
        case .openai, .compatible:
            switch target.settings.api ?? target.facts?.preferredAPI
                ?? (target.settings.kind == .openai ? .responses : .chat)
            {
            case .responses: ResponsesCodec(target: target)
            case .chat: ChatCodec(target: target)
            }
        }
    }
}

extension ProviderExchange {
    /// `failure` in words.
    func error(
        _ failure: WireFailure, _ model: ModelID, _ context: ExecutionContext, _ outcome: Outcome? = nil
    ) -> ModelError {
        let text = FailureText(settings: codec.target.settings, model: model, mask: mask)
        return ModelError(
            failure.kind, text.sentence(failure), model: model, status: failure.status,
            code: failure.code.map(mask.masking), retryAfter: failure.retryAfter,
            requestID: outcome?.headers?.requestID.map(mask.masking), hasBegun: outcome?.hasBegun ?? false,
            headroom: outcome?.headers?.headroom)
    }
}
