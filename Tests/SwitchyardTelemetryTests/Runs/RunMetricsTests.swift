import SwitchyardCore
import Testing
import Tracing

@testable import SwitchyardTelemetry

@Suite struct RunMetricsTests {
    func lines(_ script: Script, since: Timestamp = Script.start) -> [String] {
        let metrics = CollectingMetrics()
        RunTelemetry(tracer: NoOpTracer(), metrics: metrics, since: since).consume(script.events)
        return metrics.read(resets: false).map(\.line)
    }

    @Test func ofARun() {
        var script = Script()
        script.plan(("ask", "model"), ("fetch", "bash"))
        script.starts(1, "fetch")
        script.fails(2, "fetch", .connection, retries: true)
        script.at(2, .stepRetryScheduled(delay: .seconds(1), until: Script.time(3)), "fetch", attempt: 1)
        script.starts(3, "fetch", attempt: 2)
        script.succeeds(4, "fetch", attempt: 2)
        script.starts(4, "ask")
        script.asks(4, "ask", "openai/gpt-6-luna")
        script.answers(5, "ask", "openai/gpt-6-luna")
        script.asks(5, "ask", "openai/gpt-6-luna", turn: 2)
        script.fails(7, "ask", .timeout)
        script.at(7, .stepSkipped(.needFailed("ask")), "tell")
        script.at(8, .runFailed(RunFailure(message: "no", steps: ["ask"])))
        let call = "gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=gpt-6-luna"
        let answered = call + " gen_ai.response.model=gpt-6-luna"
        #expect(
            lines(script) == [
                "gen_ai.client.operation.duration{error.type=timeout \(call)} 1 x 2.0",
                "gen_ai.client.operation.duration{\(answered)} 1 x 1.0",
                "gen_ai.client.token.usage{\(answered) gen_ai.token.type=input} 1 x 20.0",
                "gen_ai.client.token.usage{\(answered) gen_ai.token.type=output} 1 x 5.0",
                "switchyard.cost{\(answered)} 0.0001",
                "switchyard.run.duration{switchyard.pipeline.id=review switchyard.run.status=failed} 1 x 8.0",
                "switchyard.runs{switchyard.pipeline.id=review switchyard.run.status=failed} 1",
                "switchyard.step.duration{switchyard.pipeline.id=review switchyard.step.status=failed "
                    + "switchyard.step.uses=model} 1 x 3.0",
                "switchyard.step.duration{switchyard.pipeline.id=review switchyard.step.status=succeeded "
                    + "switchyard.step.uses=bash} 1 x 3.0",
                "switchyard.step.retries{} 1",
                "switchyard.steps{switchyard.pipeline.id=review switchyard.step.status=failed "
                    + "switchyard.step.uses=model} 1",
                "switchyard.steps{switchyard.pipeline.id=review switchyard.step.status=skipped} 1",
                "switchyard.steps{switchyard.pipeline.id=review switchyard.step.status=succeeded "
                    + "switchyard.step.uses=bash} 1",
            ])
    }

    /// What another process did was measured there.
    @Test func ofARunThatWasTakenOver() {
        let lines = lines(RepeatedExportTests.resumed, since: Script.time(99))
        let call = "gen_ai.operation.name=chat gen_ai.provider.name=openai gen_ai.request.model=gpt-6-luna"
        #expect(
            lines.filter { $0.hasPrefix("gen_ai.client.operation.duration") } == [
                // Nobody could measure it before it was known to be lost.
                "gen_ai.client.operation.duration{error.type=interrupted \(call)} 1 x 1.0",
                "gen_ai.client.operation.duration{\(call) gen_ai.response.model=gpt-6-luna} 1 x 1.0",
            ])
        #expect(self.lines(RepeatedExportTests.resumed, since: Script.time(1000)).isEmpty)
    }

    @Test func countedNotes() {
        var script = Script()
        script.at(1, .unknown(type: "breaker.opened", data: ["breaker": ["provider": "openai", "tier": "cheap"]]))
        script.at(1, .unknown(type: "breaker.opened", data: ["breaker": ["provider": "openai", "tier": .null]]))
        script.at(1, .unknown(type: "budget.exceeded", data: ["unit": "money", "action": "stop", "limit": 5]))
        #expect(
            lines(script) == [
                "switchyard.breaker.openings{switchyard.breaker.provider=openai} 1",
                "switchyard.breaker.openings{switchyard.breaker.provider=openai switchyard.breaker.tier=cheap} 1",
                "switchyard.budget.stops{switchyard.budget.action=stop switchyard.budget.unit=money} 1",
            ])
    }
}

extension MetricReading {
    /// `name{dimension=value} value`, a histogram as how many and what in all.
    var line: String {
        let text =
            switch value {
            case .count(let count): "\(count)"
            case .sum(let sum): "\(sum)"
            case .gauge(let level): "\(level) now"
            case .histogram(let histogram): "\(histogram.count) x \(histogram.sum)"
            }
        return "\(name){\(dimensions.map { "\($0.name)=\($0.value)" }.joined(separator: " "))} \(text)"
    }
}
