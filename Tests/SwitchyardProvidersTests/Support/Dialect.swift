import OrderedCollections
import SwitchyardCore

@testable import SwitchyardProviders

/// A format, with the recorded answers of one provider that speaks it.
enum Dialect: String, CaseIterable, CustomStringConvertible {
    case chat, compatible, responses, anthropic, gemini, ollama

    var description: String { rawValue }

    var settings: ProviderSettings {
        switch self {
        case .chat: ProviderSettings(name: "openai", kind: .openai, baseURL: "http://a/v1", api: .chat)
        case .compatible: ProviderSettings(name: "mine", kind: .compatible, baseURL: "http://a/v1")
        case .responses: ProviderSettings(name: "openai", kind: .openai, baseURL: "http://a/v1")
        case .anthropic: ProviderSettings(name: "anthropic", kind: .anthropic, baseURL: "http://a")
        case .gemini: ProviderSettings(name: "google", kind: .google, baseURL: "http://a")
        case .ollama: ProviderSettings(name: "ollama", kind: .ollama, baseURL: "http://a")
        }
    }

    var model: ModelID { ModelID(provider: settings.name, name: "some-model") }

    func codec(facts: ModelFacts? = nil, settings: ProviderSettings? = nil) -> any WireCodec {
        ProviderExecutor.codec(
            for: WireTarget(settings: settings ?? self.settings, model: model, facts: facts, callSeed: "seed"))
    }

    /// Capabilities of the dialect's model, as a catalogue has them.
    func facts(_ capabilities: [ModelCapability: Bool], maxOutputTokens: Int? = nil) -> ModelFacts {
        ModelFacts(
            id: model, tier: .capable, maxOutputTokens: maxOutputTokens,
            capabilities: .init(uniqueKeysWithValues: capabilities.map { ($0.key, $0.value) }))
    }

    private var folder: String { self == .compatible ? "chat" : rawValue }
    var streamType: String { self == .ollama ? "application/x-ndjson" : "text/event-stream" }

    /// Ollama has no reason of this kind.
    var refuses: Bool { self != .ollama }

    /// The recorded stream `name`.
    func stream(_ name: String) throws -> [UInt8] {
        try Fixtures.bytes("\(folder)/\(name).\(self == .ollama ? "ndjson" : "sse")")
    }

    /// The recorded whole answer `name`.
    func whole(_ name: String) throws -> Value {
        try JSON.parse(String(decoding: Fixtures.bytes("\(folder)/\(name).json"), as: UTF8.self))
    }

    func request(_ text: String = "Hi", streams: Bool = true) -> ModelRequest {
        ModelRequest(model: model, messages: [.user(text)], streams: streams)
    }

    /// What comes of a stream that arrives in pieces of these lengths; what is left comes last.
    func decode(_ bytes: [UInt8], in lengths: [Int] = []) -> Decoded {
        let codec = Self.codecs[self] ?? codec()
        var stream = ReplyStream(codec, for: Self.question, framing: codec.framing)
        var deltas: [ModelDelta] = []
        bytes.withUnsafeBytes { bytes in
            var start = 0
            for length in lengths {
                deltas += stream.feed(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + length)]))
                start += length
            }
            deltas += stream.feed(UnsafeRawBufferPointer(rebasing: bytes[start...]))
        }
        let (last, reply) = stream.finish()
        return Decoded(deltas: deltas + last, reply: reply)
    }

    private static let codecs = Dictionary(uniqueKeysWithValues: allCases.map { ($0, $0.codec()) })
    private static let question = ModelRequest(messages: [.user("Hi")])
}

/// Everything a stream came to.
struct Decoded: Equatable {
    var deltas: [ModelDelta]
    var reply: Result<WireReply, WireFailure>

    var failure: WireFailure? {
        if case .failure(let failure) = reply { failure } else { nil }
    }

    var text: String { deltas.reduce("") { if case .text(let text) = $1 { $0 + text } else { $0 } } }
}

extension WireReply {
    var text: String { parts.reduce("") { if case .text(let text) = $1 { $0 + text } else { $0 } } }
    var calls: [ToolCall] { parts.compactMap { if case .toolCall(let call) = $0 { call } else { nil } } }
    var carried: [Value] { parts.compactMap { if case .carried(let state) = $0 { state.content } else { nil } } }
}
