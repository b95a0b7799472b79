import OrderedCollections
package import SwitchyardCore

/// What stays the same for a whole run, and the pure questions about it.
package struct RunDefinition: Sendable {
    package let run: RunID
    package let pipeline: Pipeline
    package let graph: PipelineGraph
    package let created: RunCreated
    package let plan: CompiledPlan
    /// Who started the run.
    package let actor: Actor
    let tools: any ToolCatalog
    private let indices: [StepPath: Int]

    /// - Parameters:
    ///   - inputs: an object: every declared input, checked.
    ///   - slots: how many steps may run at once; nil is the pipeline's own number.
    ///   - workspace: the folder that paths are confined to, absolute.
    package init(
        run: RunID, pipeline: Pipeline, graph: PipelineGraph, inputs: Value, tools: any ToolCatalog, seed: UInt64,
        slots: Int?, workspace: String, actor: Actor
    ) {
        self.run = run
        self.pipeline = pipeline
        self.graph = graph
        self.tools = tools
        self.actor = actor
        created = RunCreated(
            pipelineID: pipeline.id, pipelineName: pipeline.name, definition: pipeline.source,
            definitionHash: pipeline.definitionHash, file: pipeline.file, inputs: inputs, seed: seed,
            slots: max(1, slots ?? pipeline.maxConcurrentSteps), workspace: workspace
        )
        plan = graph.compiled { $0.plannedEffect(tools: tools) }
        indices = Dictionary(uniqueKeysWithValues: graph.nodes.enumerated().map { ($1.path, $0) })
    }

    var slots: Int { created.slots }

    func node(at path: StepPath) -> Int? { indices[path] }

    /// An evenly distributed number in 0..<1 that depends on the run's seed and the attempt alone.
    func random(for attempt: AttemptID) -> Double {
        // FNV-1a over the path, then SplitMix64's finaliser (Steele, Lea and Flood, 2014).
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ created.seed
        for byte in attempt.step.rawValue.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        hash = (hash ^ UInt64(attempt.number)) &+ 0x9e37_79b9_7f4a_7c15
        hash = (hash ^ hash >> 30) &* 0xbf58_476d_1ce4_e5b9
        hash = (hash ^ hash >> 27) &* 0x94d0_49bb_1331_11eb
        hash ^= hash >> 31
        return Double(hash >> 11) / 9_007_199_254_740_992
    }

    // MARK: Readiness

    /// What a step whose needs have ended does next.
    enum Readiness: Hashable, Sendable {
        case runs
        case skipped(SkipReason)
        case fails(StepFailure)
    }

    /// What `node`, whose needs have ended, does next.
    ///
    /// - Parameter run: how the main list ended; what `failed()` and its kin mean in a `finally` step without needs.
    func readiness(of node: Int, in snapshot: RunSnapshot, run: NeedsStatus) -> Readiness {
        let node = graph.nodes[node]
        let needs = node.needs.compactMap { edge in
            snapshot.steps[graph.nodes[edge.node].path].map { (step: graph.nodes[edge.node].step, snapshot: $0) }
        }
        if node.step.when?.callsStatusFunction != true {
            let broken = needs.first { need in
                switch need.snapshot.state {
                case .failed: need.step.onFailure != .continue
                case .cancelled: true
                case .pending, .ready, .running, .waiting, .succeeded, .skipped, .outcomeUnknown: false
                }
            }
            if let broken { return .skipped(.needFailed(broken.snapshot.path)) }
            if !needs.isEmpty, needs.allSatisfy({ $0.snapshot.state == .skipped }) { return .skipped(.needsSkipped) }
        }
        guard let when = node.step.when else { return .runs }
        do throws(EvaluationError) {
            // Only what the condition asks for is rendered: the rest may not be there if it is false.
            let names = when.references.compactMap(\.environmentName)
            var scope = try stepScope(of: node, in: snapshot, environment: { names.contains($0) })
            scope.needs = needsStatus(of: node, in: snapshot, run: run)
            return try when.evaluate(in: scope).isTruthy ? .runs : .skipped(.condition)
        } catch {
            return .fails(StepFailure(.invalidInput, "`when`: \(error.message)"))
        }
    }

    // MARK: Attempts

    /// The next attempt of `node`, with its templates resolved; its number is still to be set.
    func attempt(of node: Int, in snapshot: RunSnapshot) throws(StepFailure) -> StepAttempt {
        let node = graph.nodes[node]
        let name = node.step.kind.toolName
        guard let tool = tools.tool(named: name) else { throw StepFailure(.notFound, "there is no tool \(name)") }
        let scope: Scope
        let given: Value
        let folder: String?
        do throws(EvaluationError) {
            scope = try stepScope(of: node, in: snapshot)
            given = try arguments(of: node.step.kind, in: scope)
            folder = try node.step.workingDirectory?.text(in: scope)
        } catch {
            throw StepFailure(.invalidInput, error.message)
        }
        let arguments: Value
        switch ToolArguments.check(given, against: tool.parameters) {
        case .valid(let checked): arguments = checked
        case .invalid(let problems):
            throw StepFailure(.invalidInput, problems.map(\.message).joined(separator: "; "))
        }
        guard arguments.nests(atMost: JSON.maximumRecordedDepth) else {
            throw StepFailure(.invalidInput, "the parameters nest deeper than \(JSON.maximumRecordedDepth) levels")
        }
        return StepAttempt(
            id: AttemptID(node.path, 0), tool: name, arguments: arguments, environment: scope.env,
            workingDirectory: folder, key: idempotencyKey(of: node.path),
            effect: node.step.effect ?? tool.effect(of: arguments)
        )
    }

    private func arguments(of kind: StepKind, in scope: Scope) throws(EvaluationError) -> Value {
        switch kind {
        case .run(let script, let shell):
            let (text, arguments) = try script.resolve(in: scope)
            return ["script": .string(text), "arguments": Value(arguments), "shell": .string(shell)]
        case .argv(let templates):
            var arguments: [Value] = []
            for template in templates { arguments.append(.string(try template.text(in: scope))) }
            return ["argv": .array(arguments)]
        case .tool(_, let with): return try with.evaluate(in: scope)
        }
    }

    /// H(run, step path): the same for every attempt of a step in its run.
    private func idempotencyKey(of path: StepPath) -> String {
        String(SHA256.hexDigest(of: "\(run.rawValue)\n\(path.rawValue)").prefix(32))
    }

    // MARK: Scopes

    private func needsStatus(
        of node: PipelineGraph.Node, in snapshot: RunSnapshot, run: NeedsStatus
    ) -> NeedsStatus {
        if node.path.isFinally, node.needs.isEmpty { return run }
        let states = node.needs.compactMap { snapshot.steps[graph.nodes[$0.node].path]?.state }
        return NeedsStatus(
            anyFailed: states.contains(.failed), anyCancelled: states.contains(.cancelled),
            allSucceeded: states.allSatisfy { $0 == .succeeded || $0 == .skipped }
        )
    }

    /// - Parameter environment: which of the step's variables are rendered.
    private func stepScope(
        of node: PipelineGraph.Node, in snapshot: RunSnapshot, environment: (String) -> Bool = { _ in true }
    ) throws(EvaluationError) -> Scope {
        var scope = runScope(in: snapshot, isFinally: node.path.isFinally)
        var env: [String: String] = [:]
        for (name, template) in node.step.env where environment(name) { env[name] = try template.text(in: scope) }
        scope.env = env
        return scope
    }

    private func runScope(in snapshot: RunSnapshot, isFinally: Bool) -> Scope {
        Scope(
            inputs: created.inputs, steps: SnapshotResults(snapshot: snapshot, isFinally: isFinally),
            run: [
                "id": .string(run.rawValue), "started_at": Value(snapshot.startedAt?.iso8601),
            ]
        )
    }

    /// The run's outputs once every step has ended.
    func outputs(after snapshot: RunSnapshot) throws(EvaluationError) -> Value {
        guard !pipeline.outputs.isEmpty else { return .null }
        return try ValueTemplate.object(pipeline.outputs).evaluate(in: runScope(in: snapshot, isFinally: false))
    }
}

