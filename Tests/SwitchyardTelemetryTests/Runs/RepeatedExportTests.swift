import InMemoryTracing
import Metrics
import SwitchyardCore
import Testing
import Tracing

@testable import SwitchyardTelemetry

@Suite struct RepeatedExportTests {
    /// A run whose process died while a model was asked and an unsafe step was under way, and which another took over.
    static var resumed: Script {
        var script = Script()
        script.starts(1, "ask")
        script.asks(1, "ask", "openai/gpt-6-luna")
        script.starts(2, "deploy", effect: .unsafe)
        script.at(100, .leaseTaken(epoch: 2))
        script.at(100, .stepOutcomeUnknown, "deploy", attempt: 1)
        script.at(100, .stepReady, "ask")
        script.starts(101, "ask", attempt: 2)
        script.asks(101, "ask", "openai/gpt-6-luna", attempt: 2)
        script.answers(102, "ask", "openai/gpt-6-luna", attempt: 2)
        script.succeeds(102, "ask", attempt: 2)
        script.at(103, .stepResolved(.done), "deploy", attempt: 1)
        script.succeeds(103, "deploy")
        script.at(104, .runSucceeded(outputs: .null))
        return script
    }

    /// What died is over when its process last gave a sign, not when another one came.
    @Test func aRunThatWasTakenOver() {
        #expect(
            SpanTable(RecordedSpans.of(Self.resumed.events)).text == """
                run review 0-104
                  . 100 switchyard.lease.taken
                  step ask 1-102
                    attempt 1 1-2 !interrupted
                      chat gpt-6-luna 1-2 client !interrupted
                    attempt 2 101-102
                      chat gpt-6-luna 101-102 client
                  step deploy 2-103
                    . 100 switchyard.step.outcome_unknown
                    . 103 switchyard.step.resolved
                    attempt 1 2-2 !outcome_unknown
                """)
    }

    /// However the events come: in one piece, one by one, from the record once more, or mixed with another run's.
    @Test func sameSpans() throws {
        let events = Self.resumed.events
        let whole = try OTLPTraces.body(RecordedSpans.of(events), of: .test)
        let recorded = RecordedSpans()
        let telemetry = RunTelemetry(
            tracer: recorded.tracer, metrics: NOOPMetricsHandler.instance, since: Script.start)
        var other = Script(run: RunID("01kd4p00otherrun"))
        other.at(1, .runSucceeded(outputs: .null))
        for event in events.prefix(9) { telemetry.consume([event]) }
        telemetry.consume(other.events + events)
        let own = recorded.all.filter { $0.identity.trace == TraceID(of: RunID("01kd4p00abcdefgh")) }
        #expect(try OTLPTraces.body(own, of: .test) == whole)
        #expect(Set(recorded.all.map(\.identity.span)).count == recorded.all.count)
    }

    /// The numbers are in people's collectors: they do not change from one version to the next.
    @Test func numbersOfSpans() {
        let run = RunID("01kd4p00abcdefgh")
        #expect(TraceID(of: run).description == "7f32131e9911910537f50a134d253941")
        #expect(SpanID(of: run, .run).description == "35c90dea32066a65")
        #expect(SpanID(of: run, .step("a/b")).description == "f58956e7927e60e3")
        #expect(SpanID(of: run, .attempt(4)).description == "d65c124a9eb3fddb")
        #expect(SpanID(of: run, .call(4)).description == "ee822a2e89309bf2")
        #expect(SpanID(of: run, .tool(4)).description == "575978cff91466b2")
    }

    /// Any tracer will do: that of the package, which draws its own numbers, comes to the same tree.
    @Test func anotherTracer() {
        let tracer = InMemoryTracer()
        RunTelemetry(tracer: tracer, metrics: NOOPMetricsHandler.instance, since: Script.start)
            .consume(Self.resumed.events)
        let spans = tracer.finishedSpans
        func parent(of name: String) -> String? {
            let span = spans.first { $0.operationName == name }
            return spans.first { $0.spanID == span?.parentSpanID }?.operationName
        }
        #expect(spans.count == 8)
        #expect(parent(of: "chat gpt-6-luna") == "attempt 1")
        #expect(parent(of: "attempt 2") == "step ask")
        #expect(parent(of: "step ask") == "run review")
        #expect(tracer.activeSpans.isEmpty)
    }
}

extension OTLPResource {
    static let test = OTLPResource(attributes: ["service.name": "test"], version: "1.0")
}
