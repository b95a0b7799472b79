import SwitchyardCore
import Testing
import Tracing

@testable import SwitchyardTelemetry

@Suite struct ModelSpansTests {
    func table(_ script: Script) -> String { SpanTable(RecordedSpans.of(script.events)).text }

    @Test func answersAndTools() throws {
        var script = Script()
        script.starts(1, "ask")
        let selected = ModelSelected(
            candidates: [Script.model("google/gemini-3.8-flash")], explanation: "it is cheap", seed: 1)
        script.at(1, .modelSelected(selected), "ask", attempt: 1)
        script.asks(1, "ask", "google/gemini-3.8-flash")
        script.answers(2, "ask", "google/gemini-3.8-flash", finish: .toolCalls)
        script.calls(2, "ask", "c1", "file_read")
        script.calls(2.5, "ask", "c2", "shell")
        script.returns(3, "ask", "c1", "file_read")
        script.returns(4, "ask", "c2", "shell", isError: true)
        script.asks(4, "ask", "google/gemini-3.8-flash", turn: 2)
        script.answers(
            6, "ask", "google/gemini-3.8-flash", turn: 2,
            usage: TokenUsage(uncachedInput: 100, cacheRead: 40, cacheWrite: 7, output: 30, reasoning: 12))
        script.succeeds(6, "ask")
        script.at(7, .runSucceeded(outputs: .null))
        #expect(
            table(script) == """
                run review 0-7
                  step ask 1-6
                    . 1 switchyard.model.selected
                    chat gemini-3.8-flash 1-2 client
                    execute_tool file_read 2-3
                    execute_tool shell 2.5-4 !tool_error
                    chat gemini-3.8-flash 4-6 client
                """)
        let spans = RecordedSpans.of(script.events)
        let chat = try #require(spans.last { $0.name.hasPrefix("chat") })
        #expect(
            chat.attributeLines == [
                "gen_ai.operation.name=chat", "gen_ai.provider.name=gcp.gemini",
                "gen_ai.request.model=gemini-3.8-flash", "gen_ai.response.finish_reasons=[\"stop\"]",
                "gen_ai.response.model=gemini-3.8-flash", "gen_ai.response.time_to_first_chunk=0.2",
                "gen_ai.system=gcp.gemini", "gen_ai.usage.cache_creation.input_tokens=7",
                "gen_ai.usage.cache_read.input_tokens=40", "gen_ai.usage.input_tokens=147",
                "gen_ai.usage.output_tokens=30", "gen_ai.usage.reasoning.output_tokens=12", "switchyard.cost=0.0001",
                "switchyard.model.attempts=2", "switchyard.model.request_id=req-1", "switchyard.model.turn=2",
            ])
        let tool = try #require(spans.first { $0.name.hasPrefix("execute_tool") })
        #expect(
            tool.attributeLines == [
                "gen_ai.operation.name=execute_tool", "gen_ai.tool.call.id=c1", "gen_ai.tool.name=file_read",
                "gen_ai.tool.type=function", "switchyard.model.turn=1", "switchyard.step.effect=pure",
            ])
        let run = try #require(spans.last)
        #expect(run.text("gen_ai.operation.name") == "invoke_workflow")
        #expect(run.text("gen_ai.workflow.name") == "review")
        #expect(run.attributes.get("switchyard.run.input_tokens") == 167)
        #expect(run.attributes.get("gen_ai.usage.input_tokens") == nil)
        #expect(run.attributes.get("switchyard.run.cost") == .double(0.0002))
    }

    @Test func inSeveralAttempts() {
        var script = Script()
        script.starts(1, "ask")
        script.asks(1, "ask", "openai/gpt-6-luna")
        script.answers(2, "ask", "openai/gpt-6-luna")
        script.fails(2, "ask", .invalidOutput, retries: true)
        script.starts(3, "ask", attempt: 2)
        script.asks(3, "ask", "openai/gpt-6-luna", attempt: 2)
        script.fails(5, "ask", attempt: 2, .rateLimit)
        script.at(5, .runFailed(RunFailure(message: "no", steps: ["ask"])))
        #expect(
            table(script) == """
                run review 0-5 !failed
                  step ask 1-5 !rate_limit
                    attempt 1 1-2 !invalid_output
                      chat gpt-6-luna 1-2 client
                    attempt 2 3-5 !rate_limit
                      chat gpt-6-luna 3-5 client !rate_limit
                """)
    }

    /// Events of a version that knows more: the table says how they are told, and that a failed try is over.
    @Test func whatLayersBetweenStepAndModelDo() throws {
        func failed(_ model: String, _ kind: String) -> RunEvent {
            let data: Value = [
                "model": .string(model), "class": .string(kind), "message": "canary", "took_us": 1_500_000,
                "simulated": false,
            ]
            return .unknown(type: "model.attempt_failed", data: data)
        }
        var script = Script()
        script.starts(1, "ask")
        script.asks(1, "ask", "openai/gpt-6-luna")
        script.at(2, failed("openai/gpt-6-luna", "overloaded"), "ask", attempt: 1)
        let opened: Value = [
            "breaker": ["provider": "openai", "tier": "cheap"], "reason": ["why": "consecutive", "count": 3],
        ]
        script.at(2, .unknown(type: "breaker.opened", data: opened))
        let fallback: Value = [
            "from": "openai/gpt-6-luna", "to": "anthropic/claude-haiku-5-5", "after": "overloaded",
        ]
        script.at(2, .unknown(type: "model.fallback", data: fallback), "ask", attempt: 1)
        script.asks(3, "ask", "anthropic/claude-haiku-5-5")
        script.at(4, failed("anthropic/claude-haiku-5-5", "timeout"), "ask", attempt: 1)
        let ended: Value = [
            "model": "anthropic/claude-haiku-5-5", "turn": 1, "class": "timeout", "message": "canary", "attempts": 2,
        ]
        script.at(4, .unknown(type: "model.failed", data: ended), "ask", attempt: 1)
        script.fails(5, "ask", .timeout)
        script.at(5, .runFailed(RunFailure(message: "no", steps: ["ask"])))
        #expect(
            table(script) == """
                run review 0-5 !failed
                  . 2 switchyard.breaker.opened
                  step ask 1-5 !timeout
                    . 2 switchyard.model.fallback
                    . 4 switchyard.model.failed
                    chat gpt-6-luna 1-2 client !overloaded
                      . 2 switchyard.model.attempt_failed
                    chat claude-haiku-5-5 3-4 client !timeout
                      . 4 switchyard.model.attempt_failed
                """)
        let spans = RecordedSpans.of(script.events)
        let notes = spans.flatMap { span in
            span.events.map { "\($0.name): \(SpanTable.lines(of: $0.attributes).joined(separator: ", "))" }
        }
        #expect(
            notes == [
                "switchyard.model.attempt_failed: error.type=overloaded, gen_ai.provider.name=openai, "
                    + "gen_ai.request.model=gpt-6-luna, switchyard.took=1.5",
                "switchyard.model.attempt_failed: error.type=timeout, gen_ai.provider.name=anthropic, "
                    + "gen_ai.request.model=claude-haiku-5-5, switchyard.took=1.5",
                "switchyard.model.fallback: error.type=overloaded, switchyard.fallback.from=openai/gpt-6-luna, "
                    + "switchyard.fallback.to=anthropic/claude-haiku-5-5",
                "switchyard.model.failed: error.type=timeout, gen_ai.provider.name=anthropic, "
                    + "gen_ai.request.model=claude-haiku-5-5, switchyard.model.attempts=2",
                "switchyard.breaker.opened: switchyard.breaker.provider=openai, switchyard.breaker.tier=cheap, "
                    + "switchyard.breaker.why=consecutive",
            ])
    }

    /// Another model answered than was asked, and what has no usage and no price says so by saying nothing.
    @Test func anotherModelAnswers() throws {
        var script = Script()
        script.starts(1, "ask")
        script.asks(1, "ask", "openai/gpt-6-luna")
        script.answers(2, "ask", "mine/llama", usage: TokenUsage(), cost: nil, finish: .refused("violence"))
        script.succeeds(2, "ask")
        script.at(3, .runSucceeded(outputs: .null))
        let chat = try #require(RecordedSpans.of(script.events).first)
        #expect(
            chat.attributeLines == [
                "gen_ai.operation.name=chat", "gen_ai.provider.name=mine", "gen_ai.request.model=gpt-6-luna",
                "gen_ai.response.finish_reasons=[\"content_filter\"]", "gen_ai.response.model=llama",
                "gen_ai.response.time_to_first_chunk=0.2", "gen_ai.system=mine", "switchyard.model.attempts=2",
                "switchyard.model.request_id=req-1", "switchyard.model.turn=1",
            ])
    }
}
