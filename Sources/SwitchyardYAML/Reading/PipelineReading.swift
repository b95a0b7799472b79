import OrderedCollections
import SwitchyardCore

/// Turns the nodes of one document into a pipeline and collects everything that is wrong on the way.
///
/// What cannot be read is reported and replaced by something harmless, so that the rest of the file is still checked.
struct PipelineReading {
    /// The document that is being read: the pipeline, or one that it inherits from.
    var document: YAMLDocument
    let tools: any ToolCatalog
    var diagnostics: [Diagnostic] = []
    var places = SourceMap()
    /// The ids of all steps, which decide what the data-flow form speaks of.
    var stepIDs: Set<String> = []

    var flags = Settings()
    var own = Settings()
    var project = Settings()
    var user = Settings()
    /// What steps inherit: the pipeline's own, then the project's and the user's.
    var base = Settings()
    /// Where the policies that steps inherit were given.
    var inheritedPlaces: [String: SourceLocation] = [:]
    /// Whose settings are being read.
    var origin = SettingOrigin.pipeline
    /// Parts of settings files that may be secrets, and are kept out of what is shown of them.
    var concealed: Set<String> = []
    /// What all settings say of models, once they were read.
    var changedCatalogue: ChangedCatalogue?
    /// The settings read since they were last taken.
    var notes: [String: SettingValue] = [:]
    /// What each step says of itself.
    var settings: [StepSettings] = []
    var isCompensating = false
    /// Whether the pipeline runs one step at a time.
    var isSerial = false

    init(document: YAMLDocument, tools: any ToolCatalog) {
        self.document = document
        self.tools = tools
    }

    /// The pipeline, with placeholders where parts could not be read; nil if not even a map stands there.
    mutating func pipeline(_ root: YAMLNode, source: String) -> Pipeline? {
        guard !root.isBroken else { return nil }
        guard root.map != nil else {
            report(root, "a pipeline is a map of keys, not \(root.described)", hint: "start the file with `version: 1`")
            return nil
        }
        let fields = fields(of: root, .pipeline, path: nil)
        for name in ["concurrency", "subscribe"] {
            if let field = fields[name] { places.recordKey(name, at: document.location(field.key)) }
        }
        if let version = fields["version"] { self.version(version) }
        var pipeline = Pipeline(id: "", steps: [], source: source, file: document.index.file)
        pipeline.id = fields["id"].flatMap { identifier($0) } ?? ""
        pipeline.name = fields["name"].flatMap { text($0) }
        pipeline.description = fields["description"].flatMap { text($0) }
        if let field = fields["inputs"] { pipeline.inputs = inputs(field) }
        collectIDs(root)
        own = settings(fields)
        inherit(fields, into: &pipeline)
        if let field = fields["concurrency"] { pipeline.concurrency = concurrency(field) }
        pipeline.subscribe = fields["subscribe"].flatMap { words($0)?.map(\.value) } ?? []
        origin = .step
        if let field = fields["steps"] { pipeline.steps = steps(field, path: "steps", prefix: "") }
        if let field = fields["finally"] {
            pipeline.finally = steps(field, path: "finally", prefix: StepPath.finallyPrefix)
        }
        if let field = fields["outputs"], let entries = map(field) {
            for entry in entries {
                pipeline.outputs[entry.name] = valueTemplate(entry.value, path: "outputs.\(entry.name)")
            }
        }
        return pipeline
    }

    private mutating func version(_ field: Field) {
        switch field.node.scalar?.value {
        case .int(1)?: break
        case .int(let number)?:
            report(field.node, "this version of Switchyard reads version 1 of the format, not \(number)")
        default: wrongType(field)
        }
    }

    private mutating func inherit(_ fields: Fields, into pipeline: inout Pipeline) {
        base = own.inheriting(project).inheriting(user)
        let settings = flags.inheriting(base)
        pipeline.models = settings.models
        pipeline.experts = settings.experts
        pipeline.strategy = settings.strategy ?? .balanced
        pipeline.budget = settings.budget.budget
        pipeline.maxConcurrentSteps = settings.maxConcurrentSteps ?? Pipeline.defaultMaxConcurrentSteps
        inheritedPlaces = base.defaults.given.merging(flags.defaults.given) { _, flag in flag }
            .compactMapValues(\.location)
        guard let field = fields["execution"], choice(field) == Pipeline.Execution.serial.rawValue else { return }
        pipeline.execution = .serial
        isSerial = true
        // One slot is not enough: what waits, for an approval or the time of a retry, holds none.
        pipeline.maxConcurrentSteps = 1
        if let limit = fields["max_concurrent_steps"] {
            report(
                limit.node, "`max_concurrent_steps` has no effect under `execution: serial`", severity: .warning)
        }
    }

    private mutating func concurrency(_ field: Field) -> ConcurrencyPolicy? {
        var group = field
        var policy = ConcurrencyPolicy(group: Template(literal: ""))
        if field.node.map != nil {
            guard let fields = fields(of: field) else { return nil }
            let choice = fields["on_conflict"].flatMap { self.choice($0) }
            policy.onConflict = choice.flatMap(ConcurrencyPolicy.OnConflict.init) ?? .queue
            guard let inner = fields["group"] else { return nil }
            group = inner
        }
        record(group.node, at: "concurrency.group")
        guard let template = template(group) else { return nil }
        policy.group = template
        return policy
    }

    /// The ids of every list of steps, groups' included.
    private mutating func collectIDs(_ node: YAMLNode) {
        for list in ["steps", "finally"] {
            for step in node[list]?.list ?? [] {
                if let id = step["id"]?.scalar?.text { stepIDs.insert(id) }
                collectIDs(step)
                if let compensation = step["compensate"] { collectIDs(compensation) }
            }
        }
    }

    /// Every setting with where it came from, once the pipeline was read.
    func effectiveSettings(_ root: YAMLNode?) -> EffectiveSettings {
        var result = EffectiveSettings()
        result.steps = settings
        var ofRun = own.given
        if let node = root?["execution"] {
            ofRun["execution"] = SettingValue(
                text: node.shortText, origin: .pipeline, location: document.location(node))
        }
        var flagged = flags.defaults.given
        if flagged["strategy"] == nil { flagged["strategy"] = flags.given["strategy"] }
        result.ofSteps = [
            flagged, own.defaults.given, project.defaults.given, user.defaults.given,
        ]
        result.ofRun = [flags.given, ofRun, project.given, user.given]
        let all = outerSettings
        result.providers = all.providers
        result.providerPlaces = all.providerPlaces
        result.routing = all.routing.settings
        result.changedCatalogue = changedCatalogue?.catalogue
        result.changedFacts = changedCatalogue?.facts ?? [:]
        result.store = all.given["store"]
        result.theme = all.given["theme"]
        return result
    }
}
