import SwitchyardCore

/// One request on its way to a script.
struct Visit {
    let exchange: Exchange
    let incoming: IncomingRequest
    let route: Route
    let query: [String]
    let envelope: Envelope
    var answered: AnsweredRequest

    init(exchange: Exchange, incoming: IncomingRequest, route: Route, query: [String], envelope: Envelope) {
        self.exchange = exchange
        self.incoming = incoming
        self.route = route
        self.query = query
        self.envelope = envelope
        answered = AnsweredRequest(number: envelope.number, method: incoming.method, path: incoming.path)
    }

    private var lists: Lists { Lists(scenario: exchange.scenario, envelope: envelope) }

    mutating func script() -> Script {
        switch route.endpoint {
        case .question(let kind, let model, let streams):
            let format = format(kind, streams: streams)
            return question(format, model: model)
        case .count(let kind, let model): return count(kind, model: model)
        case .models: return listed { $0.models(for: $1) }
        case .model(let name): return model(name)
        case .ollamaTags: return listed(OllamaFormat()) { lists, _ in lists.tags() }
        case .ollamaProcesses: return listed(OllamaFormat()) { lists, _ in lists.processes() }
        case .ollamaShow: return listed(OllamaFormat()) { lists, _ in lists.show() }
        case .ollamaVersion: return listed(OllamaFormat()) { _, _ in ["version": "0.0.0-simulated"] }
        case .about:
            let text = "This is Switchyard's simulator: every answer is made up from a scenario file.\n"
            return Script(status: 200, headers: [], body: text, contentType: "text/plain; charset=utf-8")
        case .unknown:
            let message = "[simulated] Unknown request URL: \(incoming.method) \(route.path)."
            return Director(format: asked, envelope: envelope)
                .refused(Refusal(.notFound, message: message), model: nil)
        }
    }

    private func format(_ kind: Route.Format, streams: Bool?) -> any WireFormat {
        switch kind {
        case .chat: ChatFormat()
        case .responses: ResponsesFormat()
        case .messages: MessagesFormat()
        case .generateContent: GeminiFormat(usesEvents: query.contains("alt=sse"), streams: streams ?? false)
        case .ollama: OllamaFormat()
        }
    }

    /// The format of a path that several providers have, from what their clients send with it.
    private var asked: any WireFormat {
        if incoming.headers["anthropic-version"] != nil || route.path.hasPrefix("/v1/messages") {
            return MessagesFormat()
        }
        if incoming.headers["x-goog-api-key"] != nil || route.path.hasPrefix("/v1beta")
            || query.contains(where: { $0.hasPrefix("key=") })
        {
            return GeminiFormat()
        }
        return route.path.hasPrefix("/api/") ? OllamaFormat() : ChatFormat()
    }

    private mutating func question(_ format: any WireFormat, model: String?) -> Script {
        let director = Director(format: format, envelope: envelope)
        let request: SimulatedRequest
        do throws(Refusal) {
            request = try self.request(format, model: model)
        } catch {
            return director.refused(error, model: model)
        }
        note(format, request.model)
        let choice = exchange.choose { $0.choice(for: request) }
        note(choice)
        return director.script(choice, to: request, pace: exchange.scenario.stream)
    }

    private mutating func note(_ format: any WireFormat, _ model: String?) {
        answered.provider = route.name ?? format.provider
        answered.model = model
    }

    private mutating func note(_ choice: RuleBook.Choice) {
        answered.rule = choice.rule.map { exchange.scenario.rules[$0].name ?? "rule \($0 + 1)" }
    }

    private func request(_ format: any WireFormat, model: String?) throws(Refusal) -> SimulatedRequest {
        let body: Value
        do throws(JSON.ParseError) {
            body = try JSON.parse(incoming.body)
        } catch {
            throw Refusal(invalid: "We could not parse the JSON body of your request: \(error.message)")
        }
        let headers = incoming.headers
        return try format.request(
            body, model: model, provider: route.name ?? format.provider, path: route.path, header: { headers[$0] })
    }

    private mutating func count(_ kind: Route.Format, model: String?) -> Script {
        let format = format(kind, streams: nil)
        let director = Director(format: format, envelope: envelope)
        let tokens: Int
        do throws(Refusal) {
            tokens = try request(format, model: model).inputTokens
        } catch {
            return director.refused(error, model: model)
        }
        return listed(format) { lists, _ in lists.count(tokens, in: kind) }
    }

    private mutating func model(_ name: String) -> Script {
        let format = asked
        guard lists.names(for: format.provider).contains(name) else {
            return Director(format: format, envelope: envelope).refused(Refusal(.notFound), model: name)
        }
        return listed(format) { $0.model(name, for: $1) }
    }

    /// What is no answer of a model, unless a rule has something else for the path.
    private mutating func listed(_ format: (any WireFormat)? = nil, _ body: (Lists, String) -> Value) -> Script {
        let format = format ?? asked
        note(format, nil)
        let provider = answered.provider ?? format.provider
        let path = route.path
        let director = Director(format: format, envelope: envelope)
        let choice = exchange.choose { $0.choice(provider: provider, path: path) }
        if let choice { note(choice) }
        var value = body(lists, format.provider)
        if case .json(let template)? = choice?.reply.content, let given = try? template.evaluate(in: Scope()) {
            value = given
        }
        var script = Script(
            status: 200, headers: format.headers(envelope, limits: choice?.reply.limits), body: JSON.text(of: value))
        if case .refusal(let refusal)? = choice?.reply.fault { script = director.refused(refusal, model: nil) }
        if case .drop? = choice?.reply.fault { script.ending = .drop }
        script.slow = choice?.reply.slow ?? .zero
        return script
    }
}
