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
    let scopes: StepScopes
    /// Every step of the file by its place, those that undo others among them.
    let steps: StepsByPlace
    /// Hides the secrets in every event.
    let mask: SecretMask
    /// What the run takes over from another; nil unless it is a fork.
    let recorded: RecordedResults?
    /// Why the name of the concurrency group cannot be told.
    let groupProblem: String?

    /// - Parameters:
    ///   - settings: what ``RunCreated/settings`` records.
    ///   - slots: how many steps may run at once; nil is the pipeline's own number.
    ///   - workspace: the folder that paths are confined to, absolute.
    package init(
        run: RunID, pipeline: Pipeline, graph: PipelineGraph, inputs: RunInputs,
        settings: Value = .null, tools: any ToolCatalog, seed: UInt64, slots: Int?, workspace: String, actor: Actor,
        recorded: RecordedResults? = nil, parent: ParentStep? = nil
    ) {
        self.run = run
        self.recorded = recorded
        self.pipeline = pipeline
        self.graph = graph
        self.tools = tools
        self.actor = actor
        scopes = StepScopes(run: run, pipeline: pipeline, inputs: inputs.values, secrets: inputs.secrets)
        let group = Self.group(pipeline.concurrency, in: scopes.runScope(in: RunSnapshot(run: run)))
        groupProblem = group.problem
        created = RunCreated(
            pipelineID: pipeline.id, pipelineName: pipeline.name, definition: pipeline.source,
            definitionHash: pipeline.definitionHash, file: pipeline.file, inputs: inputs.values, seed: seed,
            slots: max(1, slots ?? pipeline.maxConcurrentSteps), workspace: workspace, settings: settings,
            secretSources: inputs.secretSources, concurrencyGroup: group.name, folder: pipeline.folder, parent: parent
        )
        plan = graph.compiled { $0.plannedEffect(tools: tools) }
        steps = StepsByPlace(graph, count: plan.steps.count + plan.compensations.count)
        mask = SecretMask(inputs.secrets.values)
    }

    private static func group(_ policy: ConcurrencyPolicy?, in scope: Scope) -> (name: String?, problem: String?) {
        guard let policy else { return (nil, nil) }
        do throws(EvaluationError) {
            let name = try policy.group.text(in: scope)
            return name.isEmpty ? (nil, "`concurrency.group` is empty") : (name, nil)
        } catch {
            return (nil, "`concurrency.group`: \(error.message)")
        }
    }

    var slots: Int { created.slots }

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

    /// A need of a step, ended.
    struct EndedNeed {
        var node: StepGraph.Node
        var step: Step { _read { yield node.step } }
        var origin: EdgeOrigin
        var snapshot: StepSnapshot

        /// Whether it failed and goes on at the step `id`.
        func jumps(to id: String) -> Bool {
            guard case .goto(let target) = step.onFailure else { return false }
            return target.value == id && snapshot.state == .failed
        }

        /// Whether it keeps steps that need it from running.
        var isBroken: Bool {
            switch snapshot.state {
            case .failed: step.onFailure != .continue
            case .cancelled: true
            case .pending, .ready, .running, .waiting, .succeeded, .skipped, .outcomeUnknown: false
            }
        }
    }

    /// What `step` at `path`, whose needs have ended, does next.
    ///
    /// - Parameter run: how the main list ended; what `failed()` and its kin mean in a `finally` step without needs.
    func readiness(
        of step: Step, at path: StepPath, needs: [EndedNeed], in snapshot: RunSnapshot, run: NeedsStatus
    ) -> Readiness {
        if step.when?.callsStatusFunction != true, !needs.contains(where: { $0.jumps(to: step.id) }) {
            let waited = needs.filter { $0.origin != .goto }
            if waited.isEmpty, !needs.isEmpty { return .skipped(.notReached) }
            if let broken = waited.first(where: \.isBroken) {
                return .skipped(.needFailed(broken.snapshot.path))
            }
            if !waited.isEmpty, waited.allSatisfy({ $0.snapshot.state == .skipped }) { return .skipped(.needsSkipped) }
        }
        guard !step.asksWhenForEachItem else { return .runs }
        let states = needs.map(\.snapshot.state)
        let status =
            path.isFinally && needs.isEmpty
            ? run
            : NeedsStatus(
                anyFailed: states.contains(.failed), anyCancelled: states.contains(.cancelled),
                allSucceeded: states.allSatisfy { $0 == .succeeded || $0 == .skipped }
            )
        return condition(of: step, at: path, in: snapshot, needs: status)
    }

    /// What `when` says.
    func condition(of step: Step, at path: StepPath, in snapshot: RunSnapshot, needs: NeedsStatus) -> Readiness {
        guard let when = step.when else { return .runs }
        do throws(EvaluationError) {
            // Only what the condition asks for is rendered: the rest may not be there if it is false.
            let names = when.references.compactMap(\.environmentName)
            var scope = try scopes.scope(of: step, at: path, in: snapshot, environment: { names.contains($0) })
            scope.needs = needs
            return try when.evaluate(in: scope).isTruthy ? .runs : .skipped(.condition)
        } catch {
            return .fails(StepFailure(.invalidInput, "`when`: \(error.message)"))
        }
    }

    // MARK: Attempts

    /// The next attempt of `step` at `path`, with its templates resolved; its number is still to be set.
    func attempt(
        of step: Step, at path: StepPath, in snapshot: RunSnapshot, now: Timestamp
    ) throws(StepFailure) -> StepAttempt {
        if case .pipeline(let nested) = step.kind { return try attempt(of: step, at: path, nested, in: snapshot) }
        if step.kind.usesModel { return try modelAttempt(of: step, at: path, in: snapshot, now: now) }
        guard let name = step.kind.toolName else {
            throw StepFailure(.notFound, "this version of Switchyard does not run `\(step.kind.key)` steps")
        }
        guard let tool = tools.tool(named: name) else { throw StepFailure(.notFound, "there is no tool \(name)") }
        let scope: Scope
        let given: Value
        let folder: String?
        var allowedPaths: [String] = []
        var cacheWords: String?
        do throws(EvaluationError) {
            scope = try scopes.scope(of: step, at: path, in: snapshot)
            given = try arguments(of: step.kind, in: scope)
            folder = try step.workingDirectory?.text(in: scope)
            for path in step.allowPaths { allowedPaths.append(try path.text(in: scope)) }
            cacheWords = try step.cache?.key?.text(in: scope)
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
        var attempt = StepAttempt(
            id: AttemptID(path, 0), tool: name, arguments: arguments, environment: scope.env,
            workingDirectory: folder, allowedPaths: allowedPaths, key: idempotencyKey(of: path),
            effect: step.effect ?? tool.effect(of: arguments)
        )
        attempt.cache = step.cache.map { cache in
            CacheRequest(
                key: cacheKey(of: attempt, words: cacheWords, tool: tool),
                oldest: cache.ttl.map { now.advanced(by: .zero - $0) }, takesKept: true)
        }
        return attempt
    }

    /// The next attempt of a step that is a run of another pipeline.
    private func attempt(
        of step: Step, at path: StepPath, _ nested: NestedPipeline, in snapshot: RunSnapshot
    ) throws(StepFailure) -> StepAttempt {
        var arguments: Value =
            switch nested.source {
            case .path(let file): ["path": .string(file)]
            case .id(let id): ["id": .string(id)]
            }
        do throws(EvaluationError) {
            let scope = try scopes.scope(of: step, at: path, in: snapshot)
            arguments.set("inputs", try ValueTemplate.object(nested.inputs).evaluate(in: scope))
        } catch {
            throw StepFailure(.invalidInput, error.message)
        }
        // The other run does not know it as a secret, and would record it.
        guard mask.masking(arguments) == arguments else {
            throw StepFailure(.invalidInput, "the inputs of another pipeline are recorded, and these hold a secret")
        }
        return StepAttempt(
            id: AttemptID(path, 0), tool: step.kind.key, arguments: arguments, environment: [:],
            workingDirectory: nil, allowedPaths: [], key: idempotencyKey(of: path),
            effect: step.effect ?? .idempotent, delegate: run)
    }

    /// The next attempt of a step that a model performs.
    private func modelAttempt(
        of step: Step, at path: StepPath, in snapshot: RunSnapshot, now: Timestamp
    ) throws(StepFailure) -> StepAttempt {
        let call: ModelCall
        var words: String?
        var allowedPaths: [String] = []
        do throws(EvaluationError) {
            let scope = try scopes.scope(of: step, at: path, in: snapshot)
            call = try modelCall(of: step, at: path, in: scope)
            words = try step.cache?.key?.text(in: scope)
            for path in step.allowPaths { allowedPaths.append(try path.text(in: scope)) }
        } catch {
            throw StepFailure(.invalidInput, error.message)
        }
        let value = call.value
        guard value.nests(atMost: JSON.maximumRecordedDepth) else {
            throw StepFailure(.invalidInput, "the question nests deeper than \(JSON.maximumRecordedDepth) levels")
        }
        var attempt = StepAttempt(
            id: AttemptID(path, 0), tool: step.kind.key, arguments: value, environment: [:], workingDirectory: nil,
            allowedPaths: allowedPaths, key: idempotencyKey(of: path), effect: step.effect ?? .idempotent)
        attempt.modelCall = call
        attempt.conversation = snapshot.steps[path]?.conversation ?? Conversation()
        attempt.cache = step.cache.map { cache in
            let parts: Value = [
                "call": value, "models": pipeline.models.value, "key": Value(words),
            ]
            return CacheRequest(
                key: parts.hash, oldest: cache.ttl.map { now.advanced(by: .zero - $0) }, takesKept: true)
        }
        return attempt
    }

    /// The run that attempt `attempt` is, made at `now`.
    func delegate(of attempt: AttemptID, at now: Timestamp) -> RunID {
        // Not of the seed: another run of the same second may have the same.
        let digest = SHA256.hexDigest(of: "\(run.rawValue)\n\(attempt.step.rawValue)\n\(attempt.number)")
        return RunID(time: now, number: UInt64(digest.prefix(10), radix: 16) ?? 0)
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
        case .prompt, .agent, .decide, .approval, .wait, .pipeline, .group:
            preconditionFailure("a `\(kind.key)` step calls no tool")
        }
    }

    /// H(run, step path with map keys): the same for every attempt of a step in its run.
    func idempotencyKey(of path: StepPath) -> String {
        String(SHA256.hexDigest(of: "\(run.rawValue)\n\(path.rawValue)").prefix(32))
    }

    /// H(everything that the result depends on): the tool and its version, the arguments, the variables, where it works,
    /// and what the step's `cache.key` says.
    private func cacheKey(of attempt: StepAttempt, words: String?, tool: any Tool) -> String {
        var variables: Value = [:]
        for (name, value) in attempt.environment.sorted(by: { $0.key < $1.key }) {
            variables.set(name, .string(value))
        }
        let parts: Value = [
            "tool": .string(attempt.tool), "version": .string(tool.version), "arguments": attempt.arguments,
            "environment": variables, "workspace": .string(created.workspace),
            "folder": Value(attempt.workingDirectory), "key": Value(words),
        ]
        return parts.hash
    }

    /// The run's outputs once every step has ended.
    func outputs(after snapshot: RunSnapshot) throws(EvaluationError) -> Value {
        guard !pipeline.outputs.isEmpty else { return .null }
        return try ValueTemplate.object(pipeline.outputs).evaluate(in: scopes.runScope(in: snapshot))
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
        guard let name = kind.toolName else {
            // What only waits, or only holds other steps, changes nothing; a model call is paid for once.
            // A run of another pipeline is found again by its id.
            if case .pipeline = kind { return .idempotent }
            return kind.usesModel ? .idempotent : .pure
        }
        return tools.tool(named: name)?.effect(of: arguments) ?? .unsafe
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
