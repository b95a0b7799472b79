import OrderedCollections
import SwitchyardControl
import SwitchyardCore
import SwitchyardDashboard
import SwitchyardEngine
import SwitchyardSimulation
import SwitchyardTools
import SwitchyardYAML
import TerminalUI

/// The composition root: makes the parts and joins them.
struct Assembly {
    let environment: ProcessEnvironment
    let tools: any ToolCatalog = ToolRegistry()

    static func current() -> Assembly {
        Assembly(environment: .current())
    }

    /// Who acts when a person uses this process.
    func actor(at place: String) -> Actor {
        Actor("user:\(environment.userName)@\(place)")
    }

    /// The engine over `log`.
    ///
    /// - Parameters:
    ///   - simulator: whether models are simulated.
    ///   - settings: what settings files say; nil reads those around the current folder.
    func engine(
        _ log: any EventLog, simulator: SimulatorUse = .never, settings: EffectiveSettings? = nil
    ) -> Engine {
        let settings = settings ?? ModelProviders.settings(self).settings
        let models = ConfiguredModels(
            environment, simulator, settings, telemetry: log as? any TelemetryLog)
        let exporter = OpenTelemetry.exporter(environment)
        return Engine(
            log: log, tools: tools, control: ControlSocket(sentence: \.fact),
            pipelines: NestedPipelines(assembly: self), models: models,
            observers: [models] + (exporter.map { [$0] } ?? []),
            steer: { command, run, actor in
                guard let folder = try? log.logFolder(of: run) else { return }
                // A run that nobody owns any more is no obstacle either.
                _ = try? await ControlClient.send(command, by: actor, folder: folder)
            }
        ) { orphans, run in
            await withDiscardingTaskGroup { group in
                for process in orphans.compactMap(\.process) {
                    group.addTask {
                        await ProcessGroup.reap(
                            leader: process.processGroup, startTime: process.processStartTime, run: run)
                    }
                }
            }
            let unrecorded = orphans.filter { $0.process == nil }.map(\.step)
            if !unrecorded.isEmpty { await ProcessGroup.reapStrays(of: run, steps: Set(unrecorded)) }
        }
    }

    /// What the pipeline in `file` inherits: the flags, then the project's settings, then the user's.
    func settings(for file: String, flags: [String] = []) throws(CommandFailure) -> [SettingsLayer] {
        var layers = flags.isEmpty ? [] : [SettingsLayer(flags: flags)]
        for found in SettingsFiles.discover(pipelineFile: file, environment: environment) {
            let origin: SettingsLayer.Origin =
                switch found.origin {
                case .project: .project
                case .user: .user
                }
            switch found.content {
            case .success(let text): layers.append(SettingsLayer(origin, file: found.path, text: text))
            case .failure(let failure): throw .usage("the settings file \(found.path) \(failure.reason)")
            }
        }
        return layers
    }

    /// The pipeline in `file`, its graph and what it was read with.
    ///
    /// Errors end the command with all of them.
    func pipeline(at file: String, settings flags: [String] = []) throws(CommandFailure) -> LoadedPipeline {
        let layers = try settings(for: file, flags: flags)
        return try loaded(reading(of: file, layers: layers), layers, file: file, folder: environment.folder(of: file))
    }

    /// What is in `file`, and what is wrong with it and with the pipelines that its steps name.
    ///
    /// - Parameter files: the files of the pipelines that it stands in.
    func reading(
        of file: String, layers: [SettingsLayer]? = nil, inside files: [String] = []
    ) -> PipelineReader.Result {
        // Settings that cannot be read are told where the pipeline is asked for by itself.
        let layers = layers ?? (try? settings(for: file)) ?? []
        var reading = PipelineReader.read(path: file, tools: tools, settings: layers)
        guard let pipeline = reading.pipeline, !reading.diagnostics.hasErrors else { return reading }
        reading.diagnostics += NestedPipelineCheck.diagnostics(
            for: pipeline, files: files + [file], places: reading.places, assembly: self)
        return reading
    }

    /// The pipeline that a run was made from, read with the settings of then, and `flags` above them.
    func pipeline(
        recordedIn created: RunCreated, settings flags: [String] = []
    ) throws(CommandFailure) -> LoadedPipeline {
        let own = flags.isEmpty ? [] : [SettingsLayer(flags: flags)]
        let layers = own + SettingsLayer.layers(recorded: created.settings)
        let reading = PipelineReader.read(
            text: created.definition, file: created.file, tools: tools, settings: layers)
        return try loaded(reading, layers, file: created.file, folder: created.folder)
    }

