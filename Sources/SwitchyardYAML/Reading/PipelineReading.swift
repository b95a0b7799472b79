import OrderedCollections
import SwitchyardCore

/// Turns the nodes of one document into a pipeline and collects everything that is wrong on the way.
///
/// What cannot be read is reported and replaced by something harmless, so that the rest of the file is still checked.
struct PipelineReading {
    let document: YAMLDocument
    let tools: any ToolCatalog
    var diagnostics: [Diagnostic]
    var places = SourceMap()
    /// The ids of all steps, which decide what the data-flow form speaks of.
    var stepIDs: Set<String> = []
    /// What steps inherit.
    var defaults = Policies()

    init(document: YAMLDocument, tools: any ToolCatalog) {
        self.document = document
        self.tools = tools
        diagnostics = document.diagnostics
    }

    /// The pipeline, with placeholders where parts could not be read; nil if not even a map stands there.
    mutating func pipeline(_ root: YAMLNode, source: String) -> Pipeline? {
        guard !root.isBroken else { return nil }
        guard root.map != nil else {
            report(root, "a pipeline is a map of keys, not \(root.described)", hint: "start the file with `version: 1`")
            return nil
        }
        var fields = fields(of: root, .pipeline)
        version(fields["version"], root)
        var pipeline = Pipeline(id: "", steps: [], source: source, file: document.index.file)
        if let id = fields["id"] {
            pipeline.id = identifier(id) ?? ""
        } else {
            missing("id", in: root, hint: "name the pipeline: `id: my_pipeline`")
        }
        pipeline.name = fields["name"].flatMap { text($0) }
        pipeline.description = fields["description"].flatMap { text($0) }
        if let field = fields["inputs"] { pipeline.inputs = inputs(field) }
        collectIDs(fields)
        if let field = fields["defaults"] { readDefaults(field) }
        concurrency(&fields, into: &pipeline)
        if let field = fields["steps"] {
            pipeline.steps = steps(field, in: .steps)
        } else if !fields.hasSlip(of: ["steps"]) {
            missing("steps", in: root, hint: "a pipeline has at least one step")
        }
        if let field = fields["finally"] { pipeline.finally = steps(field, in: .finally) }
        if let field = fields["outputs"], let entries = map(field) {
            for entry in entries {
                pipeline.outputs[entry.name] = valueTemplate(entry.value, path: "outputs.\(entry.name)")
            }
        }
        return pipeline
    }

    private mutating func version(_ field: Field?, _ root: YAMLNode) {
        guard let field else {
            missing("version", in: root, hint: "start the file with `version: 1`")
            return
        }
        switch field.node.scalar?.value {
        case .int(1)?: break
        case .int(let number)?:
            report(field.node, "this version of Switchyard reads version 1 of the format, not \(number)")
        default: wrongType(field)
        }
    }

    private mutating func concurrency(_ fields: inout Fields, into pipeline: inout Pipeline) {
        if let field = fields["max_concurrent_steps"], let count = integer(field) {
            pipeline.maxConcurrentSteps = count
        }
        guard let field = fields["execution"], choice(field) == "serial" else { return }
        // One slot, filled in the file's order, is what `serial` means.
        pipeline.maxConcurrentSteps = 1
        if let limit = fields["max_concurrent_steps"] {
            report(
                limit.node, "`max_concurrent_steps` has no effect under `execution: serial`", severity: .warning)
        }
    }

    private mutating func collectIDs(_ fields: Fields) {
        for list in StepList.allCases {
            for node in fields[list.rawValue]?.node.list ?? [] {
                if let id = node["id"]?.scalar?.text { stepIDs.insert(id) }
            }
        }
    }

    private mutating func readDefaults(_ field: Field) {
        guard field.node.map != nil else { return wrongType(field) }
        let fields = fields(of: field.node, .defaults, prefix: "defaults.") { name in
            guard KeyTable.step[name] != nil else { return nil }
            return "`\(name)` belongs to one step and cannot stand in `defaults`"
        }
        defaults = policies(fields)
    }

    private mutating func steps(_ field: Field, in list: StepList) -> [Step] {
        guard let nodes = field.node.list else {
            wrongType(
                field, hint: field.node.map == nil ? nil : "write every step as a list element: `- id: first`")
            return []
        }
        if nodes.isEmpty, list == .steps {
            report(field.node, "`steps` is empty", hint: "a pipeline has at least one step")
        }
        var steps: [Step] = []
        for node in nodes {
            if let step = step(node, path: "\(list.rawValue)[\(steps.count)]") { steps.append(step) }
        }
        return steps
    }
}