extension Reference {
    /// The variable that the reference names, if it names one.
    fileprivate var environmentName: String? {
        guard root == .env, case .member(let name)? = path.first else { return nil }
        return name
    }
}

extension Step {
    /// What may happen to the step after a crash, as far as it is known before its parameters are.
    package func plannedEffect(tools: any ToolCatalog) -> Effect {
        if let effect { return effect }
        let arguments: Value = if case .tool(_, let with) = kind { with.literalParts } else { .null }
        return tools.tool(named: kind.toolName)?.effect(of: arguments) ?? .unsafe
    }
}

extension ValueTemplate {
    /// The parts that have no holes; `null` stands for what has, because nobody knows it yet.
    fileprivate var literalParts: Value {
        guard case .object(let members) = self else { return .null }
        var object: Value = [:]
        for (name, member) in members {
            switch member {
            case .literal(let value): object.set(name, value)
            case .text(let template):
                object.set(name, template.literalText.map(Value.string) ?? .null)
            case .stepField, .array, .object: object.set(name, .null)
            }
        }
        return object
    }
}

extension Value {
    fileprivate mutating func set(_ name: String, _ value: Value) {
        guard case .object(var object) = self else { return }
        object[name] = value
        self = .object(object)
    }

    /// SHA-256 of the canonical JSON, in hexadecimal.
    var hash: String { SHA256.hexDigest(of: JSON.text(of: self, layout: .canonical)) }
}
