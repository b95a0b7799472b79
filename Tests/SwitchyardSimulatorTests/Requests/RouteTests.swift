import Testing

@testable import SwitchyardSimulator

/// What paths are for.
struct RouteTests {
    @Test(arguments: [
        ("POST /v1/chat/completions", Route.Endpoint.question(.chat, model: nil, streams: nil), nil),
        ("POST /spare/v1/chat/completions", .question(.chat, model: nil, streams: nil), "spare"),
        ("POST /v1/responses", .question(.responses, model: nil, streams: nil), nil),
        ("POST /v1/responses/input_tokens", .count(.responses, model: nil), nil),
        ("POST /v1/messages", .question(.messages, model: nil, streams: nil), nil),
        ("POST /a/v1/messages/count_tokens", .count(.messages, model: nil), "a"),
        ("POST /v1/models/g:generateContent", .question(.generateContent, model: "g", streams: false), nil),
        (
            "POST /v1beta/models/g:1:streamGenerateContent",
            .question(.generateContent, model: "g:1", streams: true), nil
        ),
        ("POST /x/v1beta/models/g:countTokens", .count(.generateContent, model: "g"), "x"),
        ("POST /api/chat", .question(.ollama, model: nil, streams: nil), nil), ("POST /api/show", .ollamaShow, nil),
        ("GET /api/tags", .ollamaTags, nil), ("GET /api/ps", .ollamaProcesses, nil), ("GET /", .about, nil),
        ("GET /v1/models", .models, nil), ("GET /v1beta/models", .models, nil),
        ("GET /v1/models/a/b", .model("a/b"), nil),
        ("GET /v1/chat/completions", .unknown, nil), ("POST /", .unknown, nil), ("GET /spare", .unknown, nil),
        ("POST /chat/completions", .unknown, nil), ("DELETE /v1/models", .unknown, nil),
        ("POST /v1/models/g:explode", .unknown, nil), ("POST /v1/models/g", .unknown, nil),
    ])
    func `routes`(request: String, endpoint: Route.Endpoint, name: String?) {
        let parts = request.split(separator: " ").map(String.init)
        let route = Route(method: parts[0], path: parts[1])
        #expect(route.endpoint == endpoint && route.name == name)
        if name != nil { #expect(parts[1].hasSuffix(route.path) && route.path != parts[1]) }
    }
}
