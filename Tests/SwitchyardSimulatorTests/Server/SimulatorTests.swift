import SwitchyardCore
import Synchronization
import Testing

@testable import SwitchyardSimulator

/// The server over real connections.
@Suite(.timeLimit(.minutes(2)))
struct SimulatorTests {
    private static let question = #"{"model":"m","messages":[{"role":"user","content":"Hi"}]"#
    private static let stream = question + #","stream":true}"#
    private static let whole = question + "}"
    private static let chat = "/v1/chat/completions"

    @Test func `it says what it is`() async throws {
        try await withSimulator(Scenario()) { client in
            let reply = try await client.get("/")
            #expect(reply.body.hasPrefix("This is Switchyard's simulator"))
            #expect(reply.head.contains("x-switchyard-simulated: true"))
            let missing = try await client.get("/favicon.ico")
            #expect(missing.head.hasPrefix("HTTP/1.1 404") && missing.head.contains("x-switchyard-simulated: true"))
        }
    }

    @Test func `a stream comes in pieces and ends`() async throws {
        let scenario = try scenario("- reply: {text: One two three, stream: {chunk_tokens: 1, every: 2ms}}")
        try await withSimulator(scenario) { client in
            let reply = try await client.post(Self.chat, Self.stream)
            #expect(reply.head.contains("content-type: text/event-stream"))
            #expect(reply.isWhole && reply.body.hasSuffix("data: [DONE]\n\n"))
            #expect(reply.body.split(separator: "\n\n").count == 6)
        }
    }

    @Test func `a stream in parts of bytes is the same stream`() async throws {
        let scenario = try scenario("- reply: {text: 'Grüße 👋 aus Köln', stream: {chunk_tokens: 99, split_bytes: 3}}")
        try await withSimulator(scenario) { client in
            let reply = try await client.post("/api/chat", Self.question + "}")
            #expect(reply.isWhole && reply.body.contains("Grüße 👋 aus Köln"))
            // Every chunk on the wire has at most three bytes: the size, the bytes, two line ends.
            #expect(reply.text.contains("\r\n3\r\n") && !reply.text.contains("\r\n4\r\n"))
        }
    }

    @Test func `a cut stream has no end`() async throws {
        let scenario = try scenario(
            "- reply: {text: One two three four, stream: {chunk_tokens: 1}, fault: {cut_after: 2}}")
        try await withSimulator(scenario) { client in
            let reply = try await client.post(Self.chat, Self.stream)
            #expect(reply.isClosed && !reply.isWhole && reply.body.contains(#"" two""#))
            #expect(!reply.body.contains("three") && !reply.body.contains("[DONE]"))
            let whole = try await client.post(Self.chat, Self.whole)
            let length = try #require(whole.head.firstMatch(of: /(?i)content-length: (\d+)/).flatMap { Int($0.1) })
            #expect(whole.isClosed && whole.body.utf8.count == length / 2)
        }
    }

    @Test func `a dropped connection has no reply`() async throws {
        try await withSimulator(try scenario("- reply: {fault: {drop: true}}")) { client in
            let reply = try await client.post(Self.chat, Self.whole)
            #expect(reply.isClosed && reply.text.isEmpty)
        }
    }

    @Test func `a stalled stream is silent until its time is over`() async throws {
        let scenario = try scenario(
            "- reply: {text: One two, stream: {chunk_tokens: 1}, fault: {stall_after: 1, lasting: 30ms}}")
        try await withSimulator(scenario) { client in
            let start = ContinuousClock.now
            let reply = try await client.post(Self.chat, Self.stream)
            #expect(ContinuousClock.now - start >= .milliseconds(30))
            #expect(reply.isClosed && !reply.isWhole && reply.body.contains("One") && !reply.body.contains("two"))
        }
    }

