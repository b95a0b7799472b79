import OrderedCollections
import SwitchyardCore
import SwitchyardEngine
import SwitchyardTestSupport
import Testing

@Suite struct ModelStepTests {
    let log = InMemoryEventLog()
    let models = ScriptedModels()

    private func prompt(
        _ text: String, schema: Value? = nil, tools: [String] = [], retry: RetryPolicy = .none
    ) throws -> Step {
        Step(
            id: "ask", location: Step.place,
            kind: .prompt(
                PromptStep(
                    messages: [PromptMessage(.user, try Template.parse(text))], outputSchema: schema,
                    tools: tools.map { Located($0, at: Step.place) })),
            retry: retry)
    }

    private func engine(_ tools: CountingTools = CountingTools(.pure), log: InMemoryEventLog? = nil) -> Engine {
        Engine(log: log ?? self.log, tools: tools, models: models)
    }

    private func run(_ steps: [Step], on engine: Engine? = nil) async throws -> (RunSnapshot, [EventEnvelope]) {
        let engine = engine ?? self.engine()
        let pipeline = Pipeline(id: "test", steps: steps)
        let run = try await engine.start(
            pipeline, graph: PipelineGraph.build(pipeline), inputs: RunInputs(["x": "the input"]),
            options: .init(seed: 1, workspace: "/", actor: Actor("ada")))
        let snapshot = try #require(await engine.result(of: run)?.snapshot)
        return (snapshot, log.events(of: run))
    }