    private func loaded(
        _ reading: PipelineReader.Result, _ layers: [SettingsLayer], file: String, folder: String?
    ) throws(CommandFailure) -> LoadedPipeline {
        guard var pipeline = reading.pipeline, !reading.diagnostics.hasErrors else {
            throw .invalidFiles(reading.diagnostics, sources: reading.sources)
        }
        pipeline.folder = folder
        do throws(PipelineCycles) {
            let graph = try PipelineGraph.build(pipeline)
            return LoadedPipeline(pipeline: pipeline, graph: graph, reading: reading, layers: layers)
        } catch {
            // The reader reports cycles with their place; this is a second net, not a second message.
            let place = SourceLocation(file: file, line: 1, column: 1)
            let chain = error.cycles.map { $0.map(\.rawValue).joined(separator: " → ") }.joined(separator: "; ")
            throw .invalid([Diagnostic(at: place, "steps wait for each other: \(chain)")], source: reading.source)
        }
    }

    /// The checked inputs of a run of `pipeline`; on a terminal a person is asked for what is missing.
    func inputs(for pipeline: Pipeline, _ options: InputOptions) throws(CommandFailure) -> RunInputs {
        let given = try options.given { path throws(CommandFailure) in try document(at: path) }
        return try runInputs(given, for: pipeline, asking: options.terminal)
    }

    /// The inputs of a run made of one that is recorded: those of then, unless `options` says otherwise.
    func inputs(
        for pipeline: Pipeline, _ options: InputOptions, recorded created: RunCreated
    ) throws(CommandFailure) -> RunInputs {
        let given = try options.given { path throws(CommandFailure) in try document(at: path) }
        return try inputs(for: pipeline, given: given, recorded: created, asking: options.terminal)
    }

    /// The inputs of a run made of one that is recorded: those of then, unless `given` says otherwise.
    func inputs(
        for pipeline: Pipeline, given: GivenInputs, recorded created: RunCreated,
        asking terminal: (any PromptTerminal)?
    ) throws(CommandFailure) -> RunInputs {
        var given = given
        // What the definition does not declare any more is left out; documents lose against whatever was given.
        let declared = Set(pipeline.inputs.keys)
        let values = (created.inputs.objectValue ?? [:]).filter { declared.contains($0.key) && !$0.value.isNull }
        given.documents.insert(.init(path: "the recorded run", value: .object(values)), at: 0)
        let named = Set(given.secrets.map(\.name))
        for (name, place) in created.secretSources.objectValue ?? [:]
        where !named.contains(name) && declared.contains(name) {
            guard let text = place.stringValue, (try? SecretSource(parsing: text)) != nil else { continue }
            given.secrets.append(GivenInputs.Pair(name, text))
        }
        return try runInputs(given, for: pipeline, asking: terminal)
    }

    /// The inputs of a test of `pipeline` against the recorded run `created`: those of then, unless `options` says
    /// otherwise, and for each secret a text that is none.
    func inputs(
        rehearsing pipeline: Pipeline, _ options: InputOptions, recorded created: RunCreated
    ) throws(CommandFailure) -> RunInputs {
        var open = pipeline
        open.inputs.removeAll { $0.value.kind == .secret }
        var inputs = try self.inputs(for: open, options, recorded: created)
        inputs.secrets = RunInputs(simulating: pipeline).secrets
        return inputs
    }

    /// The checked inputs of a run of `pipeline` that a step of another starts: `given` is an object. Secrets come from
    /// where the other run has those of the same name, and nobody is asked for any.
    func inputs(
        for pipeline: Pipeline, given: Value, parentSecrets: Value
    ) throws(CommandFailure) -> RunInputs {
        var inputs = GivenInputs(documents: [.init(path: "the step's inputs", value: given)])
        for (name, place) in parentSecrets.objectValue ?? [:] where pipeline.inputs[name]?.kind == .secret {
            guard let text = place.stringValue, (try? SecretSource(parsing: text)) != nil else { continue }
            inputs.secrets.append(GivenInputs.Pair(name, text))
        }
        return try runInputs(inputs, for: pipeline, asking: nil)
    }

