import SwitchyardCore

/// The error object of an answer, in any of the shapes that servers give it.
struct ErrorBody: Hashable {
    var message: String?
    var type: String?
    /// Also where it came as a number that is no HTTP status.
    var code: String?
    /// The HTTP status that the body names.
    var status: Int?
    /// The parameter that it is about.
    var parameter: String?
    var retryAfter: Duration?

    /// Nil if `body` holds no error.
    ///
    /// - `{"error": {"message", "type", "code"}}`, with `code` a text or a number: OpenAI, Anthropic, Gemini and most
    ///   others. Also within an array of one.
    /// - `{"error": "text"}`: Ollama.
    /// - `{"object": "error", "message", "type", "code"}` and `{"type": "error", "code", "message"}`: older vLLM, and
    ///   the events of OpenAI's Responses.
    init?(_ body: Value) {
        var value = body
        if case .array(let elements) = body {
            guard elements.count == 1 else { return nil }
            value = elements[0]
        }
        switch value["error"] {
        case .string(let text): message = text
        case .object(let object): read(.object(object))
        case .null, .bool, .int, .double, .array:
            guard value["type"] == "error" || value["object"] == "error" else { return nil }
            read(value)
            if type == "error" { type = nil }
        }
    }

    /// An error whose body has no shape that is known, such as a page of a proxy.
    init(unshaped message: String?) {
        self.message = message
    }

    private mutating func read(_ error: Value) {
        message = error["message"].stringValue
        type = error["type"].stringValue ?? error["status"].stringValue
        parameter = error["param"].stringValue
        let details = error["details"]
        switch error["code"] {
        case .string(let text): read(code: text)
        case .int(let number): read(code: String(number))
        case .null, .bool, .double, .array, .object: break
        }
        if let inner = details["error_code"].stringValue { code = inner }
        for detail in details.arrayValue ?? [] {
            // Google's: the reason is narrower than the status, the delay is how long to wait.
            if let reason = detail["reason"].stringValue { code = reason }
            if let delay = detail["retryDelay"].stringValue { retryAfter = DurationText.parse(delay) }
            if let field = detail["fieldViolations"].arrayValue?.first?["field"].stringValue { parameter = field }
        }
    }

    /// Gateways write the status, also as a text, where others write a code.
    private mutating func read(code text: String) {
        if let number = Int(text), (400..<600).contains(number) { status = number } else { code = text }
    }

    /// The failure that it is; `status` is that of the answer, where it came with one of its own.
    func failure(status: Int?) -> WireFailure {
        let status = status.flatMap { $0 >= 400 ? $0 : nil } ?? self.status
        return WireFailure(
            FailureKind.of(status: status, type: type, code: code), .said(message), status: status,
            code: code ?? type, parameter: parameter, retryAfter: retryAfter)
    }
}

extension ErrorBody {
    /// The longest part of a text that is no JSON which is quoted, in characters.
    private static let quoteLimit = 200

    /// The failure that an answer with an error's status is, whatever its body.
    static func failure(of text: String, codec: any WireCodec, status: Int) -> WireFailure {
        guard let value = (try? JSON.parse(text)) ?? firstEvent(of: text) else {
            // A page of a proxy tells a person nothing.
            let isPage = text.utf8.first { $0 > 0x20 } == UInt8(ascii: "<")
            return ErrorBody(unshaped: isPage ? nil : String(text.prefix(quoteLimit))).failure(status: status)
        }
        if let failure = codec.failure(in: value, status: status) { return failure }
        let words = value["message"].stringValue ?? value["detail"].stringValue
        return ErrorBody(unshaped: words).failure(status: status)
    }

    /// The first event of a stream: gateways answer so when they fail before a stream begins.
    private static func firstEvent(of text: String) -> Value? {
        guard ["data:", "event:", ":"].contains(where: text.hasPrefix) else { return nil }
        var events = ServerSentEvents()
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for piece in lines.flatMap({ events.receive(String($0)) }) + events.finish() {
            if case .event(_, let data) = piece { return try? JSON.parse(data) }
        }
        return nil
    }
}
