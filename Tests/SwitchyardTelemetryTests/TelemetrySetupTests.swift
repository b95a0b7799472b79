import FoundationEssentials
import NIOHTTP1
import SwiftProtobuf
import SwitchyardCore
import Testing

@testable import SwitchyardTelemetry

/// From events to a real HTTP server.
@Suite struct TelemetrySetupTests {
    func setup(_ server: CollectorServer, _ more: [String: String] = [:]) throws -> TelemetrySetup {
        let environment = [
            "OTEL_EXPORTER_OTLP_ENDPOINT": server.url, "OTEL_EXPORTER_OTLP_HEADERS": "api-key=abc",
            "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=test",
            // However busy the machine is, what is slow is not to be taken for what is not there.
            "OTEL_EXPORTER_OTLP_TIMEOUT": "60000",
        ].merging(more) { $1 }
        return try #require(try TelemetrySetup.fromEnvironment(environment, version: "1.2"))
    }

    /// A run with everything in it, now: what is older has been measured by another process.
    func script(canary: String = "canary") -> [EventEnvelope] {
        var script = Script()
        script.starts(1, "fetch")
        script.fails(2, "fetch", .connection, retries: true)
        script.starts(3, "fetch", attempt: 2)
        script.succeeds(4, "fetch", attempt: 2, output: .string(canary))
        script.starts(4, "ask")
        script.asks(4, "ask", "anthropic/claude-haiku-5-5")
        script.answers(5, "ask", "anthropic/claude-haiku-5-5", finish: .toolCalls)
        script.calls(5, "ask", "c1", "file_read")
        script.returns(6, "ask", "c1", "file_read")
        script.asks(6, "ask", "anthropic/claude-haiku-5-5", turn: 2)
        script.answers(7, "ask", "anthropic/claude-haiku-5-5", turn: 2)
        script.succeeds(7, "ask")
        script.at(8, .runSucceeded(outputs: .string(canary)))
        let now = OTLPExporter.Outside.real.now().microseconds + 60_000_000
        return script.events.map { event in
            var event = event
            event.time = Timestamp(microseconds: event.time.microseconds - Script.start.microseconds + now)
            return event
        }
    }

