/// What a request is for, from its method and path.
struct Route: Hashable, Sendable {
    enum Endpoint: Hashable, Sendable {
        /// A question to a model.
        case question(Format, model: String?, streams: Bool?)
        /// How many tokens a question has.
        case count(Format, model: String?)
        case models
        case model(String)
        case ollamaTags, ollamaShow, ollamaProcesses, ollamaVersion
        /// What this is.
        case about
        case unknown
    }

    enum Format: Hashable, Sendable { case chat, responses, messages, generateContent, ollama }

    var endpoint: Endpoint
    /// The name before the path, by which several servers of one kind are told apart: `/backup/v1/chat/completions`.
    var name: String?
    /// Without the name.
    var path: String

    init(method: String, path: String) {
        let segments = path.split(separator: "/").map(String.init)
        let isPrefixed = segments.first.map { !["v1", "v1beta", "api"].contains($0) } ?? false
        let rest = isPrefixed ? Array(segments.dropFirst()) : segments
        endpoint = Self.endpoint(method: method, rest)
        self.path = "/" + rest.joined(separator: "/")
        name = isPrefixed ? segments.first : nil
        if isPrefixed, rest.isEmpty || endpoint == .unknown {
            // Nothing that is known stands behind the name, so that it is none.
            endpoint = .unknown
            self.path = path
            name = nil
        }
    }

    private static func endpoint(method: String, _ segments: [String]) -> Endpoint {
        switch (method, segments.count) {
        case ("GET", 0), ("HEAD", 0): return .about
        case ("GET", _): return readable(segments)
        case ("POST", _): break
        default: return .unknown
        }
        switch segments.joined(separator: "/") {
        case "v1/chat/completions": return .question(.chat, model: nil, streams: nil)
        case "v1/responses": return .question(.responses, model: nil, streams: nil)
        case "v1/responses/input_tokens": return .count(.responses, model: nil)
        case "v1/messages": return .question(.messages, model: nil, streams: nil)
        case "v1/messages/count_tokens": return .count(.messages, model: nil)
        case "api/chat": return .question(.ollama, model: nil, streams: nil)
        case "api/show": return .ollamaShow
        default: return gemini(segments)
        }
    }

    private static func readable(_ segments: [String]) -> Endpoint {
        switch segments.joined(separator: "/") {
        case "api/tags": return .ollamaTags
        case "api/ps": return .ollamaProcesses
        case "api/version": return .ollamaVersion
        case "v1/models", "v1beta/models": return .models
        default: break
        }
        guard segments.count > 2, segments[0] != "api", segments[1] == "models" else { return .unknown }
        return .model(segments[2...].joined(separator: "/"))
    }

    /// `v1beta/models/NAME:method`.
    private static func gemini(_ segments: [String]) -> Endpoint {
        guard segments.count >= 3, ["v1", "v1beta"].contains(segments[0]), segments[1] == "models" else {
            return .unknown
        }
        let last = segments[2...].joined(separator: "/")
        guard let colon = last.lastIndex(of: ":") else { return .unknown }
        let model = String(last[..<colon])
        return switch last[last.index(after: colon)...] {
        case "generateContent": .question(.generateContent, model: model, streams: false)
        case "streamGenerateContent": .question(.generateContent, model: model, streams: true)
        case "countTokens": .count(.generateContent, model: model)
        default: .unknown
        }
    }
}
