import SwitchyardCore
import Synchronization
import Testing

@testable import SwitchyardProviders

@Suite struct StructuredOutputTests {
    /// Answers with the given texts, one after the other, and keeps what it was asked.
    final class Script: ModelExecutor {
        private let state: Mutex<(replies: [ModelResponse], asked: [ModelRequest], reports: Int)>

        init(_ replies: [ModelResponse]) {
            state = Mutex((replies, [], 0))
        }

        var asked: [ModelRequest] { state.withLock { $0.asked } }

        func run(_ request: ModelRequest, in context: ExecutionContext) async throws(ModelError) -> ModelResponse {
            let reply = state.withLock { state -> ModelResponse? in
                state.asked.append(request)
                return state.replies.isEmpty ? nil : state.replies.removeFirst()
            }
            guard let reply else { throw ModelError(.server, "nothing left") }
            context.report(.text(reply.text))
            return reply
        }
    }

    let model = ModelID(provider: "p", name: "m")

    func reply(_ text: String, finish: FinishReason = .stop, calls: [ToolCall] = []) -> ModelResponse {
        ModelResponse(
            message: ModelMessage(.assistant, [.text(text)] + calls.map(MessagePart.toolCall)),
            structured: StructuredText.value(in: text), model: model, finish: finish,
            usage: TokenUsage(uncachedInput: 10, output: 5), rawUsage: ["n": 1], cost: MicroDollars(7),
            latency: .seconds(1))
    }

    var request: ModelRequest {
        ModelRequest(
            model: model, messages: [.user("Who?")],
            outputSchema: OutputSchema(schema: ["type": "object", "required": ["name"]]))
    }

    @Test func whatFitsPasses() async throws {
        let script = Script([reply("{\"name\":\"Ada\"}")])
        let response = try await StructuredOutputExecutor(script).run(request, in: ExecutionContext())
        #expect(response.structured == ["name": "Ada"])
        #expect(script.asked.count == 1)
    }

    @Test(arguments: ["Sure! Ada.", "{\"nam\":\"Ada\"}"]) func oneRepair(first: String) async throws {
        let script = Script([reply(first), reply("```json\n{\"name\":\"Ada\"}\n```")])
        let shown = Mutex<[ModelDelta]>([])
        let context = ExecutionContext(report: { delta in shown.withLock { $0.append(delta) } })
        let response = try await StructuredOutputExecutor(script).run(request, in: context)
        #expect(response.structured == ["name": "Ada"])
        #expect(response.usage == TokenUsage(uncachedInput: 20, output: 10))
        #expect(response.cost == MicroDollars(14) && response.latency == .seconds(2))
        #expect(script.asked[1].messages.map(\.role) == [.user, .assistant, .user])
        #expect(script.asked[1].toolChoice == .none)
        #expect(shown.withLock(\.self) == [.text(first)])
    }

    @Test func noSecondRepair() async throws {
        let script = Script([reply("a"), reply("{}"), reply("{\"name\":\"Ada\"}")])
        await #expect {
            try await StructuredOutputExecutor(script).run(request, in: ExecutionContext())
        } throws: { error in
            let error = error as? ModelError
            return error?.kind == .invalidOutput && error?.message.contains("$ must have `name`") == true
                && error?.hasBegun == true
        }
        #expect(script.asked.count == 2)
    }

    @Test func whatIsNoAnswerPasses() async throws {
        let refused = reply("No.", finish: .refused("x"))
        let call = reply("", finish: .toolCalls, calls: [ToolCall(id: "a", name: "f", arguments: .object([:]))])
        for first in [refused, call] {
            let script = Script([first])
            #expect(try await StructuredOutputExecutor(script).run(request, in: ExecutionContext()) == first)
        }
        var plain = request
        plain.outputSchema = nil
        let text = reply("Hi")
        #expect(try await StructuredOutputExecutor(Script([text])).run(plain, in: ExecutionContext()) == text)
    }

    @Test func cutAnswersAreNotMended() async throws {
        let script = Script([reply("{\"name\":\"A", finish: .length), reply("{\"name\":\"Ada\"}")])
        await #expect {
            try await StructuredOutputExecutor(script).run(request, in: ExecutionContext())
        } throws: { ($0 as? ModelError)?.kind == .invalidOutput }
        #expect(script.asked.count == 1)
    }
}