    /// The values of the secrets of a run that is taken over: from where they came, unless `given` says otherwise.
    func secrets(
        for pipeline: Pipeline, recorded: Value, given: [String], asks: Bool
    ) throws(CommandFailure) -> [String: String] {
        var pipeline = pipeline
        pipeline.inputs.removeAll { $0.value.kind != .secret }
        var inputs = try InputOptions.given(secrets: given) { _ throws(CommandFailure) in .null }
        let named = Set(inputs.secrets.map(\.name))
        for (name, place) in recorded.objectValue ?? [:] where !named.contains(name) {
            guard let text = place.stringValue, (try? SecretSource(parsing: text)) != nil else { continue }
            inputs.secrets.append(GivenInputs.Pair(name, text))
        }
        return try runInputs(inputs, for: pipeline, asking: asks ? ControllingTerminal() : nil).secrets
    }

    private func runInputs(
        _ given: GivenInputs, for pipeline: Pipeline, asking terminal: (any PromptTerminal)?
    ) throws(CommandFailure) -> RunInputs {
        let resolved = try InputIntake.inputs(given, for: pipeline, in: .system(environment), asking: terminal)
        if !resolved.warnings.isEmpty {
            StandardStream.error.write(DiagnosticText.text(of: resolved.warnings, source: pipeline.source))
        }
        if let short = resolved.secrets.sorted(by: { $0.key < $1.key }).first(where: { !SecretMask.canHide($0.value) })
        {
            throw .usage(
                "the secret \(short.key) is too short to be hidden in what is recorded",
                hint: "a secret has at least \(SecretMask.minimumLength) characters; make it an input if it is none")
        }
        let mask = SecretMask(resolved.secrets.values)
        if mask.masking(resolved.inputs) != resolved.inputs {
            throw .usage(
                "an input holds the value of a secret, and inputs are recorded",
                hint: "leave it out of the input, and let the pipeline join the two: `{{ inputs.x }}{{ secrets.y }}`")
        }
        if mask.masking(pipeline.source) != pipeline.source {
            throw .usage(
                "\(Self.place(of: resolved.secrets, in: pipeline)) holds the value of a secret, and a run records the file",
                hint: "write `secrets.NAME` where it stands")
        }
        let sources = resolved.secretSources.sorted { $0.key < $1.key }.map { ($0.key, Value.string($0.value.text)) }
        return RunInputs(
            resolved.inputs, secrets: resolved.secrets,
            secretSources: sources.isEmpty ? .null : .object(OrderedDictionary(uniqueKeysWithValues: sources)))
    }

