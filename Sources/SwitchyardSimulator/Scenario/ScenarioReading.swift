import SwitchyardCore
import SwitchyardYAML

extension ScenarioReading {
    /// The scenario, with parts missing where they could not be read; nil if not even a map stands there.
    mutating func scenario(_ root: LocatedNode) -> Scenario? {
        guard let fields = fields(of: root, .scenario) else { return nil }
        version(fields["version"], in: root)
        var scenario = Scenario()
        scenario.name = text(fields["name"])
        scenario.description = text(fields["description"])
        scenario.models = list(fields["models"]).compactMap { node in
            guard let name = node.text, !name.isEmpty else {
                report(node, "a model is a name, not \(node.described)")
                return nil
            }
            return name
        }
        if let field = fields["stream"] { scenario.stream = pace(field, over: StreamPace()) }
        for node in list(fields["rules"]) {
            if let rule = rule(node, pace: scenario.stream) { scenario.rules.append(rule) }
        }
        return scenario
    }

    private mutating func version(_ field: ScenarioField?, in root: LocatedNode) {
        guard let field else {
            report(root, "`version` is missing", hint: "start the file with `version: 1`")
            return
        }
        switch field.node.scalar {
        case .int(1)?: break
        case .int(let number)?:
            report(field.node, "this version of Switchyard reads version 1 of scenarios, not \(number)")
        default: wrongType(field)
        }
    }

    private mutating func rule(_ node: LocatedNode, pace: StreamPace) -> Rule? {
        guard let fields = fields(of: node, .rule) else { return nil }
        var rule = Rule(replies: [])
        rule.name = text(fields["name"])
        if let field = fields["match"] { rule.match = match(field) }
        rule.times = integer(fields["times"])
        switch (fields["reply"], fields["sequence"]) {
        case (nil, nil):
            report(node, "a rule needs `reply` or `sequence`", hint: "for example `reply: {text: Done}`")
        case (.some, let second?):
            report(second.key, "a rule has `reply` or `sequence`, not both")
        case (let field?, nil):
            rule.replies = [reply(field.node, pace: pace)]
        case (nil, let field?):
            rule.replies = list(field).map { reply($0, pace: pace) }
            if field.node.list?.isEmpty == true { report(field.node, "`sequence` is empty") }
        }
        return rule.replies.isEmpty ? nil : rule
    }

    private mutating func match(_ field: ScenarioField) -> RequestMatch {
        guard let fields = fields(of: field.node, .match, prefix: "match.") else { return RequestMatch() }
        var match = RequestMatch()
        match.provider = text(fields["provider"])
        match.model = glob(fields["model"])
        match.path = glob(fields["path"])
        match.contains = text(fields["contains"])
        if let field = fields["regex"], let text = text(field) {
            do throws(InputPattern.Problem) {
                match.regex = try TextPattern(text)
            } catch {
                diagnostics.append(
                    Diagnostic(
                        at: field.node.location(character: error.offset),
                        "`\(field.label)` is no pattern: \(error.message)"))
            }
        }
        if let field = fields["in"] {
            if fields["contains"] == nil, fields["regex"] == nil {
                report(field.key, "`match.in` belongs to `contains` or `regex`, and neither stands here")
            }
            match.place = choice(field) ?? .question
        }
        match.hasTools = boolean(fields["has_tools"])
        match.hasSchema = boolean(fields["has_schema"])
        match.hasToolResults = boolean(fields["has_tool_results"])
        match.streams = boolean(fields["streams"])
        match.call = range(fields["call"])
        return match
    }

    /// A map, or a text alone.
    private mutating func reply(_ node: LocatedNode, pace: StreamPace) -> Reply {
        guard node.map != nil || node.list != nil || node.text?.isEmpty != false else {
            return Reply(template(node).map(Reply.Content.text) ?? .suitable)
        }
        guard let fields = fields(of: node, .reply) else { return Reply() }
        var reply = Reply(content(fields))
        if let field = fields["reasoning"] { reply.reasoning = template(field.node) }
        if let field = fields["stream"] { reply.stream = self.pace(field, over: pace) }
        if let field = fields["usage"] { reply.usage = usage(field) }
        if let field = fields["finish"] { reply.finish = finish(field) }
        if let field = fields["limits"] { reply.limits = limits(field) }
        if let field = fields["fault"] { (reply.fault, reply.slow) = fault(field) }
        return reply
    }

