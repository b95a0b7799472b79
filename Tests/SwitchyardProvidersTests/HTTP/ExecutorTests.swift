import NIOHTTP1
import SwitchyardCore
import SwitchyardTestSupport
import Synchronization
import Testing

@testable import SwitchyardProviders

/// Real calls of a real server.
@Suite struct ExecutorTests {
    static let key = "sk-canary-0123456789"

    final class Shown: Sendable {
        private let state = Mutex<[ModelDelta]>([])
        let first = Gate()
        var deltas: [ModelDelta] { state.withLock(\.self) }
        var report: @Sendable (ModelDelta) -> Void {
            { delta in
                self.state.withLock { $0.append(delta) }
                self.first.open()
            }
        }
    }

    func executor(
        _ dialect: Dialect, _ server: TestServer, key: String? = Self.key,
        change: (inout ProviderSettings) -> Void = { _ in }
    ) -> ProviderExecutor {
        var settings = dialect.settings
        settings.baseURL = server.url
        settings.key = .environment("THE_KEY")
        change(&settings)
        return ProviderExecutor(settings, key: { () throws(KeyProblem) in key })
    }

    /// What a call comes to when the server does `reply`.
    func call(
        _ dialect: Dialect = .chat, streams: Bool = true, context: ExecutionContext = ExecutionContext(),
        key: String? = Self.key, reply: @escaping @Sendable (TestRequest) -> TestReply
    ) async throws -> Result<ModelResponse, ModelError> {
        let server = try await TestServer(reply)
        let result: Result<ModelResponse, ModelError>
        do throws(ModelError) {
            result = .success(
                try await executor(dialect, server, key: key).run(dialect.request(streams: streams), in: context))
        } catch {
            result = .failure(error)
        }
        await server.close()
        return result
    }

    func failure(_ result: Result<ModelResponse, ModelError>) throws -> ModelError {
        switch result {
        case .success(let response):
            Issue.record("\(response)")
            throw ModelError(.server, "no failure")
        case .failure(let error): return error
        }
    }

    // MARK: Answers

    @Test(arguments: Dialect.allCases, [true, false]) func answers(dialect: Dialect, streams: Bool) async throws {
        let stream = String(decoding: try dialect.stream("tools"), as: UTF8.self)
        let whole = JSON.text(of: try dialect.whole("tools"))
        let sent = Mutex<TestRequest?>(nil)
        let shown = Shown()
        let response = try await call(dialect, streams: streams, context: ExecutionContext(report: shown.report)) {
            request in
            sent.withLock { $0 = request }
            return .answer(
                200,
                [
                    ("Content-Type", streams ? dialect.streamType + "; charset=utf-8" : "application/json"),
                    ("x-request-id", "req_1"), ("x-ratelimit-remaining-requests", "9"),
                    ("x-ratelimit-reset-requests", "6m0s"),
                    ("x-ratelimit-limit-tokens", "-1"),
                ], streams ? stream : whole)
        }.get()
        #expect(response.text == "Let me look." && response.finish == .toolCalls)
        #expect(response.model == dialect.model && response.requestID == "req_1")
        #expect(response.headroom == RateHeadroom(requests: .init(remaining: 9, resetsAfter: .seconds(360))))
        #expect(response.latency > .zero)
        #expect((response.firstTokenAfter != nil) == streams)
        let text = shown.deltas.reduce("") { if case .text(let text) = $1 { $0 + text } else { $0 } }
        #expect(text == (streams ? "Let me look." : ""))
        let received = sent.withLock { $0 }
        let request = try #require(received)
        #expect(request.method == "POST" && request.headers.first(name: "content-type") == "application/json")
        let header = dialect == .gemini ? "x-goog-api-key" : "authorization"
        #expect(request.headers[header] == [dialect == .gemini ? Self.key : "Bearer \(Self.key)"])
        #expect(try JSON.parse(request.body).objectValue != nil)
    }

