import SwitchyardCore

/// OpenAI's Responses.
struct ResponsesFormat: WireFormat {
    let provider = "openai"

    func request(
        _ body: Value, model: String?, provider: String, path: String, header: (String) -> String?
    ) throws(Refusal) -> SimulatedRequest {
        var request = SimulatedRequest(
            provider: provider, path: path, model: try OpenAI.model(body), body: body)
        var system = [body["instructions"].stringValue].compactMap(\.self)
        switch body["input"] {
        case .string(let text): request.turns = [.init(role: .user, text: text)]
        case .array(let items): for item in items { Self.read(item, into: &request, system: &system) }
        case .null, .bool, .int, .double, .object:
            throw Refusal(
                invalid: "Missing required parameter: 'input'.", parameter: "input",
                code: "missing_required_parameter")
        }
        request.system = system.joined(separator: "\n")
        request.tools = OpenAI.tools(body, wraps: false)
        request.toolChoice = OpenAI.toolChoice(body["tool_choice"])
        let format = body["text"]["format"]
        switch format["type"].stringValue {
        case "json_schema"?: request.schema = format["schema"]
        case "json_object"?: request.wantsJSON = true
        default: break
        }
        request.maxTokens = body["max_output_tokens"].intValue
        request.streams = body["stream"].boolValue ?? false
        return request
    }

    private static func read(_ item: Value, into request: inout SimulatedRequest, system: inout [String]) {
        switch item["type"].stringValue {
        case "function_call_output"?:
            request.turns.append(.init(role: .tool, text: item["output"].contentText))
        case "function_call"?, "reasoning"?: request.turns.append(.init(role: .assistant, text: ""))
        case .some, nil:
            let text = item["content"].contentText
            switch item["role"].stringValue {
            case "system"?, "developer"?: system.append(text)
            case "assistant"?: request.turns.append(.init(role: .assistant, text: text))
            default: request.turns.append(.init(role: .user, text: text))
            }
        }
    }

    func whole(_ answer: Answer, to request: SimulatedRequest, _ envelope: Envelope) -> Value {
        let (status, reason) = Self.status(answer.finish)
        let items = ResponsesItem.items(of: answer, envelope)
        return response(to: request, envelope, status: status).with([
            "completed_at": status == "completed" ? .int(envelope.seconds) : .null,
            "incomplete_details": reason.map { ["reason": .string($0)] } ?? .null,
            "output": .array(items.map(\.finished)), "usage": answer.usage.map(Self.usage) ?? .null,
        ])
    }

    /// The response before anything has come of it.
    private func response(to request: SimulatedRequest, _ envelope: Envelope, status: String) -> Value {
        let body = request.body
        return [
            "id": .string(envelope.id("resp_", length: 48)), "object": "response",
            "created_at": .int(envelope.seconds), "status": .string(status), "background": false,
            "completed_at": nil, "error": nil, "incomplete_details": nil, "instructions": body["instructions"],
            "max_output_tokens": body["max_output_tokens"], "model": .string(request.model), "output": [],
            "parallel_tool_calls": body["parallel_tool_calls"].isNull ? true : body["parallel_tool_calls"],
            "previous_response_id": body["previous_response_id"],
            "reasoning": ["effort": body["reasoning"]["effort"], "summary": body["reasoning"]["summary"]],
            "service_tier": "default", "store": body["store"].isNull ? true : body["store"],
            "temperature": body["temperature"].isNull ? 1.0 : body["temperature"],
            "text": body["text"].isNull ? ["format": ["type": "text"], "verbosity": "medium"] : body["text"],
            "tool_choice": body["tool_choice"].isNull ? "auto" : body["tool_choice"],
            "tools": body["tools"].isNull ? [] : body["tools"], "top_p": 1.0, "truncation": "disabled",
            "usage": nil, "user": nil, "metadata": body["metadata"].isNull ? [:] : body["metadata"],
        ]
    }

    private static func status(_ finish: FinishReason) -> (String, reason: String?) {
        switch finish {
        case .stop, .toolCalls, .refused(nil): ("completed", nil)
        case .length: ("incomplete", "max_output_tokens")
        case .refused: ("incomplete", "content_filter")
        case .other(let word): ("incomplete", word)
        }
    }

    static func usage(_ usage: TokenUsage) -> Value {
        let (input, output) = (usage.input ?? 0, usage.output ?? 0)
        return [
            "input_tokens": .int(input),
            "input_tokens_details": [
                "cached_tokens": .int(usage.cacheRead ?? 0), "cache_write_tokens": .int(usage.cacheWrite ?? 0),
            ],
            "output_tokens": .int(output), "output_tokens_details": ["reasoning_tokens": .int(usage.reasoning ?? 0)],
            "total_tokens": .int(input + output),
        ]
    }

    func frames(_ answer: Answer, to request: SimulatedRequest, _ envelope: Envelope) -> [Frame] {
        let begun = response(to: request, envelope, status: "in_progress")
        var events: [(type: String, data: Value, isPiece: Bool)] = [
            ("response.created", ["response": begun], false), ("response.in_progress", ["response": begun], false),
        ]
        for (index, item) in ResponsesItem.items(of: answer, envelope).enumerated() {
            let place: Value = ["output_index": .int(index)]
            events.append(("response.output_item.added", place.with(["item": item.begun]), false))
            for event in item.events(pieces: answer.pieces) {
                let owner: Value = ["item_id": .string(item.id)]
                events.append((event.type, owner.with(place).with(event.data), event.isPiece))
            }
            events.append(("response.output_item.done", place.with(["item": item.finished]), false))
        }
        let (status, _) = Self.status(answer.finish)
        events.append(("response.\(status)", ["response": whole(answer, to: request, envelope)], false))
        return events.enumerated().map { number, event in
            let head: Value = ["type": .string(event.type), "sequence_number": .int(number)]
            return Frame(head.with(event.data), event: event.type, isPiece: event.isPiece)
        }
    }

    func errorFrame(
        _ kind: ErrorKind, at index: Int, to request: SimulatedRequest, _ envelope: Envelope
    ) -> Frame {
        Frame(
            [
                "type": "error", "sequence_number": .int(index),
                "error": OpenAI.error(Refusal(kind), model: request.model),
            ], event: "error")
    }

    func framing(of request: SimulatedRequest) -> Framing { .serverSentEvents }

    func refusal(_ refusal: Refusal, model: String?, _ envelope: Envelope) -> (status: Int, body: Value) {
        OpenAI.refusal(refusal, model: model, param: refusal.kind == .contextOverflow ? "input" : nil)
    }

    func headers(_ envelope: Envelope, limits: RateHeadroom?) -> [(String, String)] {
        OpenAI.headers(envelope, limits: limits)
    }
}