    @Test func theAnswerIsTheOutputAndEverythingIsRecorded() async throws {
        models.answer("blue")
        let (snapshot, events) = try await run([try prompt("What colour is {{ inputs.x }}?")])
        #expect(snapshot.steps["ask"]?.output == "blue")
        #expect(
            events.map(\.event.type).suffix(6) == [
                "step.started", "model.selected", "model.requested", "model.completed", "step.succeeded",
                "run.succeeded",
            ])
        #expect(models.requests.first?.messages == [.user("What colour is the input?")])
        #expect(snapshot.modelUse.cost == MicroDollars(10))
        #expect(snapshot.steps["ask"]?.modelUse.outputTokens == 3)
    }

    @Test func whatIsNotKnownToBePricedIsNotFree() async throws {
        models.answer("blue", cost: nil)
        let (snapshot, _) = try await run([try prompt("?")])
        #expect(snapshot.modelUse.unpriced == 1)
        #expect(snapshot.modelUse.cost == .zero)
    }

    @Test func theModelIsToldOfTheStepsThatItsTextDoesNotHold() async throws {
        models.answer("fine")
        var step = try prompt("{{ steps.told.output }}")
        step.needs = ["told", "untold"].map { Located($0, at: Step.place) }
        step.model.constraints = [Template(literal: "be brief")]
        let engine = Engine(
            log: log, tools: FakeCatalog(), models: models)
        let (snapshot, _) = try await run(
            [.fake("told", value: "one"), .fake("untold", value: "two"), step], on: engine)
        let system = try #require(models.requests.first?.system)
        #expect(system.contains("Constraints:\n- be brief"))
        #expect(system.contains("\"dependency_untold\": \"two\""))
        #expect(!system.contains("dependency_told"))
        #expect(system.contains("\"run_id\": \"\(snapshot.run)\""))
        // What differs in every run is no part of what is recorded as asked.
        #expect(JSON.text(of: snapshot.steps["ask"]?.attempts.first?.input ?? .null).contains("run_id") == false)
    }

    @Test func toolsAreCalledAndTheirResultsTold() async throws {
        let tools = CountingTools(.pure)
        models.call("my_count", ["by": "5"])
        models.answer("five")
        let (snapshot, events) = try await run([try prompt("count", tools: ["my.count"])], on: engine(tools))
        #expect(snapshot.steps["ask"]?.output == "five")
        #expect(models.requests.first?.tools.map(\.name) == ["my_count"])
        #expect(
            models.requests.last?.messages.last
                == ModelMessage(.tool, [.toolResult(ToolCallResult(id: "c1", name: "my_count", content: "5"))]))
        #expect(events.count { $0.event.type == "model.tool_called" } == 1)
        #expect(tools.keys.count == 1)
    }

    private static let wrongCalls: [(String, Value)] = [("my_count", ["by": "x"]), ("other", [:]), ("my_count", [:])]

    @Test(arguments: wrongCalls)
    func aCallThatIsWrongIsToldToTheModelAndNotCarriedOut(tool: String, arguments: Value) async throws {
        let tools = CountingTools(.unsafe)
        models.call(tool, arguments)
        models.answer("sorry")
        let (snapshot, _) = try await run([try prompt("count", tools: ["my.count"])], on: engine(tools))
        #expect(snapshot.steps["ask"]?.output == "sorry")
        #expect(tools.keys.isEmpty)
        guard case .toolResult(let result)? = models.requests.last?.messages.last?.parts.first else {
            Issue.record("the model was told nothing")
            return
        }
        #expect(result.isError)
    }

    /// The first call ends when the second has begun.
    @Test(.timeLimit(.minutes(1))) func callsThatMayBeRepeatedAreCarriedOutTogether() async throws {
        let gate = Gate()
        let tools = CountingTools(.pure) { arguments in
            if arguments["by"] == 1 { await gate.wait() } else { gate.open() }
        }
        models.call("my_count", [("c1", ["by": 1]), ("c2", ["by": 2])])
        models.answer("done")
        let (snapshot, events) = try await run([try prompt("count", tools: ["my.count"])], on: engine(tools))
        #expect(snapshot.steps["ask"]?.output == "done")
        #expect(
            events.map(\.event.type).filter { $0.hasPrefix("model.tool") } == [
                "model.tool_called", "model.tool_called", "model.tool_returned", "model.tool_returned",
            ])
        // The model is told in the order of its calls.
        #expect(models.requests.last?.messages.last?.parts.count == 2)
    }

    @Test func callsThatTakeEffectAreCarriedOutOneByOne() async throws {
        let tools = CountingTools(.unsafe)
        models.call("my_count", [("c1", ["by": 1]), ("c2", ["by": 2])])
        models.answer("done")
        let (_, events) = try await run([try prompt("count", tools: ["my.count"])], on: engine(tools))
        #expect(
            events.map(\.event.type).filter { $0.hasPrefix("model.tool") } == [
                "model.tool_called", "model.tool_returned", "model.tool_called", "model.tool_returned",
            ])
    }

    @Test func anAgentThatNeverComesToAnEndFails() async throws {
        for number in 1...3 { models.call("my_count", ["by": 1], id: "c\(number)") }
        let step = Step(
            id: "ask", location: Step.place,
            kind: .agent(AgentStep(goal: Template(literal: "count"), maxTurns: 3)))
        let (snapshot, _) = try await run([step])
        #expect(snapshot.steps["ask"]?.failure?.kind == .exhausted)
        #expect(models.requests.count == 3)
    }

    @Test func aChoiceIsOneOfTheAnswers() async throws {
        let step = Step(
            id: "ask", location: Step.place,
            kind: .decide(
                DecideStep(
                    prompt: Template(literal: "go?"),
                    choices: ["go", "stay"].map { Located($0, at: Step.place) }, onError: "stay")))
        models.answer("{}", structured: ["choice": "go"])
        #expect(try await run([step]).0.steps["ask"]?.output == "go")
        models.answer("{}", structured: ["choice": "fly"])
        #expect(try await run([step]).0.steps["ask"]?.output == "stay")
        models.fail(.overloaded)
        let (snapshot, _) = try await run([step])
        #expect(snapshot.steps["ask"]?.output == "stay")
        #expect(snapshot.steps["ask"]?.summary?.contains("because the model failed") == true)
    }

    @Test(arguments: [
        (ModelError.Kind.rateLimited, FailureClass.rateLimit), (.overloaded, .unavailable), (.auth, .permission),
        (.timeout, .timeout), (.transport, .connection), (.refused, .rejected), (.invalidOutput, .invalidOutput),
    ]) func errorsOfModelsAreFailuresOfTheirClass(kind: ModelError.Kind, expected: FailureClass) async throws {
        // As often as a call is tried.
        for _ in 0..<CallPolicy.standard.attemptsPerCandidate { models.fail(kind) }
        let (snapshot, _) = try await run([try prompt("?")])
        #expect(snapshot.steps["ask"]?.failure?.kind == expected)
        #expect(snapshot.steps["ask"]?.failure?.details["class"].stringValue == kind.rawValue)
    }

    @Test func aNewAttemptGoesOnWithTheConversation() async throws {
        let tools = CountingTools(.unsafe)
        let retry = RetryPolicy(maxAttempts: 2, backoff: Backoff(initial: .zero, jitter: .none))
        models.call("my_count", ["by": 2])
        models.fail(.overloaded)
        models.answer("two")
        let (snapshot, _) = try await run(
            [try prompt("count", tools: ["my.count"], retry: retry)], on: engine(tools))
        #expect(snapshot.steps["ask"]?.output == "two")
        #expect(tools.keys.count == 1)
        #expect(models.requests.count == 3)
        #expect(snapshot.steps["ask"]?.modelUse.calls == 2)
    }

    @Test func anAnswerThatIsNotGoodEnoughIsAskedForAnew() async throws {
        models.answer("bad")
        models.answer("good")
        let step = try prompt("?", retry: RetryPolicy(maxAttempts: 2, backoff: Backoff(initial: .zero, jitter: .none)))
            .checked("steps.ask.output == 'good'", onLow: .retry)
        let (snapshot, _) = try await run([step])
        #expect(snapshot.steps["ask"]?.output == "good")
        #expect(models.requests.last?.messages.count == 1)
    }

    /// The run is cut after each of its events, as if its process had died there, and goes on in another one.
    @Test(arguments: [Effect.pure, .idempotent, .unsafe])
    func whoTakesOverPaysForNoAnswerTwiceAndRepeatsNoCallThatReturned(effect: Effect) async throws {
        let step = try prompt("count", tools: ["my.count"])
        let pipeline = Pipeline(id: "test", steps: [step])
        func script() {
            models.call("my_count", ["by": 1], id: "c1")
            models.call("my_count", ["by": 1], id: "c2")
            models.answer("done")
        }
        script()
        let tools = CountingTools(effect)
        let (whole, events) = try await run([step], on: engine(tools))
        #expect(whole.steps["ask"]?.output == "done")
        let types = events.map(\.event.type)
        let first = try #require(types.firstIndex(of: "step.started"))
        let last = try #require(types.firstIndex(of: "step.succeeded"))
        for cut in first..<last {
            let recorded = Array(events[...cut])
            let answered = recorded.count { $0.event.type == "model.completed" }
            let returned = recorded.count { $0.event.type == "model.tool_returned" }
            let isOpen = recorded.last?.event.type == "model.tool_called"
            let models = ScriptedModels()
            let log = InMemoryEventLog()
            try await log.append(recorded, durability: .disk)
            if answered < 1 { models.call("my_count", ["by": 1], id: "c1") }
            if answered < 2 { models.call("my_count", ["by": 1], id: "c2") }
            if answered < 3 { models.answer("done") }
            let tools = CountingTools(effect)
            let engine = Engine(log: log, tools: tools, models: models)
            let run = recorded[0].run
            try await engine.resume(
                RunSnapshot(run: run, folding: recorded), pipeline: pipeline,
                graph: PipelineGraph.build(pipeline), secrets: [:], by: Actor("bob"))
            if isOpen, effect == .unsafe {
                // Nobody saw the end of that call: a person says that it took effect.
                var isUnknown = false
                for await batch in engine.events(of: run) {
                    isUnknown = isUnknown || batch.events.contains { $0.event.type == "step.outcome_unknown" }
                    if isUnknown { break }
                }
                #expect(await engine.send(.resolve("ask", .done), to: run, by: Actor("bob")) == nil)
            }
            let snapshot = try #require(await engine.result(of: run)?.snapshot)
            #expect(snapshot.steps["ask"]?.output == "done", "cut behind event \(cut + 1), \(types[cut])")
            #expect(models.requests.count == 3 - answered)
            let repeated = isOpen && effect == .unsafe ? 1 : 0
            #expect(tools.keys.count == 2 - returned - repeated)
            #expect(snapshot.modelUse.cost == MicroDollars(30))
        }
        #expect(Set(tools.keys).count == 2)
    }
}

