import SwitchyardCore

/// The streamed answer of Responses: its last event holds everything.
struct ResponsesStream: StreamDecoder {
    let codec: ResponsesCodec
    /// The items that are whole, by their place, for servers whose last event leaves them out.
    private var items: [Int: Value] = [:]
    private var response: Value?

    init(codec: ResponsesCodec) {
        self.codec = codec
    }

    var isOver: Bool { response != nil }

    mutating func receive(_ event: StreamEvent) throws(WireFailure) -> [ModelDelta] {
        guard case .json(let data) = event else { return [] }
        let delta = data["delta"].stringValue.flatMap { $0.isEmpty ? nil : $0 }
        switch data["type"].stringValue {
        case "response.output_text.delta", "response.refusal.delta": return delta.map { [.text($0)] } ?? []
        case "response.reasoning_summary_text.delta", "response.reasoning_text.delta":
            return delta.map { [.reasoning($0)] } ?? []
        case "response.output_item.added":
            let item = data["item"]
            guard item["type"] == "function_call", let name = item["name"].stringValue else { return [] }
            return [.toolCall(name: name)]
        case "response.output_item.done":
            items[data["output_index"].intValue ?? items.count] = data["item"]
            return []
        case "response.completed", "response.incomplete", "response.failed":
            response = data["response"]
            return []
        case "error": throw codec.failure(in: data, status: nil) ?? WireFailure(.server, .said(nil))
        default:
            // Gateways send errors in the shape of Chat Completions.
            if let failure = codec.failure(in: data, status: nil) { throw failure }
            return []
        }
    }

    mutating func finish() throws(WireFailure) -> WireReply {
        guard let response else { throw WireFailure(.transport, .cutOff) }
        let whole = response["output"].arrayValue ?? []
        return try codec.reply(
            from: response, items: whole.isEmpty ? items.sorted { $0.key < $1.key }.map(\.value) : whole)
    }
}
