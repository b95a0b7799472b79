import Glibc
import SwitchyardCore
import SwitchyardDashboard
import SwitchyardEngine
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

    /// The pipeline in `file` and its graph.
    ///
    /// Warnings are printed to standard error; errors end the command with all of them.
    func pipeline(at file: String) throws(CommandFailure) -> LoadedPipeline {
        let reading = PipelineReader.read(path: file, tools: tools)
        guard let pipeline = reading.pipeline, !reading.diagnostics.hasErrors else {
            throw .invalid(reading.diagnostics, source: reading.source)
        }
        do throws(PipelineCycles) {
            let graph = try PipelineGraph.build(pipeline)
            return LoadedPipeline(pipeline: pipeline, graph: graph, warnings: reading.diagnostics)
        } catch {
            // The reader reports cycles with their place; this is a second net, not a second message.
            let place = SourceLocation(file: file, line: 1, column: 1)
            let chain = error.cycles.map { $0.map(\.rawValue).joined(separator: " → ") }.joined(separator: "; ")
            throw .invalid([Diagnostic(at: place, "steps wait for each other: \(chain)")], source: reading.source)
        }
    }

    /// The checked inputs of a run of `pipeline`.
    ///
    /// - Parameter given: `name=value` as the person wrote them.
    func inputs(for pipeline: Pipeline, given: [String]) throws(CommandFailure) -> Value {
        var pairs: [(name: String, text: String)] = []
        for text in given {
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw .usage("--input \(text) is no name and value", hint: "write --input name=value")
            }
            pairs.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
        }
        switch InputResolver.resolve(pairs, for: pipeline) {
        case .valid(let inputs): return inputs
        case .invalid(let diagnostics): throw .invalid(diagnostics, source: pipeline.source)
        }
    }

    /// What the dashboard asks of the outside.
    func client(
        log: any EventLog, engine: Engine, copy: @escaping @MainActor @Sendable (String) -> Bool
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
            retry: { run in await again(run, log: log, engine: engine) },
            now: clock.now,
            copy: copy
        )
    }

    /// Runs the pipeline of `run` once more, with its recorded definition and inputs.
    private func again(_ run: RunID, log: any EventLog, engine: Engine) async -> Result<RunID, DashboardFailure> {
        do throws(EventLogError) {
            let first = try await log.events(of: run, from: 1, limit: 1).first
            guard case .runCreated(let created)? = first?.event else {
                return .failure(DashboardFailure("run \(run) has no definition recorded"))
            }
            let reading = PipelineReader.read(text: created.definition, file: created.file, tools: tools)
            guard let pipeline = reading.pipeline, !reading.diagnostics.hasErrors,
                let graph = try? PipelineGraph.build(pipeline)
            else {
                return .failure(DashboardFailure("the recorded definition of \(created.file) is not valid any more"))
            }
            let options = Engine.StartOptions(
                slots: created.slots, workspace: created.workspace, actor: actor(at: "dashboard")
            )
            return .success(try await engine.start(pipeline, graph: graph, inputs: created.inputs, options: options))
        } catch {
            return .failure(DashboardFailure(ErrorMessage.sentence(error)))
        }
    }
}

/// A pipeline that may be run.
struct LoadedPipeline {
    var pipeline: Pipeline
    var graph: PipelineGraph
    var warnings: [Diagnostic]

    /// Prints what is doubtful about the file to standard error.
    func printWarnings() {
        guard !warnings.isEmpty else { return }
        StandardStream.error.write(DiagnosticText.text(of: warnings, source: pipeline.source))
    }
}
