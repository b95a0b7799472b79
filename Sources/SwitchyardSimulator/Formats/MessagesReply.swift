import SwitchyardCore

/// Answers as Anthropic sends them.
extension MessagesFormat {
    func whole(_ answer: Answer, to request: SimulatedRequest, _ envelope: Envelope) -> Value {
        message(to: request, envelope).with([
            "content": .array(blocks(of: answer, envelope).map(\.whole)), "stop_reason": .string(stop(answer)),
            "stop_sequence": Value(answer.stopSequence), "stop_details": details(answer.finish),
            "usage": usage(answer.usage),
        ])
    }

    private func message(to request: SimulatedRequest, _ envelope: Envelope) -> Value {
        [
            "id": .string(envelope.id("msg_01", length: 22)), "type": "message", "role": "assistant",
            "model": .string(request.model), "content": [], "stop_reason": nil, "stop_sequence": nil,
            "stop_details": nil, "usage": [:],
        ]
    }

    private func stop(_ answer: Answer) -> String {
        switch answer.finish {
        case .stop: answer.stopSequence == nil ? "end_turn" : "stop_sequence"
        case .length: "max_tokens"
        case .toolCalls: "tool_use"
        case .refused: "refusal"
        case .other(let word): word
        }
    }

    private func details(_ finish: FinishReason) -> Value {
        guard case .refused(let category) = finish else { return .null }
        let known = ["cyber", "bio", "frontier_llm", "reasoning_extraction", "general_harms"]
        return [
            "type": "refusal", "category": category.map { known.contains($0) ? .string($0) : "general_harms" } ?? .null,
            "explanation": "[simulated] The scenario refuses.",
        ]
    }

    /// Without anything used, counts are 0: the format has no way to leave them out.
    private func usage(_ usage: TokenUsage?) -> Value {
        let (short, long) = (usage?.cacheWrite ?? 0, usage?.cacheWriteLong ?? 0)
        return [
            "input_tokens": .int(usage?.uncachedInput ?? 0), "cache_creation_input_tokens": .int(short + long),
            "cache_read_input_tokens": .int(usage?.cacheRead ?? 0),
            "cache_creation": ["ephemeral_5m_input_tokens": .int(short), "ephemeral_1h_input_tokens": .int(long)],
            "output_tokens": .int(usage?.output ?? 0),
            "output_tokens_details": ["thinking_tokens": .int(usage?.reasoning ?? 0)], "service_tier": "standard",
        ]
    }

    // MARK: Blocks

    private struct Block {
        var begun: Value
        var deltas: [Value]
        var whole: Value
    }

    private func blocks(of answer: Answer, _ envelope: Envelope) -> [Block] {
        var blocks: [Block] = []
        if let reasoning = answer.reasoning {
            let signature = Value.string(envelope.id("simulated", length: 40))
            blocks.append(
                Block(
                    begun: ["type": "thinking", "thinking": "", "signature": ""],
                    deltas: answer.pieces(of: reasoning).map { ["type": "thinking_delta", "thinking": .string($0)] }
                        + [["type": "signature_delta", "signature": signature]],
                    whole: ["type": "thinking", "thinking": .string(reasoning), "signature": signature]))
        }
        if !answer.text.isEmpty || answer.calls.isEmpty {
            blocks.append(
                Block(
                    begun: ["type": "text", "text": ""],
                    deltas: answer.pieces(of: answer.text).map { ["type": "text_delta", "text": .string($0)] },
                    whole: ["type": "text", "text": .string(answer.text)]))
        }
        for (index, call) in answer.calls.enumerated() {
            let head: Value = [
                "type": "tool_use", "id": .string(envelope.id("toolu_01", length: 22, part: index)),
                "name": .string(call.name),
            ]
            blocks.append(
                Block(
                    begun: head.with(["input": [:]]),
                    deltas: [""] + answer.pieces(of: call.text).map { Value.string($0) },
                    whole: head.with(["input": call.value])))
            blocks[blocks.count - 1].deltas = blocks[blocks.count - 1].deltas.map {
                ["type": "input_json_delta", "partial_json": $0]
            }
        }
        return blocks
    }

    func frames(_ answer: Answer, to request: SimulatedRequest, _ envelope: Envelope) -> [Frame] {
        func event(_ type: String, _ data: Value, isPiece: Bool = false) -> Frame {
            let head: Value = ["type": .string(type)]
            return Frame(head.with(data), event: type, isPiece: isPiece)
        }
        let total = usage(answer.usage)
        let begun = message(to: request, envelope).with([
            "usage": total.with(["output_tokens": 1, "output_tokens_details": nil])
        ])
        var frames = [event("message_start", ["message": begun])]
        for (index, block) in blocks(of: answer, envelope).enumerated() {
            let place: Value = ["index": .int(index)]
            frames.append(event("content_block_start", place.with(["content_block": block.begun])))
            if index == 0 { frames.append(event("ping", [:])) }
            frames += block.deltas.map { event("content_block_delta", place.with(["delta": $0]), isPiece: true) }
            frames.append(event("content_block_stop", place))
        }
        let counts = [
            "input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens",
            "output_tokens_details",
        ]
        frames.append(
            event(
                "message_delta",
                [
                    "delta": [
                        "stop_reason": .string(stop(answer)), "stop_sequence": Value(answer.stopSequence),
                        "stop_details": details(answer.finish),
                    ], "usage": .members(counts.map { ($0, total[$0]) }),
                ]))
        frames.append(event("message_stop", [:]))
        return frames
    }

    func errorFrame(
        _ kind: ErrorKind, at index: Int, to request: SimulatedRequest, _ envelope: Envelope
    ) -> Frame {
        let (_, body) = refusal(Refusal(kind), model: request.model, envelope)
        return Frame(["type": "error", "error": body["error"], "request_id": body["request_id"]], event: "error")
    }

    func framing(of request: SimulatedRequest) -> Framing { .serverSentEvents }
}