    /// Where the first of `secrets` stands in the file: `deploy.yaml:4:11`; the file alone where it stands in none of
    /// its lines as it is.
    private static func place(of secrets: [String: String], in pipeline: Pipeline) -> String {
        let lines = pipeline.source.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, line) in lines.enumerated() {
            let found = secrets.values.compactMap { line.firstRange(of: $0)?.lowerBound }.min()
            if let found {
                return "\(pipeline.file):\(number + 1):\(line.distance(from: line.startIndex, to: found) + 1)"
            }
        }
        return pipeline.file
    }

    private func document(at path: String) throws(CommandFailure) -> Value {
        switch InputFile.read(path, limit: InputResolver.maximumFileSize) {
        case .failure(let problem): throw .usage("the inputs file \(path) \(problem.reason)")
        case .success(let file):
            let (value, diagnostics) = YAMLText.value(of: file.text, file: path)
            guard let value, diagnostics.isEmpty else { throw .invalid(diagnostics, source: file.text) }
            return value
        }
    }

    /// What the dashboard asks of the outside.
    func client(
        log: any EventLog, engine: Engine, edit: EditAndRetry,
        copy: @escaping @MainActor @Sendable (String) -> Bool
    ) -> DashboardClient {
        let actor = actor(at: "dashboard")
        let clock = EngineClock.system()
        return DashboardClient(
            runs: {
                do throws(EventLogError) {
                    return .success(try await log.runs(limit: 1000))
                } catch {
                    return .failure(DashboardFailure(ErrorMessage.sentence(error)))
                }
            },
            events: { engine.events(of: $0) },
            isLive: { await engine.isLive($0) },
            send: { await engine.send($0, to: $1, by: actor) },
            logLines: { run, step, attempt, count in
                guard let folder = try? log.logFolder(of: run) else { return [] }
                let name = RunDriver.logFileName(of: AttemptID(step, attempt))
                return await OffPool.run { StepLog.read("\(folder)/\(name)", lastLines: count) }
            },
            again: { run, extent in await again(run, extent, log: log, engine: engine) },
            resume: { run in await again(run, nil, log: log, engine: engine) },
            edit: { await edit($0) },
            now: clock.now,
            copy: copy
        )
    }

    /// How the models of a recorded run were simulated, if `engine` does the same: one program either simulates models
    /// or asks real ones, and a run has answers of one kind.
    func simulator(for events: [EventEnvelope], on engine: Engine) async throws(CommandFailure) -> SimulatorUse {
        let before = SimulatorUse.recorded(in: events, environment)
        let asksModels = events.contains { if case .modelRequested = $0.event { true } else { false } }
        guard let models = engine.models as? ConfiguredModels, before != nil || asksModels else { return .never }
        let isSimulating = await models.isSimulating()
        if before != nil, !isSimulating {
            throw .usage(
                "the models of this run were simulated, and would be real ones here",
                hint: "leave the dashboard; switchyard resume and retry simulate them again")
        }
        if before == nil, isSimulating {
            throw .usage(
                "the models of this run were real ones, and would be simulated here",
                hint: "leave the dashboard; switchyard resume and retry ask real ones again")
        }
        return before ?? .never
    }

    /// Makes another run of `run`, with its recorded definition and inputs.
    ///
    /// - Parameter extent: how much of it is done again; nil goes on with the run itself.
    private func again(
        _ run: RunID, _ extent: RunAgainExtent?, log: any EventLog, engine: Engine
    ) async -> Result<RunID, DashboardFailure> {
        do throws(CommandFailure) {
            let events = try await log.allEvents(of: run)
            guard case .runCreated(let created)? = events.first?.event else {
                return .failure(DashboardFailure("run \(run) has no definition recorded"))
            }
            let simulator = try await simulator(for: events, on: engine)
            guard let loaded = try? pipeline(recordedIn: created), (try? loaded.checkIsRunnable()) != nil else {
                return .failure(DashboardFailure("the recorded definition of \(created.file) is not valid any more"))
            }
            guard
                let secrets = try? secrets(
                    for: loaded.pipeline, recorded: created.secretSources, given: [], asks: false)
            else { return .failure(DashboardFailure("the run's secrets are not to be found where they were")) }
            guard let extent else {
                let snapshot = RunSnapshot(run: run, folding: events)
                let recorded = try await log.results(takenOverBy: snapshot)
                do throws(EventLogError) {
                    try await engine.resume(
                        snapshot, pipeline: loaded.pipeline, graph: loaded.graph, secrets: secrets,
                        recorded: recorded, by: actor(at: "dashboard"))
                    return .success(run)
                } catch {
                    throw .log(error)
                }
            }
            let inputs = RunInputs(created.inputs, secrets: secrets, secretSources: created.secretSources)
            let again = try RunAgain(
                extent, events: events, loaded: loaded, created: created, inputs: inputs, simulator: simulator)
            do throws(EventLogError) {
                return .success(try await again.start(on: engine, by: actor(at: "dashboard")))
            } catch {
                throw .log(error)
            }
        } catch {
            return .failure(DashboardFailure(ErrorMessage.sentence(error)))
        }
    }
}

/// A valid pipeline with what it was read from.
struct LoadedPipeline {
    var pipeline: Pipeline
    var graph: PipelineGraph
    var reading: PipelineReader.Result
    var layers: [SettingsLayer]

    /// Prints what is doubtful about the files to standard error.
    func printWarnings() {
        guard !reading.diagnostics.isEmpty else { return }
        StandardStream.error.write(DiagnosticText.text(of: reading.diagnostics, sources: reading.sources))
    }

    /// Refuses what this version of Switchyard cannot run.
    func checkIsRunnable() throws(CommandFailure) {
        let missing = UnsupportedFeatures.diagnostics(for: pipeline, places: reading.places)
        guard missing.isEmpty else { throw .invalidFiles(missing, sources: reading.sources) }
    }

    /// The settings as they are recorded with a run.
    func recordedSettings(_ simulator: SimulatorUse = .never) -> Value {
        let entries = layers.map { layer -> Value in
            ["origin": .string(layer.origin.rawValue), "file": .string(layer.file), "text": .string(layer.text)]
        }
        let all = entries + (simulator.record.map { [$0] } ?? [])
        return all.isEmpty ? .null : .array(all)
    }
}

extension SettingsLayer {
    /// The layers that ``LoadedPipeline/recordedSettings`` wrote.
    fileprivate static func layers(recorded: Value) -> [SettingsLayer] {
        (recorded.arrayValue ?? []).compactMap { layer in
            guard let origin = layer["origin"].stringValue.flatMap(Origin.init), let text = layer["text"].stringValue,
                let file = layer["file"].stringValue
            else { return nil }
            return SettingsLayer(origin, file: file, text: text)
        }
    }
}
