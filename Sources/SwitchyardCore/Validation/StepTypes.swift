import OrderedCollections

/// What is known before a run about the results of the steps of a pipeline, by their numbers in the
/// ``ValidationContext``.
struct StepTypes: Sendable {
    private let context: ValidationContext
    private let outputs: [ExpressionType]
    /// Those of a single item, where a step has items.
    private let results: [ExpressionType]

    /// - Parameter takesNamesAsAll: whether the names in an `output_schema` count as all there are; see
    ///   ``ExpressionType/init(schema:takesNamesAsAll:)``.
    init(_ context: ValidationContext, takesNamesAsAll: Bool = false) {
        self.context = context
        var outputs = [ExpressionType](repeating: .any, count: context.steps.count)
        var results = outputs
        var members: [Int: [(id: String, type: ExpressionType)]] = [:]
        // What is inside of a step comes behind it.
        for index in context.steps.indices.reversed() {
            let step = context.steps[index].step
            var type = Self.type(of: step.kind, members: members.removeValue(forKey: index) ?? []) { schema in
                ExpressionType(schema: schema, takesNamesAsAll: takesNamesAsAll)
            }
            results[index] = type
            if step.foreach != nil { type = .array(of: type.orNull) }
            outputs[index] = type
            let list = context.list(of: index)
            if list.kind == .group, let owner = list.owner {
                members[owner, default: []].append((step.id, type.orNull))
            }
        }
        self.outputs = outputs
        self.results = results
    }

    private static func type(
        of kind: StepKind, members: [(id: String, type: ExpressionType)], _ typeOfSchema: (Value) -> ExpressionType
    ) -> ExpressionType {
        switch kind {
        case .run, .argv: .string()
        case .tool, .pipeline: .any
        case .prompt(let prompt): prompt.outputSchema.map(typeOfSchema) ?? .string()
        case .agent(let agent): agent.outputSchema.map(typeOfSchema) ?? .string()
        case .decide(let decide): .string(oneOf: decide.choices.map(\.value))
        case .approval: .record(["approved": .boolean, "by": .string().orNull, "at": .string()])
        case .wait(.duration), .wait(.until): .null
        case .wait(.event): .any
        case .group:
            .record(
                OrderedDictionary(members.reversed().map { ($0.id, $0.type) }, uniquingKeysWith: { first, _ in first }))
        }
    }

    /// What the expressions of step `index` that see `scope` may see, as far as `references` ask for it.
    func environment(
        of index: Int, _ scope: TemplateSite.Scope, references: [Reference]
    ) -> TypeEnvironment {
        let entry = context.steps[index]
        var environment = base(visible: visible(from: index, scope), references)
        environment.env = Array(entry.step.env.keys)
        if scope == .result, environment.steps?[entry.step.id] != nil {
            environment.steps?[entry.step.id] = StepShape(output: results[index].orNull)
        }
        for step in repeating(index, scope, by: { $0.foreach != nil }) {
            guard environment.item == nil, let foreach = context.steps[step].step.foreach else { continue }
            environment.item = item(of: foreach)
            environment.hasIndex = true
        }
        if let loop = repeating(index, scope, by: { $0.until != nil }).first {
            environment.loop = TypeEnvironment.loop(
                previous: context.steps[loop].step.foreach == nil ? outputs[loop] : .any)
        }
        return environment
    }

    /// What stands outside of every step may see.
    func environment(references: [Reference]) -> TypeEnvironment {
        var environment = base(visible: context.lists.filter { $0.owner == nil }, references)
        environment.env = []
        return environment
    }

    private func visible(from index: Int, _ scope: TemplateSite.Scope) -> [ValidationContext.StepList] {
        let visible = context.visibleLists(from: context.steps[index].list)
        guard scope == .body else { return visible }
        return context.lists.filter { $0.owner == index && $0.kind == .group } + visible
    }

    private func base(visible: [ValidationContext.StepList], _ references: [Reference]) -> TypeEnvironment {
        var environment = TypeEnvironment()
        var inputs: OrderedDictionary<String, ExpressionType> = [:]
        var secrets: [String] = []
        for (name, definition) in context.pipeline.inputs {
            if definition.kind == .secret { secrets.append(name) } else { inputs[name] = definition.expressionType }
        }
        environment.inputs = .record(inputs)
        environment.secrets = secrets
        environment.shared = .any
        // `steps` alone is all of them, whatever they are.
        guard !references.contains(where: { $0.root == .steps && $0.stepID == nil }) else { return environment }
        var shapes: OrderedDictionary<String, StepShape> = [:]
        for id in references.compactMap(\.stepID) where shapes[id] == nil {
            guard let step = visible.lazy.compactMap({ $0.indices[id] }).first else { continue }
            // Skipped, or failed and let pass, it has none.
            shapes[id] = StepShape(output: outputs[step].orNull)
        }
        environment.steps = shapes
        return environment
    }

    /// The steps around an expression that repeat it, the innermost first.
    private func repeating(_ index: Int, _ scope: TemplateSite.Scope, by repeats: (Step) -> Bool) -> [Int] {
        let step = context.steps[index].step
        let isOwn: Bool =
            switch scope {
            case .list: false
            case .item, .result: step.foreach != nil && repeats(step)
            case .body: repeats(step)
            }
        return (isOwn ? [index] : []) + context.ancestors(of: index).filter { repeats(context.steps[$0].step) }
    }

    /// The type of an item, where the file says what the items are.
    private func item(of foreach: Foreach) -> ExpressionType {
        switch foreach.elements {
        case .items(let items): element(of: items)
        case .matrix(let axes): .record(axes.mapValues { element(of: $0) })
        }
    }

    private func element(of template: ValueTemplate) -> ExpressionType {
        switch template {
        case .literal(let value):
            guard let elements = value.arrayValue else { return .any }
            return .union(of: elements.map { ExpressionType(of: $0) })
        case .array(let elements):
            let values = elements.compactMap { element -> Value? in
                if case .literal(let value) = element { value } else { nil }
            }
            return values.count == elements.count ? .union(of: values.map { ExpressionType(of: $0) }) : .any
        case .text, .stepField, .object: return .any
        }
    }
}