// MARK: Results that a model judges

extension ModelStepTests {
    private func judged(onLow: QualityPolicy.OnLow) throws -> Step {
        var step = try prompt("write")
        step.quality = QualityPolicy(check: .prompt(try Template.parse("Is it blue?")), onLow: onLow)
        return step
    }

    @Test func aModelSaysHowGoodTheResultIs() async throws {
        models.answer("blue")
        models.answer("{}", structured: ["score": 0.9, "reason": "it is"])
        let (snapshot, events) = try await run([try judged(onLow: .fail)])
        #expect(snapshot.steps["ask"]?.output == "blue")
        #expect(snapshot.steps["ask"]?.quality?.score == 0.9)
        #expect(models.requests.last?.messages == [.user("Is it blue?\n\nThe result:\nblue")])
        #expect(
            events.map(\.event.type).suffix(6) == [
                "model.completed", "model.requested", "model.completed", "model.quality_scored", "step.succeeded",
                "run.succeeded",
            ])
        #expect(snapshot.modelUse.calls == 2)
    }

    @Test func whatIsJudgedLowIsAskedForAnewAndFailsWithTheReason() async throws {
        models.answer("red")
        models.answer("{}", structured: ["score": 0.1, "reason": "it is red"])
        models.answer("pink")
        models.answer("{}", structured: ["score": 0.2, "reason": "it is pink"])
        let (snapshot, _) = try await run([try judged(onLow: .retry)])
        #expect(snapshot.steps["ask"]?.attempts.count == 2)
        #expect(
            snapshot.steps["ask"]?.failure?.message == "the result has quality 0.2, less than 0.7: it is pink")
    }

    @Test func whatCannotBeJudgedFails() async throws {
        models.answer("blue")
        models.fail(.auth)
        let (snapshot, _) = try await run([try judged(onLow: .fail)])
        #expect(snapshot.steps["ask"]?.failure?.kind == .permission)
        #expect(snapshot.steps["ask"]?.failure?.message.hasPrefix("the result could not be judged") == true)
    }
}