    @Test func `stopping breaks what stalls, and frees the port`() async throws {
        let simulator = Simulator(scenario: try scenario("- reply: {text: One two, fault: {stall_after: 1}}"))
        let port = try await simulator.start()
        let client = RawClient(port: port)
        let hasBegun = AsyncStream<Void>.makeStream()
        async let reply = client.post(Self.chat, Self.stream) { text in
            if text.contains("One") { hasBegun.continuation.yield() }
            return false
        }
        for await _ in hasBegun.stream { break }
        await simulator.stop()
        #expect(try await reply.isClosed)
        #expect(try await simulator.start(port: port) == port)
        await simulator.stop()
        await simulator.waitUntilStopped()
    }

    @Test func `a client that leaves a stalled stream harms nobody`() async throws {
        let scenario = try scenario("- {match: {streams: true}, reply: {text: One two, fault: {stall_after: 1}}}")
        try await withSimulator(scenario) { client in
            let left = try await client.post(Self.chat, Self.stream) { $0.contains("One") }
            #expect(!left.isClosed)
            #expect(try await client.post(Self.chat, Self.whole).head.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func `a slow reply comes, late`() async throws {
        try await withSimulator(try scenario("- reply: {text: x, fault: {slow: 20ms}}")) { client in
            let start = ContinuousClock.now
            let reply = try await client.post(Self.chat, Self.whole)
            #expect(reply.head.hasPrefix("HTTP/1.1 200") && ContinuousClock.now - start >= .milliseconds(20))
        }
    }

    @Test func `a huge reply arrives whole`() async throws {
        try await withSimulator(try scenario("- reply: {fault: {huge: 2MiB}}")) { client in
            let reply = try await client.post(Self.chat, Self.whole)
            let text = try JSON.parse(reply.body)["choices"].arrayValue?[0]["message"]["content"].stringValue
            #expect(text?.utf8.count == 2 << 20)
        }
    }

    @Test func `two hundred streams at once`() async throws {
        let scenario = try scenario(
            "- reply: {text: 'One two three four five {{ inputs.question }}', stream: {chunk_tokens: 1, every: 3ms}}")
        try await withSimulator(scenario) { client in
            let ids = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let body = Self.stream.replacing("Hi", with: "stream-\(number)")
                        let reply = try await client.post(Self.chat, body)
                        #expect(reply.isWhole)
                        let chunks = reply.body.split(separator: "\n\n").dropLast().map {
                            (try? JSON.parse(String($0.dropFirst(6)))) ?? .null
                        }
                        let text = chunks.map { $0["choices"].arrayValue?[0]["delta"]["content"].rendered ?? "" }
                        #expect(text.joined() == "One two three four five stream-\(number)")
                        return chunks.first?["id"].rendered ?? ""
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(ids.count == 200)
        }
    }

    @Test func `requests are told of, with the rule that answered`() async throws {
        let told = Mutex<[AnsweredRequest]>([])
        let simulator = Simulator(
            scenario: try scenario("- {name: busy, match: {provider: spare}, reply: {fault: overloaded}}"),
            onRequest: { request in told.withLock { $0.append(request) } })
        let client = RawClient(port: try await simulator.start())
        _ = try await client.post("/spare/v1/chat/completions", Self.whole)
        _ = try await client.post("/v1/chat/completions", Self.whole)
        await simulator.stop()
        let lines = told.withLock {
            $0.map { "\($0.number) \($0.provider ?? "-") \($0.model ?? "-") \($0.rule ?? "-") \($0.status)" }
        }
        #expect(lines == ["1 spare m busy 503", "2 openai m - 200"])
    }

    @Test func `a port that is taken is said`() async throws {
        let first = Simulator(scenario: Scenario())
        let port = try await first.start()
        let second = Simulator(scenario: Scenario())
        await #expect(
            throws: Simulator.StartError(
                message: "the simulator cannot listen on 127.0.0.1:\(port): Address already in use")
        ) { try await second.start(port: port) }
        await #expect(throws: Simulator.StartError(message: "the simulator is running already")) {
            try await first.start()
        }
        await first.stop()
        #expect(try await second.start(port: port) == port)
        await second.stop()
    }
}