    private mutating func content(_ fields: [String: ScenarioField]) -> Reply.Content {
        let names = ["text", "json", "tool_calls", "echo", "generate"].filter { fields[$0] != nil }
        let isTextBeforeCalls = names == ["text", "tool_calls"]
        if names.count > 1, !isTextBeforeCalls, let second = fields[names[1]] {
            report(second.key, "a reply has one of \(names.map { "`\($0)`" }.joined(separator: " and "))")
        }
        if let field = fields["tool_calls"] {
            let text = fields["text"].flatMap { template($0.node) }
            return .toolCalls(list(field).compactMap { toolCall($0) }, text: text)
        }
        if let field = fields["text"] { return template(field.node).map(Reply.Content.text) ?? .suitable }
        if let field = fields["json"] { return .json(tree(field.node)) }
        if let field = fields["echo"], boolean(field) == true { return .echo }
        _ = boolean(fields["generate"])
        return .suitable
    }

    private mutating func toolCall(_ node: LocatedNode) -> ToolCallReply? {
        guard let fields = fields(of: node, .toolCall) else { return nil }
        guard let field = fields["name"] else {
            report(node, "`name` is missing", hint: "the name of the tool that is called")
            return nil
        }
        guard let name = text(field) else { return nil }
        var call = ToolCallReply(name: name)
        if let field = fields["arguments"] {
            if field.node.map == nil { wrongType(field) }
            call.arguments = .object(tree(field.node))
        }
        if let field = fields["malformed"], let text = text(field) {
            if fields["arguments"] != nil { report(field.key, "a tool call has `arguments` or `malformed`, not both") }
            call.arguments = .malformed(text)
        }
        return call
    }

    mutating func pace(_ field: ScenarioField, over inherited: StreamPace) -> StreamPace {
        var pace = inherited
        guard let fields = fields(of: field.node, .stream, prefix: "stream.") else { return pace }
        pace.chunkTokens = integer(fields["chunk_tokens"]) ?? pace.chunkTokens
        pace.firstAfter = duration(fields["first_after"]) ?? pace.firstAfter
        pace.every = duration(fields["every"]) ?? pace.every
        pace.splitBytes = integer(fields["split_bytes"]) ?? pace.splitBytes
        return pace
    }

    private mutating func usage(_ field: ScenarioField) -> UsageReply {
        guard let fields = fields(of: field.node, .usage, prefix: "usage.") else { return UsageReply() }
        return UsageReply(
            input: integer(fields["input"]), output: integer(fields["output"]), cached: integer(fields["cached"]),
            cacheWrite: integer(fields["cache_write"]), cacheWriteLong: integer(fields["cache_write_long"]),
            reasoning: integer(fields["reasoning"]), isOmitted: boolean(fields["omit"]) ?? false)
    }

    private mutating func limits(_ field: ScenarioField) -> RateHeadroom {
        guard let fields = fields(of: field.node, .limits, prefix: "limits.") else { return RateHeadroom() }
        return RateHeadroom(requests: limit(fields["requests"]), tokens: limit(fields["tokens"]))
    }

    private mutating func limit(_ field: ScenarioField?) -> RateHeadroom.Limit? {
        guard let field, let fields = fields(of: field.node, .limit, prefix: field.label + ".") else { return nil }
        return RateHeadroom.Limit(
            limit: integer(fields["limit"]), remaining: integer(fields["remaining"]),
            resetsAfter: duration(fields["resets_after"]))
    }

    /// `stop`, `length`, `tool_calls`, `refusal`, `content_filter`, or a provider's own word.
    private mutating func finish(_ field: ScenarioField) -> FinishReason? {
        switch text(field) {
        case nil: nil
        case "stop"?: .stop
        case "length"?: .length
        case "tool_calls"?: .toolCalls
        case "refusal"?: .refused(nil)
        case "content_filter"?: .refused("content_filter")
        case let word?: .other(word)
        }
    }
}