    @Test func exports() async throws {
        let server = try await CollectorServer()
        let setup = try setup(server)
        setup.consume(script())
        #expect(await setup.shutdown(deadline: .seconds(30)).isEmpty)
        await server.close()
        let requests = server.received
        #expect(requests.map { "\($0.method) \($0.path)" } == ["POST /v1/traces", "POST /v1/metrics"])
        for request in requests {
            #expect(request.headers.first(name: "content-type") == "application/x-protobuf")
            #expect(request.headers.first(name: "api-key") == "abc")
        }
        let traces = try Opentelemetry_Proto_Collector_Trace_V1_ExportTraceServiceRequest(
            serializedBytes: requests[0].body)
        #expect(
            OTLPTraces.names(in: requests[0].body) == [
                "attempt 1", "attempt 2", "step fetch", "chat claude-haiku-5-5", "execute_tool file_read",
                "chat claude-haiku-5-5", "step ask", "run review",
            ])
        let resource = traces.resourceSpans.first?.resource.attributes.map { "\($0.key)=\($0.value.stringValue)" } ?? []
        #expect(
            resource.filter { !$0.hasPrefix("service.instance.id") } == [
                "deployment.environment.name=test", "service.name=switchyard", "service.version=1.2",
                "telemetry.sdk.language=swift", "telemetry.sdk.name=switchyard", "telemetry.sdk.version=1.2",
            ])
        #expect(resource.count == 7)
        let metrics = try Opentelemetry_Proto_Collector_Metrics_V1_ExportMetricsServiceRequest(
            serializedBytes: requests[1].body)
        #expect(
            metrics.resourceMetrics.flatMap { $0.scopeMetrics.flatMap { $0.metrics.map { "\($0.name) \($0.unit)" } } }
                == [
                    "gen_ai.client.operation.duration s", "gen_ai.client.token.usage {token}",
                    "switchyard.cost {USD}", "switchyard.run.duration s", "switchyard.runs {run}",
                    "switchyard.step.duration s", "switchyard.steps {step}",
                ])
        try keep(requests)
    }

    /// For a decoder that is not ours: the bodies, in the folder that the environment names.
    private func keep(_ requests: [CollectorServer.Request]) throws {
        guard let folder = ProcessInfo.processInfo.environment["OTLP_BODIES"] else { return }
        for request in requests {
            let name = request.path.split(separator: "/").joined(separator: "-")
            try Data(request.body).write(to: URL(filePath: folder).appending(path: "\(name).bin"))
        }
    }

    /// Nothing that a person, a model or a tool said leaves the process.
    @Test func contentStays() async throws {
        let server = try await CollectorServer()
        let setup = try setup(server)
        let canary = "canary-7f3a"
        var script = Script()
        let created = RunCreated(
            pipelineID: "review", pipelineName: canary, definition: canary, definitionHash: "d", file: canary,
            inputs: .string(canary), seed: 1, slots: 1, workspace: canary, settings: .string(canary),
            secretSources: .string(canary), folder: canary)
        let now = OTLPExporter.Outside.real.now().advanced(by: .seconds(60))
        script.starts(1, "each", attempt: nil)
        script.at(1, .mapExpanded(MapExpansion(items: [.string(canary)], keys: [canary])), "each")
        let item = StepPath("each").item(canary)
        script.at(
            1, .stepStarted(StepStarted(key: canary, input: .string(canary), inputHash: "h", effect: .pure)), item,
            attempt: 1)
        script.at(1, .approvalRequested(ApprovalRequest(message: canary, until: nil)), item, attempt: 1)
        script.at(1, .branchDecided(to: item), item, attempt: 1)
        let selected = ModelSelected(
            candidates: [Script.model("openai/gpt-6-luna")], explanation: canary, seed: 1, removals: [canary])
        script.at(2, .modelSelected(selected), item, attempt: 1)
        script.asks(2, item, "openai/gpt-6-luna")
        script.at(
            3,
            .modelCompleted(
                ModelCompleted(
                    model: Script.model("openai/gpt-6-luna"), turn: 1,
                    message: ModelMessage(.assistant, [.text(canary)]), structured: [canary: .string(canary)],
                    finish: .stop)), item, attempt: 1)
        script.at(
            3,
            .modelToolCalled(
                ModelToolCalled(
                    id: "c", turn: 1, tool: "t", arguments: [canary: .string(canary)], effect: .pure, key: canary)),
            item, attempt: 1)
        script.at(
            4, .modelToolReturned(ModelToolReturned(id: "c", turn: 1, tool: "t", content: canary, isError: true)),
            item, attempt: 1)
        for type in GenAIConventions.notes.keys.sorted() {
            script.at(4, .unknown(type: type, data: ["message": .string(canary), "text": .string(canary)]), item)
        }
        script.at(
            5, .stepFailed(StepFailure(.exitCode, canary, details: .string(canary)), willRetry: true), item, attempt: 1)
        script.starts(6, item, attempt: 2)
        script.at(
            7, .stepSucceeded(StepSucceeded(output: .string(canary), outputHash: "h", summary: canary)), item,
            attempt: 2)
        script.succeeds(7, "each", attempt: nil, output: .string(canary))
        script.at(8, .runFailed(RunFailure(message: canary, steps: [item])))
        var events = script.events
        events[0].event = .runCreated(created)
        for index in events.indices { events[index].time = now.advanced(by: .seconds(index)) }
        setup.consume(events)
        #expect(await setup.shutdown(deadline: .seconds(30)).isEmpty)
        await server.close()
        #expect(server.received.count == 2)
        for request in server.received {
            let text = String(decoding: request.body, as: UTF8.self)
            #expect(text.contains("gpt-6-luna"))
            #expect(!text.contains(canary))
        }
    }

    @Test func aBusyCollector() async throws {
        let server = try await CollectorServer { number in
            number == 1 ? .init(status: 503, headers: [("retry-after", "0")]) : .init()
        }
        let setup = try setup(server)
        setup.consume(script())
        #expect(await setup.shutdown(deadline: .seconds(60)).isEmpty)
        try #require(server.received.map(\.path) == ["/v1/traces", "/v1/traces", "/v1/metrics"])
        #expect(server.received[0].body == server.received[1].body)
        await server.close()
    }

    @Test func nobodyThere() async throws {
        let server = try await CollectorServer()
        await server.close()
        let setup = try setup(server)
        setup.consume(script())
        let losses = await setup.shutdown(deadline: .seconds(30))
        #expect((losses.spans, losses.metricExports) == (8, 1))
        guard case .unreachable? = losses.reason else {
            Issue.record("\(losses)")
            return
        }
    }

    @Test func aCollectorThatSaysNothing() async throws {
        let server = try await CollectorServer { _ in .init(isSilent: true) }
        let setup = try setup(server, ["OTEL_EXPORTER_OTLP_TIMEOUT": "100"])
        setup.consume(script())
        let losses = await setup.shutdown(deadline: .seconds(30))
        #expect((losses.spans, losses.metricExports) == (8, 1))
        await server.close()
    }

    @Test func onlyMetrics() async throws {
        let server = try await CollectorServer()
        let setup = try setup(server, ["OTEL_TRACES_EXPORTER": "none"])
        setup.consume(script())
        #expect(await setup.shutdown(deadline: .seconds(30)).isEmpty)
        #expect(server.received.map(\.path) == ["/v1/metrics"])
        await server.close()
    }

    @Test func off() throws {
        #expect(try TelemetrySetup.fromEnvironment(["PATH": "/bin"]) == nil)
    }
}
