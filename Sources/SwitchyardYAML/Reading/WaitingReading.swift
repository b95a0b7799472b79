import OrderedCollections
import SwitchyardCore

/// Steps that wait, and pipelines as steps.
extension PipelineReading {
    mutating func approval(_ field: Field, allowsRaw: Bool, path: String) -> StepKind? {
        var message = field
        var step = ApprovalStep(message: Template(literal: ""))
        if field.node.map != nil {
            guard let fields = fields(of: field) else { return nil }
            step.timeout = fields["timeout"].flatMap { limit($0) }
            if let answer = fields["on_timeout"] {
                step.onTimeout = choice(answer).flatMap(ApprovalStep.TimeoutAnswer.init) ?? .reject
                if fields["timeout"] == nil {
                    report(
                        answer.key, "`\(answer.label)` has no effect without `timeout`: the step waits for ever",
                        hint: "add `timeout: 2h`", severity: .warning)
                }
            }
            guard let inner = fields["message"] else { return .approval(step) }
            message = inner
        }
        record(message.node, at: path + ".approval.message")
        step.message = template(message, allowsRaw: allowsRaw) ?? step.message
        return .approval(step)
    }

    mutating func wait(_ field: Field, path: String) -> StepKind? {
        guard field.node.map != nil else {
            return waitTime(field, path: path + ".wait.for").map { .wait(.duration($0)) }
        }
        guard let fields = fields(of: field), let way = alternative(fields, of: field) else { return nil }
        switch way.key.scalar?.text {
        case "for": return waitTime(way, path: path + ".wait.for").map { .wait(.duration($0)) }
        case "until":
            record(way.node, at: path + ".wait.until")
            guard let template = template(way) else { return nil }
            if let text = template.literalText, Timestamp(iso8601: text) == nil {
                report(
                    way.node, "`\(way.label)` wants a moment in UTC, not \(YAMLTrap.quoted(text))",
                    hint: "for example `2026-01-31T08:00:00Z`")
            }
            return .wait(.until(template))
        default:
            let from = fields["from"].flatMap { identifier($0) }
            places.record(path + ".wait.event", at: document.location(way.node))
            return name(way).map { .wait(.event(type: $0, from: from)) }
        }
    }

    /// A duration, or a hole that gives one.
    private mutating func waitTime(_ field: Field, path: String) -> Template? {
        record(field.node, at: path)
        if let text = field.node.scalar?.value.stringValue, text.contains("{{") { return template(field) }
        return duration(field) == nil ? nil : Template(literal: field.node.scalar?.text ?? "")
    }

    mutating func nested(_ field: Field, allowsRaw: Bool, path: String) -> StepKind? {
        guard field.node.map != nil else {
            guard let name = literal(field) else { return nil }
            let isPath = name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml")
            if !isPath { _ = identifier(field) }
            return .pipeline(NestedPipeline(source: isPath ? .path(name) : .id(name)))
        }
        guard let fields = fields(of: field) else { return nil }
        var inputs: OrderedDictionary<String, ValueTemplate> = [:]
        for entry in fields["inputs"].flatMap({ map($0) }) ?? [] {
            inputs[entry.name] = valueTemplate(
                entry.value, allowsRaw: allowsRaw, path: "\(path).pipeline.inputs.\(entry.name)")
        }
        guard let way = alternative(fields, of: field) else { return nil }
        if way.key.scalar?.text == "id" {
            return identifier(way).map { .pipeline(NestedPipeline(source: .id($0), inputs: inputs)) }
        }
        return literal(way).map { .pipeline(NestedPipeline(source: .path($0), inputs: inputs)) }
    }

    /// Text without holes: what is started must be known before anything runs.
    private mutating func literal(_ field: Field) -> String? {
        guard let text = name(field) else { return nil }
        guard !text.contains("{{") else {
            report(field.node, "`\(field.label)` must stand in the file: a hole cannot name a pipeline")
            return nil
        }
        return text
    }
}
