import SwitchyardCore
import Testing

@testable import SwitchyardProviders

/// What every format must make of the same answers, recorded in each.
@Suite struct ConformanceTests {
    /// The answer `name`, streamed and whole.
    func replies(_ dialect: Dialect, _ name: String) throws -> [WireReply] {
        let streamed = try dialect.decode(dialect.stream(name))
        return [
            try streamed.reply.get(), try dialect.codec().reply(from: dialect.whole(name), to: dialect.request()),
        ]
    }

    @Test(arguments: Dialect.allCases) func text(dialect: Dialect) throws {
        for reply in try replies(dialect, "text") {
            #expect(reply.text == "Hello, wörld 👋")
            #expect(reply.finish == .stop)
            #expect(reply.calls == [])
            #expect(reply.answeredBy != nil)
        }
    }

    @Test(arguments: Dialect.allCases) func streaming(dialect: Dialect) throws {
        let decoded = try dialect.decode(dialect.stream("text"))
        #expect(decoded.text == "Hello, wörld 👋")
        #expect(decoded.deltas.count > 1)
        let reasoning = decoded.deltas.reduce("") { if case .reasoning(let text) = $1 { $0 + text } else { $0 } }
        #expect(reasoning == (dialect == .chat || dialect == .compatible ? "" : "Hm"))
    }

    @Test(arguments: Dialect.allCases) func tools(dialect: Dialect) throws {
        for reply in try replies(dialect, "tools") {
            #expect(reply.text == "Let me look.")
            #expect(reply.calls.map(\.name) == ["get_weather"])
            #expect(reply.calls.first?.arguments == .object(["city": "Paris"]))
            #expect(reply.calls.first?.id.hasSuffix("W1") == true)
            #expect(reply.finish == .toolCalls)
        }
        let deltas = try dialect.decode(dialect.stream("tools")).deltas
        #expect(deltas.last == .toolCall(name: "get_weather"))
    }

    @Test(arguments: Dialect.allCases) func parallelTools(dialect: Dialect) throws {
        for reply in try replies(dialect, "parallel") {
            #expect(reply.calls.map(\.name) == ["get_weather", "get_time"])
            #expect(
                reply.calls.map(\.arguments) == [
                    .object(["city": "Paris"]), .object(["zone": "CET", "precise": true]),
                ])
            #expect(Set(reply.calls.map(\.id)).count == 2)
            #expect(reply.calls.allSatisfy { !$0.id.isEmpty })
            #expect(reply.finish == .toolCalls)
        }
        let names = try dialect.decode(dialect.stream("parallel")).deltas.filter {
            if case .toolCall = $0 { true } else { false }
        }
        #expect(names == [.toolCall(name: "get_weather"), .toolCall(name: "get_time")])
    }

    @Test(arguments: Dialect.allCases) func structured(dialect: Dialect) throws {
        for reply in try replies(dialect, "structured") {
            #expect(StructuredText.value(in: reply.text) == ["name": "Ada", "age": 36])
        }
    }

    @Test(arguments: Dialect.allCases) func finishReasons(dialect: Dialect) throws {
        for reply in try replies(dialect, "length") {
            #expect(reply.finish == .length)
            #expect(reply.text == "Once upon")
        }
        guard dialect.refuses else { return }
        for reply in try replies(dialect, "refused") {
            #expect(reply.text == "I can't help with that.")
            guard case .refused = reply.finish else {
                Issue.record("\(reply.finish)")
                continue
            }
        }
    }

    @Test(arguments: Dialect.allCases) func usage(dialect: Dialect) throws {
        for reply in try replies(dialect, "text") {
            #expect(reply.usage.input == 25)
            #expect(reply.usage.output == 12)
            #expect(reply.usage.cacheRead == (dialect == .ollama ? nil : 5))
            #expect(reply.usage.uncachedInput == (dialect == .ollama ? 25 : 20))
            #expect(reply.usage.reasoning == (dialect == .ollama ? nil : 4))
            #expect(reply.rawUsage.objectValue != nil)
        }
    }

    // MARK: Failures

    @Test(arguments: Dialect.allCases) func errorsBeforeTheFirstPiece(dialect: Dialect) throws {
        let decoded = try dialect.decode(dialect.stream("failed"))
        #expect(decoded.failure?.kind == (dialect == .ollama ? .server : .overloaded))
        #expect(decoded.deltas == [])
    }

    @Test(arguments: Dialect.allCases) func errorsInTheMiddle(dialect: Dialect) throws {
        let decoded = try dialect.decode(dialect.stream("broken"))
        #expect(decoded.failure?.kind == (dialect == .ollama ? .server : .overloaded))
        #expect(decoded.text == "Hello")
    }

    /// A stream that is cut anywhere before it says why it ended is no answer, and one that is cut behind that is whole.
    @Test(arguments: Dialect.allCases) func cutStreams(dialect: Dialect) throws {
        let bytes = try dialect.stream("text")
        let whole = try dialect.decode(bytes).reply.get()
        let marks = [
            Dialect.chat: "\"finish_reason\":\"stop\"", .compatible: "\"finish_reason\":\"stop\"",
            .responses: "event: response.completed", .anthropic: "event: message_delta",
            .gemini: "\"finishReason\":\"STOP\"", .ollama: "\"done\":true",
        ]
        let mark = Array((marks[dialect] ?? "").utf8)
        let end = try #require(bytes.indices.first { bytes[$0...].starts(with: mark) })
        let wrong = (0..<bytes.count).filter { cut in
            let decoded = dialect.decode(Array(bytes[..<cut]))
            if cut > end, case .success(let reply) = decoded.reply { return reply.text != whole.text }
            return decoded.failure != WireFailure(.transport, .cutOff)
        }
        #expect(wrong == [])
    }

    @Test(arguments: Dialect.allCases) func whatIsNoAnswer(dialect: Dialect) throws {
        #expect(throws: WireFailure.self) { try dialect.codec().reply(from: [:], to: dialect.request()) }
        #expect(throws: WireFailure.self) { try dialect.codec().reply(from: "text", to: dialect.request()) }
        let garbage = dialect == .ollama ? "{\"message\n" : "data: {\"choices\n\n"
        #expect(dialect.decode(Array(garbage.utf8)).failure == WireFailure(.invalidOutput, .notJSON))
        #expect(dialect.decode([UInt8]()).failure == WireFailure(.transport, .cutOff))
    }

    @Test(arguments: Dialect.allCases) func unknownFieldsAndEventsAreIgnored(dialect: Dialect) throws {
        let bytes = try dialect.stream("text")
        let extra =
            dialect == .ollama
            ? "{\"novel\":1}\n\n"
            : ": comment\n\nevent: novel\nid: 7\nretry: 3\ndata: {\"type\":\"novel\",\"x\":[1]}\n\n"
        #expect(try dialect.decode(Array(extra.utf8) + bytes).reply.get() == dialect.decode(bytes).reply.get())
    }
}
