import SwitchyardCore

/// Makes the answer of a reply to a request. The same reply to the same request is the same answer.
struct AnswerMaker {
    let request: SimulatedRequest
    let reply: Reply
    /// Which request it is that the rule answers, from 1.
    let call: Int
    let pace: StreamPace

    /// - Throws: what a hole of the scenario has no value for.
    func answer() throws(EvaluationError) -> Answer {
        let scope = RequestFields.scope(of: request, call: call)
        var answer = Answer()
        answer.chunkTokens = pace.chunkTokens
        answer.reasoning = try reply.reasoning?.text(in: scope)
        switch reply.content {
        case .suitable: suit(&answer)
        case .text(let template): answer.text = try template.text(in: scope)
        case .json(let template): answer.text = JSON.text(of: try template.evaluate(in: scope))
        case .echo: answer.text = request.question
        case .toolCalls(let calls, let text):
            answer.text = try text?.text(in: scope) ?? ""
            for call in calls { answer.calls.append(try self.call(call, in: scope)) }
        }
        if case .huge(let bytes)? = reply.fault { answer.text = Self.filler(bytes: bytes) }
        if !answer.calls.isEmpty { answer.finish = .toolCalls }
        stop(&answer)
        shorten(&answer)
        if let finish = reply.finish { (answer.finish, answer.stopSequence) = (finish, nil) }
        if !reply.usage.isOmitted { answer.usage = usage(of: answer) }
        return answer
    }

    private func call(_ call: ToolCallReply, in scope: Scope) throws(EvaluationError) -> Answer.Call {
        switch call.arguments {
        case .suitable: suitable(call.name)
        case .object(let template): Answer.Call(name: call.name, arguments: .object(try template.evaluate(in: scope)))
        case .malformed(let text): Answer.Call(name: call.name, arguments: .malformed(text))
        }
    }

    private func suitable(_ name: String) -> Answer.Call {
        let schema = request.tools.first { $0.name == name }?.parameters ?? [:]
        let value = SchemaSample(schema, subject: subject).value
        return Answer.Call(name: name, arguments: .object(value.objectValue == nil ? [:] : value))
    }

    private func suit(_ answer: inout Answer) {
        if let schema = request.schema {
            answer.text = JSON.text(of: SchemaSample(schema, subject: subject).value)
        } else if let tool = request.forcedTool {
            answer.calls = [suitable(tool.name)]
        } else if request.wantsJSON {
            answer.text = JSON.text(of: ["simulated": true, "about": .string(subject)])
        } else {
            answer.text = "[simulated] An answer to: \(subject)"
        }
    }

    /// The question's first words.
    private var subject: String {
        let words = request.question.split(whereSeparator: \.isWhitespace)
        guard !words.isEmpty else { return "no question" }
        return words.prefix(8).joined(separator: " ").prefix(80) + (words.count > 8 ? " ..." : "")
    }

    /// Ends the text before the first of the request's stop sequences; what would have followed is never said.
    private func stop(_ answer: inout Answer) {
        let text = answer.text
        let found = request.stopSequences.compactMap { stop in
            text.firstRange(of: stop).map { (place: $0.lowerBound, stop: stop) }
        }
        guard let first = found.min(by: { $0.place < $1.place }) else { return }
        answer.text = String(text[..<first.place])
        answer.calls = []
        (answer.finish, answer.stopSequence) = (.stop, first.stop)
    }

    /// Cuts what is longer than the request allows.
    private func shorten(_ answer: inout Answer) {
        guard let limit = request.maxTokens, answer.calls.isEmpty else { return }
        let tokens = Tokens.split(answer.text)
        guard tokens.count > limit else { return }
        answer.text = tokens.prefix(limit).joined()
        (answer.finish, answer.stopSequence) = (.length, nil)
    }

    private func usage(of answer: Answer) -> TokenUsage {
        let given = reply.usage
        let cached = given.cached ?? 0
        let written = given.cacheWrite ?? 0
        let writtenLong = given.cacheWriteLong ?? 0
        let input = given.input ?? max(request.inputTokens, cached + written + writtenLong)
        let reasoning = given.reasoning ?? Tokens.count(in: [answer.reasoning ?? ""])
        let said = Tokens.count(in: [answer.text] + answer.calls.flatMap { [$0.name, $0.text] })
        return TokenUsage(
            uncachedInput: max(0, input - cached - written - writtenLong), cacheRead: cached, cacheWrite: written,
            cacheWriteLong: writtenLong, output: given.output ?? said + reasoning, reasoning: reasoning)
    }

    private static func filler(bytes: Int) -> String {
        let line = "[simulated] A very long answer. "
        return String((String(repeating: line, count: bytes / line.utf8.count + 1)).prefix(bytes))
    }
}
