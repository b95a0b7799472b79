import OrderedCollections
import SwitchyardCore
import SwitchyardYAML
import Testing

/// What becomes of the keys of each kind of step, and of policies.
struct StepKindReadingTests {
    private static func pipeline(_ name: String) throws -> Pipeline {
        let result = PipelineReader.read(text: try Fixtures.text("valid/\(name)"), file: name, tools: StubTools())
        return try #require(result.pipeline, "\(result.text)")
    }

    private static func step(_ id: String, in steps: [Step]) throws -> Step {
        try #require(steps.first { $0.id == id })
    }

    private static func template(_ text: String) throws -> Template { try Template.parse(text) }

    @Test(arguments: Fixtures.names(in: "valid"))
    func `a valid file has no problem`(_ name: String) throws {
        let result = PipelineReader.read(text: try Fixtures.text("valid/\(name)"), file: name, tools: StubTools())
        #expect(result.pipeline != nil && result.text == "", "\(result.text)")
    }

    @Test func `models and what they cost`() throws {
        let pipeline = try Self.pipeline("model_steps.yaml")
        #expect(
            pipeline.models
                == ModelSettings(
                    defaultModel: "claude-sonnet", fallback: ["openai:capable", "local-model"],
                    tiers: [.cheap: "small-model", .capable: "medium-model", .premium: "large-model"],
                    tasks: ["summarize": .cheap, "generate_code": .premium]))
        #expect(pipeline.experts == ["sql.query": "medium-model"] && pipeline.strategy == .cost)
        #expect(pipeline.budget == Budget(microdollars: 500_000, tokens: 100_000, onExceed: .pause))
        #expect(pipeline.inputs["token"]?.kind == .secret && pipeline.inputs["token"]?.defaultValue == "env:TOKEN")
        #expect(pipeline.inputs["password"]?.kind == .secret && pipeline.inputs["password"]?.isRequired == true)
    }

    @Test func `model calls`() throws {
        let steps = try Self.pipeline("model_steps.yaml").steps
        let draft = try Self.step("draft", in: steps)
        guard case .prompt(let prompt) = draft.kind else { throw ExpressionError("no prompt", offset: 0) }
        #expect(prompt.messages == [PromptMessage(.user, try Self.template("Write about ${{ inputs.topic }}."))])
        #expect(prompt.system?.literalText == "You are brief." && prompt.maxTokens == 500 && prompt.temperature == 0.2)
        #expect(!prompt.streams && prompt.tools.map(\.value) == ["file.read", "http.get"])
        #expect(draft.model.model == .automatic(words: "good at prose") && draft.model.tier == .capable)
        #expect(draft.model.task == "generate_text" && draft.model.strategy == .balanced)
        #expect(draft.model.fallback == ["large-model"] && draft.model.toolsFilter == ["file.*", "http.*"])
        #expect(draft.model.constraints.map(\.literalText) == ["Answer in one sentence."])
        #expect(draft.budget == Budget(microdollars: 50_000))
        #expect(draft.cache == CachePolicy(ttl: .seconds(3600), key: try Self.template("${{ inputs.topic | lower }}")))
        guard case .prompt? = draft.quality?.check else { throw ExpressionError("no question", offset: 0) }
        #expect(draft.quality?.minScore == 0.8 && draft.quality?.onLow == .retry)

        let structured = try Self.step("structured", in: steps)
        guard case .prompt(let messages) = structured.kind else { throw ExpressionError("no prompt", offset: 0) }
        #expect(messages.messages.map(\.role) == [.user, .assistant, .user])
        #expect(messages.messages[0].images == [try Self.template("${{ inputs.picture }}")])
        #expect(messages.outputSchema?["required"] == ["things"] && messages.streams)
        guard case .expression? = structured.quality?.check else { throw ExpressionError("no expression", offset: 0) }
        #expect(structured.quality?.onLow == .warn && structured.quality?.minScore == QualityPolicy.defaultMinScore)
        #expect(structured.cache == CachePolicy() && structured.model.model == .named("small-model"))
    }

    @Test func `agents and decisions`() throws {
        let steps = try Self.pipeline("model_steps.yaml").steps
        let worker = try Self.step("worker", in: steps)
        guard case .agent(let agent) = worker.kind else { throw ExpressionError("no agent", offset: 0) }
        #expect(agent.maxTurns == 5 && agent.outputSchema?["type"] == "array")
        #expect(worker.budget == Budget(microdollars: 50_000, tokens: 5_000, onExceed: .stop))
        #expect(worker.model.toolsFilter == ["http.*"] && worker.model.constraints.count == 1)
        let choice = try Self.step("choice", in: steps)
        guard case .decide(let decide) = choice.kind else { throw ExpressionError("no decision", offset: 0) }
        #expect(decide.choices.map(\.value) == ["yes", "no", "3"] && decide.onError == "no")
        #expect(choice.cache == nil && choice.model.strategy == .accuracy)
    }

    @Test func `waiting and other pipelines`() throws {
        let pipeline = try Self.pipeline("control.yaml")
        #expect(pipeline.concurrency?.onConflict == .cancelOlder && pipeline.subscribe == ["image.built", "deploy.*"])
        #expect(pipeline.execution == .serial && pipeline.maxConcurrentSteps == 1)
        let kinds = pipeline.steps.map(\.kind)
        #expect(
            kinds[0]
                == .approval(
                    ApprovalStep(
                        message: try Self.template("Deploy to ${{ inputs.target }}?"), timeout: .seconds(7200),
                        onTimeout: .approve)))
        #expect(kinds[1] == .approval(ApprovalStep(message: Template(literal: "Really?"))))
        #expect(kinds[2] == .wait(.duration(Template(literal: "30s"))))
        #expect(kinds[4] == .wait(.until(Template(literal: "2030-01-31T08:00:00Z"))))
        #expect(kinds[5] == .wait(.event(type: "image.built", from: "builder")))
        guard case .pipeline(let other) = kinds[6] else { throw ExpressionError("no pipeline", offset: 0) }
        #expect(other.source == .path("../other/pipeline.yaml") && other.inputs["count"] == .literal(3))
        #expect(kinds[7] == .pipeline(NestedPipeline(source: .id("cleanup"))) && kinds[7] == kinds[8])
        #expect(kinds[9] == .pipeline(NestedPipeline(source: .path("./cleanup.yml"))))
        guard case .goto(let target) = pipeline.steps[0].onFailure else { throw ExpressionError("no goto", offset: 0) }
        #expect(target.value == "last")
    }

    @Test func `repetition`() throws {
        let steps = try Self.pipeline("control.yaml").steps
        #expect(
            try Self.step("each", in: steps).foreach
                == Foreach(elements: .items(.text(try Self.template("${{ inputs.sites }}")))))
        let listed = try Self.step("listed", in: steps).foreach
        #expect(
            listed == Foreach(elements: .items(.array([.text(Template(literal: "x")), .text(Template(literal: "y"))]))))
        let keyed = try #require(try Self.step("keyed", in: steps).foreach)
        #expect(keyed.key == (try Self.template("${{ item.name }}")) && keyed.maxParallel == 1 && !keyed.failFast)
        guard case .matrix(let axes)? = try Self.step("combined", in: steps).foreach?.elements else {
            throw ExpressionError("no matrix", offset: 0)
        }
        #expect(Array(axes.keys) == ["os", "version"])
        let refine = try Self.step("refine", in: steps)
        #expect(refine.until?.maxIterations == 5 && refine.kind.body?.map(\.id) == ["score", "inner"])
        #expect(refine.kind.body?[1].kind.body?.map(\.id) == ["deep"])
    }

    @Test func `sandboxes, retries and what undoes`() throws {
        let steps = try Self.pipeline("control.yaml").steps
        #expect(try Self.step("listed", in: steps).sandbox == SandboxPolicy())
        let keyed = try Self.step("keyed", in: steps)
        #expect(keyed.sandbox?.allowsNetwork == true && keyed.sandbox?.writable.count == 2)
        #expect(keyed.allowPaths.map(\.literalText) == ["/srv/data"])
        let combined = try Self.step("combined", in: steps)
        #expect(
            combined.timeout
                == StepTimeout(startToClose: .seconds(300), idle: .seconds(30), heartbeat: .seconds(10)))
        #expect(combined.retry.backoff.jitter == .none && combined.retry.on == [.timeout, .exitCode])
        #expect(combined.compensate.map(\.id) == ["undo_combined"] && combined.compensate[0].retry.maxAttempts == 2)
        let last = try Self.step("last", in: steps)
        #expect(last.compensate.map(\.id) == ["last-compensate"])
        #expect(last.compensate[0].timeout.startToClose == .seconds(5))
        let undo = try Self.step("refine", in: steps).compensate[0]
        #expect(undo.kind.body?.map(\.id) == ["undo_a", "undo_b"])
        let off = try Self.step("off", in: try Self.pipeline("defaults.yaml").steps)
        #expect(off.cache == nil && off.sandbox == nil && off.budget == Budget(microdollars: 1))
    }

    @Test func `places stand under the paths that rules ask for`() throws {
        let text = try Fixtures.text("valid/control.yaml")
        let result = PipelineReader.read(text: text, file: "p", tools: StubTools())
        let pipeline = try #require(result.pipeline)
        func visit(_ steps: [Step], _ place: String) {
            for (index, step) in steps.enumerated() {
                let path = place.hasSuffix(".compensate") ? place : "\(place)[\(index)]"
                for site in step.templateSites {
                    #expect(result.places.location(of: path + site.path) != nil, "\(path + site.path)")
                }
                #expect(result.places.key(of: "\(path).\(step.kind.key)") != nil, "\(path).\(step.kind.key)")
                visit(step.kind.body ?? [], path + ".steps")
                visit(step.compensate, path + ".compensate")
            }
        }
        visit(pipeline.steps, "steps")
        visit(pipeline.finally, "finally")
    }

    @Test(arguments: [
        ("0.5", 500_000), ("1", 1_000_000), ("0.000001", 1), (".25", 250_000), ("1000000", 1_000_000_000_000),
        ("0.1", 100_000), ("0.3", 300_000),
    ])
    func `dollars are exact`(_ text: String, _ microdollars: Int64) {
        let result = PipelineReader.read(
            text: "version: 1\nid: p\nbudget: {usd: \(text)}\nsteps: [{id: a, run: ls}]\n", file: "p",
            tools: StubTools())
        #expect(result.pipeline?.budget?.microdollars == microdollars, "\(result.text)")
    }
}
