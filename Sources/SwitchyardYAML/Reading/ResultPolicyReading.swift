import SwitchyardCore

extension PipelineReading {
    /// What becomes of the result, what it may cost, and what processes may reach.
    mutating func resultPolicies(_ fields: Fields, allowsRaw: Bool, into policies: inout Policies) {
        policies.cache = noted(fields["cache"]).flatMap { cache($0) }
        if let field = fields["budget"] { policies.budget = budget(field) }
        policies.quality = noted(fields["quality"]).flatMap { quality($0) }
        policies.sandbox = noted(fields["sandbox"]).flatMap { sandbox($0, allowsRaw: allowsRaw) }
    }

    private mutating func cache(_ field: Field) -> Written<CachePolicy?>? {
        guard field.node.map != nil else {
            return boolean(field).map { Written(value: $0 ? CachePolicy() : nil) }
        }
        guard let fields = fields(of: field) else { return nil }
        var written = Written<CachePolicy?>(value: nil)
        let ttl = fields["ttl"].flatMap { limit($0) }
        var key: Template?
        if let field = fields["key"] {
            key = template(field)
            written.sites.append((".cache.key", placed(field.node)))
        }
        written.value = CachePolicy(ttl: ttl, key: key)
        return written
    }

    mutating func budget(_ field: Field) -> BudgetPolicy {
        fields(of: field).map { budget($0, of: field) } ?? BudgetPolicy()
    }

    /// The limits among `fields`, which are those of `field`.
    mutating func budget(_ fields: Fields, of field: Field) -> BudgetPolicy {
        if field.node.map?.isEmpty == true {
            report(field.node, "`\(field.label)` limits nothing", hint: "for example `budget: {usd: 0.50}`")
        }
        return BudgetPolicy(
            microdollars: noted(fields["usd"]).flatMap { microdollars($0) },
            tokens: noted(fields["tokens"]).flatMap { integer($0) },
            onExceed: noted(fields["on_exceed"]).flatMap { choice($0) }.flatMap(Budget.OnExceed.init))
    }

    private mutating func quality(_ field: Field) -> Written<QualityPolicy>? {
        guard let fields = fields(of: field) else { return nil }
        let minScore = fields["min_score"].flatMap { number($0) }
        let onLow = fields["on_low"].flatMap { choice($0) }.flatMap(QualityPolicy.OnLow.init)
        guard let check = fields["check"] else { return nil }
        let site = (".quality.check", placed(check.node))
        return qualityCheck(check).map { value in
            Written(
                value: QualityPolicy(
                    check: value, minScore: minScore ?? QualityPolicy.defaultMinScore, onLow: onLow ?? .fail),
                sites: [site])
        }
    }

    /// One hole is an expression, any other text is a question.
    private mutating func qualityCheck(_ field: Field) -> QualityPolicy.Check? {
        if field.node.scalar?.value.boolValue != nil {
            wrongType(field)
            return nil
        }
        guard let template = template(field) else { return nil }
        if template.parts.count == 1, template.expressions.count == 1 {
            return expression(field).map { .expression($0) }
        }
        let text = field.node.scalar?.text ?? ""
        if let bare = try? Expression.parse(text), !bare.references.isEmpty {
            report(
                field.node, "`\(field.label)` is a question for a model here, and reads like an expression",
                hint: "an expression stands in a hole: `${{ \(bare.source) }}`", severity: .warning)
        }
        return .prompt(template)
    }

    private mutating func sandbox(_ field: Field, allowsRaw: Bool) -> Written<SandboxPolicy?>? {
        guard field.node.map != nil else {
            return boolean(field).map { Written(value: $0 ? SandboxPolicy() : nil) }
        }
        guard let fields = fields(of: field) else { return nil }
        let network = fields["network"].flatMap { boolean($0) } ?? false
        let folders = fields["write"].flatMap { templates($0, allowsRaw: allowsRaw) }
        return Written(
            value: SandboxPolicy(allowsNetwork: network, writable: folders?.value ?? []),
            sites: (folders?.sites ?? []).map { (".sandbox" + $0.path, $0.node) })
    }
}
