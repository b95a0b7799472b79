import SwitchyardCore

/// One item of the output of OpenAI's Responses.
struct ResponsesItem {
    enum Content {
        case reasoning(String)
        case text(String)
        case refusal(String)
        case call(name: String, arguments: String, id: String)
    }

    var id: String
    var content: Content
    /// What the finished item says of itself: `completed`, or `incomplete` for the last of a cut answer.
    var status: String

    static func items(of answer: Answer, _ envelope: Envelope) -> [ResponsesItem] {
        let status = answer.finish == .length ? "incomplete" : "completed"
        var items: [ResponsesItem] = []
        if let reasoning = answer.reasoning {
            items.append(
                ResponsesItem(id: envelope.id("rs_", length: 48), content: .reasoning(reasoning), status: "completed"))
        }
        if !answer.text.isEmpty || answer.calls.isEmpty {
            items.append(
                ResponsesItem(
                    id: envelope.id("msg_", length: 48),
                    content: answer.finish == .refused(nil) ? .refusal(answer.text) : .text(answer.text),
                    status: status))
        }
        for (index, call) in answer.calls.enumerated() {
            let content = Content.call(
                name: call.name, arguments: call.text, id: envelope.id("call_", part: index))
            items.append(
                ResponsesItem(id: envelope.id("fc_", length: 48, part: index), content: content, status: status))
        }
        return items
    }

    /// The item before anything has come of it.
    var begun: Value {
        let id = Value.string(id)
        return switch content {
        case .reasoning: ["id": id, "type": "reasoning", "summary": []]
        case .text, .refusal:
            ["id": id, "type": "message", "status": "in_progress", "content": [], "role": "assistant"]
        case .call(let name, _, let callID):
            [
                "id": id, "type": "function_call", "status": "in_progress", "arguments": "",
                "call_id": .string(callID), "name": .string(name),
            ]
        }
    }

    var finished: Value {
        switch content {
        case .reasoning(let text):
            begun.with([
                "summary": [["type": "summary_text", "text": .string(text)]],
                "encrypted_content": .string("simulated-" + id),
            ])
        case .text, .refusal: begun.with(["status": .string(status), "content": [part]])
        case .call(_, let arguments, _): begun.with(["status": .string(status), "arguments": .string(arguments)])
        }
    }

    private var part: Value {
        switch content {
        case .reasoning(let text): ["type": "summary_text", "text": .string(text)]
        case .text(let text): ["type": "output_text", "annotations": [], "logprobs": [], "text": .string(text)]
        case .refusal(let text): ["type": "refusal", "refusal": .string(text)]
        case .call: .null
        }
    }

    /// What is sent between the item's beginning and its end, without what every event of an item has.
    func events(pieces: (String) -> [String]) -> [(type: String, data: Value, isPiece: Bool)] {
        switch content {
        case .reasoning(let text):
            let place: Value = ["summary_index": 0]
            let empty: Value = ["type": "summary_text", "text": ""]
            return [("response.reasoning_summary_part.added", place.with(["part": empty]), false)]
                + deltas("response.reasoning_summary_text.delta", of: pieces(text), place)
                + [
                    ("response.reasoning_summary_text.done", place.with(["text": .string(text)]), false),
                    ("response.reasoning_summary_part.done", place.with(["part": part]), false),
                ]
        case .text(let text):
            let place: Value = ["content_index": 0]
            let logprobs: Value = ["logprobs": []]
            return [("response.content_part.added", place.with(["part": part.with(["text": ""])]), false)]
                + deltas("response.output_text.delta", of: pieces(text), place, logprobs)
                + [
                    ("response.output_text.done", place.with(["text": .string(text)]).with(logprobs), false),
                    ("response.content_part.done", place.with(["part": part]), false),
                ]
        case .refusal(let text):
            let place: Value = ["content_index": 0]
            return [("response.content_part.added", place.with(["part": part.with(["refusal": ""])]), false)]
                + deltas("response.refusal.delta", of: pieces(text), place)
                + [
                    ("response.refusal.done", place.with(["refusal": .string(text)]), false),
                    ("response.content_part.done", place.with(["part": part]), false),
                ]
        case .call(let name, let arguments, _):
            let done: Value = ["name": .string(name), "arguments": .string(arguments)]
            return deltas("response.function_call_arguments.delta", of: pieces(arguments), [:])
                + [("response.function_call_arguments.done", done, false)]
        }
    }

    private func deltas(
        _ type: String, of pieces: [String], _ place: Value, _ more: Value = [:]
    ) -> [(type: String, data: Value, isPiece: Bool)] {
        pieces.map { (type, place.with(["delta": .string($0)]).with(more), true) }
    }
}