    @Test func settingsHeadersAndSimulation() async throws {
        let text = String(decoding: try Dialect.chat.stream("text"), as: UTF8.self)
        let sent = Mutex<TestRequest?>(nil)
        let server = try await TestServer { request in
            sent.withLock { $0 = request }
            return .answer(200, [("content-type", "text/event-stream")], text)
        }
        let simulated = executor(.chat, server) {
            $0.isSimulated = true
            $0.headers = ["OpenAI-Project": "p1", "User-Agent": "mine"]
        }
        let response = try await simulated.run(Dialect.chat.request(), in: ExecutionContext())
        #expect(response.isSimulated)
        let headers = sent.withLock { $0?.headers }
        #expect(headers?["openai-project"] == ["p1"] && headers?["user-agent"] == ["mine"])
        let injected = executor(.chat, server) { $0.headers = ["X": "a\r\nY: b"] }
        await #expect {
            try await injected.run(Dialect.chat.request(), in: ExecutionContext())
        } throws: { ($0 as? ModelError)?.kind == .invalidRequest }
        await server.close()
    }

    @Test func aWholeAnswerToAStreamedRequest() async throws {
        let whole = JSON.text(of: try Dialect.chat.whole("text"))
        let shown = Shown()
        let response = try await call(context: ExecutionContext(report: shown.report)) { _ in
            .answer(200, [("content-type", "application/json")], whole)
        }.get()
        #expect(response.text == "Hello, wörld 👋")
        #expect(shown.deltas == [.text("Hello, wörld 👋")])
    }

    @Test func structuredAnswers() async throws {
        let text = String(decoding: try Dialect.chat.stream("structured"), as: UTF8.self)
        let server = try await TestServer { _ in .answer(200, [("content-type", "text/event-stream")], text) }
        var request = Dialect.chat.request()
        request.outputSchema = OutputSchema(schema: ["type": "object"])
        let response = try await executor(.chat, server).run(request, in: ExecutionContext())
        #expect(response.structured == ["name": "Ada", "age": 36])
        await server.close()
    }

    /// The connection stays open behind the answer's last event: that is the server's business.
    @Test func anAnswerThatIsWholeBeforeItsConnectionEnds() async throws {
        let text = String(decoding: try Dialect.chat.stream("text"), as: UTF8.self)
        let disconnected = Gate()
        let server = try await TestServer(disconnected: disconnected) { _ in .stalled("text/event-stream", [text]) }
        let response = try await executor(.chat, server).run(Dialect.chat.request(), in: ExecutionContext())
        #expect(response.text == "Hello, wörld 👋")
        await disconnected.wait()
        await server.close()
    }

    // MARK: Failures

    @Test(arguments: [
        (400, ModelError.Kind.invalidRequest), (401, .auth), (402, .quota), (403, .auth), (404, .invalidRequest),
        (408, .server), (413, .contextOverflow), (429, .rateLimited), (500, .server), (503, .overloaded),
        (529, .overloaded),
    ])
    func statuses(status: Int, kind: ModelError.Kind) async throws {
        for dialect in Dialect.allCases {
            let error = try failure(
                await call(dialect) { _ in
                    .answer(
                        status,
                        [
                            ("Retry-After", "1.5"), ("request-id", "req_7"),
                            ("anthropic-ratelimit-requests-limit", "50"),
                        ],
                        "{\"error\":{\"message\":\"the key is \(Self.key)\"}}")
                })
            #expect(error.kind == kind)
            #expect(error.status == status && error.requestID == "req_7" && !error.hasBegun)
            #expect(error.retryAfter == .milliseconds(1500))
            #expect(error.headroom?.requests?.limit == 50)
            #expect(error.message.contains(dialect.settings.name) && error.message.contains("(\(status))"))
            #expect(!error.message.contains("canary"))
        }
    }

    @Test(arguments: Dialect.allCases) func errorsWithinAStream(dialect: Dialect) async throws {
        for (name, hasBegun) in [("failed", false), ("broken", true)] {
            let text = String(decoding: try dialect.stream(name), as: UTF8.self)
            let error = try failure(
                await call(dialect) { _ in .answer(200, [("content-type", dialect.streamType)], text) })
            #expect(error.kind == (dialect == .ollama ? .server : .overloaded))
            #expect(error.hasBegun == hasBegun && error.isRetryable == !hasBegun)
        }
    }

    @Test(arguments: Dialect.allCases, [true, false]) func cutConnections(dialect: Dialect, isEarly: Bool) async throws
    {
        let text = String(decoding: try dialect.stream("text"), as: UTF8.self)
        let middle = try #require(text.firstRange(of: "wör")).lowerBound
        let start = isEarly ? String(text.prefix(10)) : String(text[..<middle])
        let error = try failure(await call(dialect) { _ in .cut(dialect.streamType, [start]) })
        #expect(error.kind == .transport)
        #expect(error.hasBegun == !isEarly)
        let hungUp = try failure(await call(dialect) { _ in .hangUp })
        #expect(hungUp.kind == .transport && hungUp.isRetryable)
        #expect(hungUp.message == "\(dialect.settings.name) closed the connection before its answer was whole")
    }

    @Test func nobodyListens() async throws {
        let server = try await TestServer { _ in .silence }
        await server.close()
        await #expect {
            try await executor(.chat, server).run(Dialect.chat.request(), in: ExecutionContext())
        } throws: { error in
            let error = error as? ModelError
            let place = server.url.dropFirst("http://".count)
            return error?.kind == .transport
                && error?.message == "openai cannot be reached: nothing listens at \(place)"
        }
    }

    @Test(arguments: [true, false]) func silence(duringBody: Bool) async throws {
        let event = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n"
        for isIdle in [true, false] {
            let shown = Shown()
            var context = ExecutionContext(report: shown.report)
            if isIdle { context.idleTimeout = .milliseconds(80) } else { context.timeout = .milliseconds(80) }
            let error = try failure(
                await call(context: context) { _ in
                    duringBody ? .stalled("text/event-stream", [event]) : .silence
                })
            #expect(error.kind == .timeout)
            // On a busy machine the time may be over before the piece was read.
            #expect(error.hasBegun == !shown.deltas.isEmpty)
            #expect(error.message.contains("80ms"))
        }
    }

    @Test(arguments: [true, false]) func cancellationClosesTheConnection(duringBody: Bool) async throws {
        let (arrived, disconnected) = (Gate(), Gate())
        let event = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n"
        let server = try await TestServer(disconnected: disconnected) { _ in
            arrived.open()
            return duringBody ? .stalled("text/event-stream", [event]) : .silence
        }
        let shown = Shown()
        let called = executor(.chat, server)
        let task = Task {
            try await called.run(Dialect.chat.request(), in: ExecutionContext(report: shown.report))
        }
        if duringBody { await shown.first.wait() } else { await arrived.wait() }
        task.cancel()
        await #expect {
            try await task.value
        } throws: { ($0 as? ModelError)?.kind == .cancelled }
        await disconnected.wait()
        await server.close()
    }

    @Test func answersWithoutAnEnd() async throws {
        for (type, byte, size) in [
            ("application/json", " ", 2), ("text/event-stream", "x", 1), ("text/event-stream", "\n", 2),
        ] {
            let disconnected = Gate()
            let byte = try #require(byte.utf8.first)
            let server = try await TestServer(disconnected: disconnected) { _ in .endless(type, byte) }
            var called = executor(.chat, server)
            called.limit = AnswerLimit(whole: 2 << 20, event: 1 << 20)
            await #expect {
                try await called.run(Dialect.chat.request(), in: ExecutionContext())
            } throws: { error in
                let error = error as? ModelError
                return error?.kind == .invalidOutput && error?.message.contains("\(size) MiB") == true
            }
            await disconnected.wait()
            await server.close()
        }
    }

    @Test func whatIsNoAnswer() async throws {
        let page = try failure(await call { _ in .answer(200, [("content-type", "text/html")], "<html>") })
        #expect(page.kind == .invalidOutput && page.message.contains("text/html"))
        let broken = try failure(
            await call(streams: false) { _ in .answer(200, [("content-type", "application/json")], "{") })
        #expect(broken.kind == .invalidOutput)
        let moved = try failure(
            await call { _ in .answer(307, [("location", "https://elsewhere.example/\(Self.key)")], "") })
        #expect(moved.kind == .invalidRequest && moved.message.contains("https://elsewhere.example/***"))
        let error = try failure(
            await call { _ in
                .answer(200, [("content-type", "application/json")], "{\"error\":{\"code\":402,\"message\":\"m\"}}")
            })
        #expect(error.kind == .quota)
    }

    /// OpenAI names the parameter that a model does not take.
    @Test func aParameterThatIsNotTaken() async throws {
        let text = String(decoding: try Dialect.chat.stream("text"), as: UTF8.self)
        let bodies = Mutex<[Value]>([])
        let server = try await TestServer { request in
            let body = (try? JSON.parse(request.body)) ?? .null
            bodies.withLock { $0.append(body) }
            let refused = ["temperature", "max_tokens"].first { !body[$0].isNull }
            return refused.map {
                .answer(
                    400, [], "{\"error\":{\"message\":\"m\",\"param\":\"\($0)\",\"code\":\"unsupported_parameter\"}}")
            } ?? .answer(200, [("content-type", "text/event-stream")], text)
        }
        var request = Dialect.compatible.request()
        request.maxTokens = 9
        #expect(try await executor(.compatible, server).run(request, in: ExecutionContext()).text == "Hello, wörld 👋")
        #expect(bodies.withLock { $0.map { $0["max_completion_tokens"] } } == [.null, 9])
        request.temperature = 1
        // Once, not as often as something is refused.
        await #expect {
            try await executor(.compatible, server).run(request, in: ExecutionContext())
        } throws: { ($0 as? ModelError)?.kind == .invalidRequest }
        #expect(bodies.withLock(\.count) == 4)
        await server.close()
    }

    // MARK: Keys

    @Test func keysThatAreNone() async throws {
        let missing = try failure(await call(key: nil) { _ in .silence })
        #expect(missing.kind == .auth)
        #expect(missing.message == "openai wants a key: there is none in the variable THE_KEY")
        let lines = try failure(await call(key: "sk-canary\nX-Other: 1") { _ in .silence })
        #expect(lines.kind == .auth && !lines.message.contains("canary"))
        let failing = ProviderExecutor(
            Dialect.chat.settings, key: { () throws(KeyProblem) in throw KeyProblem("the file ~/.key cannot be read") })
        await #expect {
            try await failing.run(Dialect.chat.request(), in: ExecutionContext())
        } throws: { ($0 as? ModelError)?.message == "openai wants a key: the file ~/.key cannot be read" }
    }

    /// A server that echoes the key and a run's secret everywhere does not get them into anything that is kept or shown.
    @Test(arguments: Dialect.allCases, ["hunter22-canary", ""]) func canary(dialect: Dialect, secret: String)
        async throws
    {
        func hostile(_ name: String) throws -> String {
            String(decoding: try dialect.stream(name), as: UTF8.self)
                .replacing("look.", with: "\(Self.key) \(secret)").replacing("Paris", with: Self.key)
                .replacing("Hello", with: "\(Self.key)\(secret)").replacing("wör", with: String(Self.key.prefix(9)))
                .replacing("The server", with: "\(Self.key) \(secret)").replacing("some-model", with: secret)
                .replacing("overloaded_error", with: Self.key).replacing("ld ", with: String(Self.key.dropFirst(9)))
        }
        for name in ["text", "tools", "broken", "failed"] {
            let text = try hostile(name)
            let shown = Shown()
            let context = ExecutionContext(mask: SecretMask([secret]), report: shown.report)
            let result = try await call(dialect, context: context) { _ in
                .answer(200, [("content-type", dialect.streamType), ("x-request-id", Self.key)], text)
            }
            #expect(!"\(result)".contains("canary"), "\(name)")
            let pieces = shown.deltas.reduce("") { if case .text(let text) = $1 { $0 + text } else { $0 } }
            #expect(!pieces.contains("canary") && !"\(shown.deltas)".contains("canary"), "\(name)")
            if case .success(let response) = result { #expect(response.text == pieces) }
        }
    }

    @Test func keysInHeadersOfTheSettings() async throws {
        let server = try await TestServer { request in
            .answer(
                500, [], "{\"error\":{\"message\":\"\(request.headers["x-api-token"]) \(request.headers["x-title"])\"}}"
            )
        }
        let called = executor(.compatible, server) {
            $0.headers = ["X-Api-Token": "canary-in-header", "X-Title": "Switchyard"]
        }
        await #expect {
            try await called.run(Dialect.compatible.request(), in: ExecutionContext())
        } throws: { error in
            let message = (error as? ModelError)?.message ?? ""
            return message.contains("Switchyard") && message.contains("***") && !message.contains("canary")
        }
        await server.close()
    }

    // MARK: Counting

    @Test func tokenCounts() async throws {
        let server = try await TestServer { request in
            request.uri.hasSuffix("input_tokens")
                ? .answer(200, [("content-type", "application/json")], "{\"input_tokens\":31}")
                : .answer(404, [], "{\"error\":{\"message\":\"no\"}}")
        }
        #expect(
            try await executor(.responses, server).countTokens(Dialect.responses.request(), in: ExecutionContext())
                == 31)
        #expect(
            try await executor(.anthropic, server).countTokens(Dialect.anthropic.request(), in: ExecutionContext())
                == nil)
        #expect(
            try await executor(.ollama, server).countTokens(Dialect.ollama.request(), in: ExecutionContext()) == nil)
        await server.close()
    }

    @Test func manyStreamsAtOnce() async throws {
        let text = String(decoding: try Dialect.chat.stream("text"), as: UTF8.self)
        let server = try await TestServer { _ in .answer(200, [("content-type", "text/event-stream")], text) }
        let called = executor(.chat, server)
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<300 {
                group.addTask {
                    try await called.run(Dialect.chat.request(), in: ExecutionContext()).text == "Hello, wörld 👋"
                        ? 1 : 0
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(count == 300)
        await server.close()
    }
}
