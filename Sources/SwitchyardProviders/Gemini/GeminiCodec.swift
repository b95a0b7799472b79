import SwitchyardCore

/// Google's generateContent.
struct GeminiCodec: WireCodec {
    /// The version in the path; most gateways know only `v1beta`.
    static let newestVersion = "v1"

    let target: WireTarget
    let framing = StreamFraming.serverSentEvents
    /// It says so in words alone.
    let namesOverflow = false

    func encode(_ request: ModelRequest) throws(WireFailure) -> WireRequest {
        wire(
            request.streams ? "streamGenerateContent?alt=sse" : "generateContent",
            try GeminiRequest(target: target).body(request))
    }

    func makeDecoder(for request: ModelRequest) -> any StreamDecoder { GeminiStream(codec: self) }

    func encodeTokenCount(of request: ModelRequest) throws(WireFailure) -> WireRequest? {
        let body = try GeminiRequest(target: target).body(request)
        return wire(
            "countTokens",
            ["generateContentRequest": body.adding(["model": .string(Self.resource(target.model.name))])])
    }

    func tokenCount(in body: Value) -> Int? { WireCount.of(body["totalTokens"]) }

    func reply(from body: Value, to request: ModelRequest) throws(WireFailure) -> WireReply {
        var answer = GeminiAnswer(target: target)
        if let failure = failure(in: body, status: nil) { throw failure }
        _ = answer.add(body)
        return try answer.reply()
    }

    private func wire(_ method: String, _ body: Value) -> WireRequest {
        let name = Self.resource(target.model.name)
        var request = WireRequest("POST", "\(Self.version(target.settings))/\(name):\(method)", body: body)
        request.authorization = .header("x-goog-api-key")
        return request
    }

    /// The version as the path's beginning; empty if the address has one already.
    static func version(_ settings: ProviderSettings) -> String {
        let hasVersion = ["/v1", "/v1beta", "/v1alpha"].contains(where: settings.baseURL.hasSuffix)
        return hasVersion ? "" : "/\(settings.apiVersion ?? newestVersion)"
    }

    /// The model's place: `models/NAME`, unless its name says another one.
    static func resource(_ name: String) -> String {
        let segments = name.split(separator: "/", omittingEmptySubsequences: false).map { segment in
            segment.utf8.map(encoded).joined()
        }
        let hasPlace = segments.count == 2 && ["models", "tunedModels"].contains(segments[0])
        return hasPlace ? segments.joined(separator: "/") : "models/" + segments.joined(separator: "%2F")
    }

    private static func encoded(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            String(UnicodeScalar(byte))
        default: (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
        }
    }
}
