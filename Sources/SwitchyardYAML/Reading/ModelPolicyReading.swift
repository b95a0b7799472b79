import OrderedCollections
import SwitchyardCore

extension PipelineReading {
    /// How the model is chosen.
    mutating func modelPolicies(_ fields: Fields, allowsRaw: Bool, into policies: inout Policies) {
        policies.model = noted(fields["model"]).flatMap { modelName($0) }
        policies.tier = noted(fields["tier"]).flatMap { choice($0) }.flatMap(ModelTier.init)
        policies.task = noted(fields["task"]).flatMap { name($0) }
        policies.strategy = noted(fields["strategy"]).flatMap { choice($0) }.flatMap(ModelStrategy.init)
        policies.fallback = noted(fields["fallback"]).flatMap { words($0)?.map(\.value) }
        policies.toolsFilter = noted(fields["tools_filter"]).flatMap { words($0)?.map(\.value) }
        policies.constraints = noted(fields["constraints"]).flatMap { templates($0, allowsRaw: allowsRaw) }
        if let tier = fields["tier"], case .named? = policies.model {
            report(
                tier.key, "`tier` has no effect beside `model`, which names the model already",
                hint: "remove `tier`", severity: .warning)
        }
    }

    private mutating func modelName(_ field: Field) -> ModelName? {
        guard let text = name(field) else { return nil }
        if let model = ModelName(text) { return model }
        report(
            field.node, "`\(field.label)` is neither a model nor `<AUTO>` with words and `</AUTO>` behind them",
            hint: "for example `model: <AUTO>a fast model that reads images</AUTO>`")
        return nil
    }

    /// The pipeline's models.
    mutating func models(_ field: Field, into settings: inout Settings) {
        guard let fields = fields(of: field) else { return }
        settings.defaultModel = noted(fields["default"]).flatMap { name($0) }
        settings.fallback = noted(fields["fallback"]).flatMap { words($0)?.map(\.value) }
        if let field = fields["tiers"], let tiers = self.fields(of: field) {
            for tier in ModelTier.allCases {
                if let model = noted(tiers[tier.rawValue]).flatMap({ name($0) }) { settings.tiers[tier] = model }
            }
        }
        guard let field = fields["tasks"], case .map(let type, _) = field.type else { return }
        for entry in map(field) ?? [] {
            let task = Field(label: "\(field.label).\(entry.name)", type: type, key: entry.key, node: entry.value)
            if let tier = noted(task).flatMap({ choice($0) }).flatMap(ModelTier.init) {
                settings.tasks[entry.name] = tier
            }
        }
    }

    /// The models by tool.
    mutating func experts(_ field: Field, into settings: inout Settings) {
        for entry in map(field) ?? [] {
            let label = "\(field.label).\(entry.name)"
            places.recordKey(label, at: document.location(entry.key))
            let model = noted(Field(label: label, type: .text, key: entry.key, node: entry.value))
            if let model = model.flatMap({ name($0) }) { settings.experts[entry.name] = model }
        }
    }
}
