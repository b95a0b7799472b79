import OrderedCollections
import SwitchyardCore

/// The streamed answer of Messages.
struct AnthropicStream: StreamDecoder {
    let codec: AnthropicCodec
    /// The tool that stands for the request's schema.
    let structuredTool: String?
    private var blocks: OrderedDictionary<Int, OpenBlock> = [:]
    private var usage: OrderedDictionary<String, Value> = [:]
    private var model: String?
    private var stop: String?
    private var details: Value = .null
    private(set) var isOver = false

    init(codec: AnthropicCodec, structuredTool: String?) {
        self.codec = codec
        self.structuredTool = structuredTool
    }

    mutating func receive(_ event: StreamEvent) throws(WireFailure) -> [ModelDelta] {
        guard case .json(let data) = event else { return [] }
        let index = data["index"].intValue ?? 0
        switch data["type"].stringValue {
        case "message_start":
            model = data["message"]["model"].stringValue
            merge(data["message"]["usage"])
        case "content_block_start":
            blocks[index] = OpenBlock(data["content_block"])
            let block = data["content_block"]
            if block["type"] == "text", let text = block["text"].stringValue, !text.isEmpty { return [.text(text)] }
            guard block["type"] == "tool_use", let name = block["name"].stringValue, name != structuredTool else {
                return []
            }
            return [.toolCall(name: name)]
        case "content_block_delta": return add(data["delta"], to: index)
        case "message_delta":
            stop = data["delta"]["stop_reason"].stringValue ?? stop
            if !data["delta"]["stop_details"].isNull { details = data["delta"]["stop_details"] }
            merge(data["usage"])
        case "message_stop": isOver = true
        case "error": throw codec.failure(in: data, status: nil) ?? WireFailure(.server, .said(nil))
        // `ping`, `content_block_stop`, and what is not known yet.
        default: if let failure = codec.failure(in: data, status: nil) { throw failure }
        }
        return []
    }

    mutating func finish() throws(WireFailure) -> WireReply {
        // Gateways forget the last event; what says why the answer ended is its end too.
        guard isOver || stop != nil else { throw WireFailure(.transport, .cutOff) }
        return codec.reply(
            blocks: blocks.values.enumerated().map { codec.block($1.whole, number: $0) }, stop: stop, details: details,
            usage: usage.isEmpty ? .null : .object(usage), model: model, structuredTool: structuredTool)
    }

    private mutating func add(_ delta: Value, to index: Int) -> [ModelDelta] {
        func piece(_ name: String) -> String? { delta[name].stringValue.flatMap { $0.isEmpty ? nil : $0 } }
        // A delta of a block whose start was lost has nowhere to go.
        guard blocks[index] != nil else { return [] }
        switch delta["type"].stringValue {
        case "text_delta":
            guard let text = piece("text") else { return [] }
            blocks[index]?.text += text
            return [.text(text)]
        case "thinking_delta":
            guard let text = piece("thinking") else { return [] }
            blocks[index]?.thinking += text
            return [.reasoning(text)]
        case "signature_delta": blocks[index]?.signature += piece("signature") ?? ""
        case "input_json_delta":
            guard let json = piece("partial_json") else { return [] }
            blocks[index]?.json += json
            let isAnswer = structuredTool != nil && blocks[index]?.start["name"].stringValue == structuredTool
            return isAnswer ? [.text(json)] : []
        // Citations are not kept.
        default: break
        }
        return []
    }

    /// Counts are cumulative; a null does not take back what was said.
    private mutating func merge(_ more: Value) {
        for (name, value) in more.objectValue ?? [:] where !value.isNull { usage[name] = value }
    }

    /// A block that is still coming.
    private struct OpenBlock {
        let start: Value
        var text = ""
        var thinking = ""
        var signature = ""
        var json = ""

        init(_ start: Value) {
            self.start = start
        }

        /// The block as it would have come whole. Arguments that are no JSON stay text.
        var whole: Value {
            guard case .object(var members) = start else { return start }
            for (name, piece) in [("text", text), ("thinking", thinking), ("signature", signature)] {
                if !piece.isEmpty { members[name] = .string((members[name]?.stringValue ?? "") + piece) }
            }
            if !json.isEmpty {
                let input = try? JSON.parse(json)
                members["input"] = input?.objectValue == nil ? .string(json) : input
            }
            return .object(members)
        }
    }
}
