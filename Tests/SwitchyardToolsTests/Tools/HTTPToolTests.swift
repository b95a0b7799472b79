import OrderedCollections
import SwitchyardCore
import SwitchyardTestSupport
import Testing

@testable import SwitchyardTools

@Suite struct HTTPToolTests {
    let folder: TemporaryFolder
    let get = HTTPGetTool()
    let request = HTTPRequestTool()

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Calls `tool` against a server that answers each request with what `reply` says.
    func call(
        _ tool: any Tool, _ arguments: Value, path: String = "/", reply: @escaping @Sendable (TestRequest) -> TestReply
    ) async throws -> ToolResult {
        let server = try await TestServer(reply)
        var object = arguments.objectValue ?? [:]
        object["url"] = .string(server.url + path)
        let result = await tool.call(.object(object), in: folder)
        await server.close()
        return result
    }

    /// What the server got.
    func sent(_ tool: any Tool, _ arguments: Value, path: String = "/") async throws -> Value {
        let result = try await call(tool, arguments, path: path) { request in
            let headers = request.headers.map { "\($0.name.lowercased()): \($0.value)" }
            let seen: Value = [
                "method": .string(request.method), "uri": .string(request.uri), "body": .string(request.body),
                "headers": Value(headers),
            ]
            return .answer(200, [("Content-Type", "application/json")], JSON.text(of: seen))
        }
        return try #require(result.value)["body"]
    }

    // MARK: Requests

    @Test func queryIsEncoded() async throws {
        let seen = try await sent(
            get, ["query": ["a b": "c&d=e/ü\n", "list": [1, true], "none": .null]], path: "/p?x=1#fragment")
        #expect(seen["uri"] == "/p?x=1&a%20b=c%26d%3De%2F%C3%BC%0A&list=1&list=true")
        #expect(seen["method"] == "GET")
    }

    @Test func bodyAndHeaders() async throws {
        let json = try await sent(
            request, ["method": "post", "body": ["a": [1]], "headers": ["X-One": "1", "X-Two": ["a", "b"]]])
        #expect(json["body"] == "{\"a\":[1]}")
        let headers = json["headers"].arrayValue ?? []
        for header in [
            "content-type: application/json", "x-one: 1", "x-two: a", "x-two: b", "idempotency-key: key",
            "content-length: 9", "user-agent: switchyard",
        ] { #expect(headers.contains(.string(header)), "\(header)") }
        let text = try await sent(
            request, ["method": "PUT", "body": "a", "headers": ["content-type": "x/y", "idempotency-KEY": "own"]])
        #expect(text["body"] == "a")
        #expect(text["headers"].arrayValue?.contains("content-type: x/y") == true)
        #expect(
            text["headers"].arrayValue?.filter { $0.rendered.hasPrefix("idempotency-key") } == ["idempotency-key: own"])
        #expect(
            try await sent(get, [:])["headers"].arrayValue?.contains { $0.rendered.hasPrefix("idempotency") } == false)
    }

    @Test(
        arguments: [
            ["headers": ["A": "b\r\nC: d"]], ["headers": ["A\r\nB": "c"]], ["headers": ["A": "b\nc"]],
            ["headers": ["": "b"]],
            ["headers": ["Content-Length": "1"]], ["method": "GET / HTTP/1.1\r\n"], ["method": ""], ["timeout": "soon"],
            ["timeout": "0s"], ["max_bytes": -1], ["url": "ftp://a"], ["url": "/a"], ["url": "http://"],
            ["url": "http://a b"], ["url": "http://a/\r\nX: y"], ["url": "http://user:pw@a/"],
            ["url": "file:///etc/passwd"],
            ["url": "http://ü.de/"], ["url": "javascript:1"],
        ] as [Value])
    func refusesWhatIsNoRequest(arguments: Value) async throws {
        var object = arguments.objectValue ?? [:]
        if object["url"] == nil { object["url"] = "http://127.0.0.1:1/" }
        if object["method"] == nil { object["method"] = "GET" }
        #expect(await request.call(.object(object), in: folder).failure?.kind == .invalidInput)
    }

    // MARK: Answers

    @Test func bodies() async throws {
        func body(_ type: String, _ bytes: [UInt8]) async throws -> ToolResult {
            try await call(get, [:]) { _ in .bytes(200, [("Content-Type", type)], bytes) }
        }
        let json = try await body("application/problem+json; charset=utf-8", Array("{\"a\": 1}".utf8))
        #expect(json.value?["body"] == ["a": 1])
        #expect(json.value?["status"] == 200)
        #expect(json.value?["headers"]["content-length"] == "8")
        #expect(json.output?.summary == "200 OK, 8 B")
        #expect(try await body("text/plain", Array("é".utf8)).value?["body"] == "é")
        #expect(try await body("application/json", []).value?["body"] == .null)
        let broken = try await body("application/json", Array("{".utf8))
        #expect(broken.failure?.kind == .invalidOutput)
        let binary = try await body("image/png", [0x89, 0xFF])
        #expect(binary.value?["body"] == "if8=")
        #expect(binary.value?["body_encoding"] == "base64")
    }

    @Test func longBodiesAreCut() async throws {
        let long = String(repeating: "x", count: 3_000_000)
        let cut = try await call(get, [:]) { _ in .answer(200, [], long) }
        #expect(cut.output?.bytesBeforeCut == 3_000_000)
        #expect(cut.value?["body"].stringValue?.utf8.count == 1 << 20)
        let limited = try await call(get, ["max_bytes": 100]) { _ in .answer(200, [], long) }
        #expect(limited.failure?.kind == .invalidOutput)
        let whole = try await call(get, ["max_bytes": 3_000_000]) { _ in .answer(200, [], long) }
        #expect(whole.value?["body"].stringValue?.utf8.count == 3_000_000)
        let json = try await call(get, [:]) { _ in .answer(200, [("Content-Type", "application/json")], "\"\(long)\"") }
        #expect(json.failure?.kind == .invalidOutput)
    }

    @Test func endlessBodiesEnd() async throws {
        let disconnected = Gate()
        let server = try await TestServer(disconnected: disconnected) { _ in .endless([("Content-Type", "text/plain")])
        }
        let result = await get.call(["url": .string(server.url)], in: folder)
        #expect((result.output?.bytesBeforeCut ?? 0) > 1 << 20)
        await disconnected.wait()
        await server.close()
    }

    @Test(
        arguments: [
            (400, FailureClass.rejected), (404, .rejected), (429, .rateLimit), (500, .server), (501, .server),
            (502, .unavailable), (503, .unavailable), (504, .unavailable), (529, .unavailable),
        ] as [(Int, FailureClass)])
    func statuses(status: Int, kind: FailureClass) async throws {
        let long = String(repeating: "é", count: 2000)
        let result = try await call(get, [:], path: "/p?secret=1") { _ in
            .answer(status, [("Retry-After", "7")], "why" + long)
        }
        let failure = try #require(result.failure)
        #expect(failure.kind == kind)
        #expect(failure.details["status"] == .int(status))
        #expect(failure.details["body"].stringValue?.hasPrefix("why") == true)
        #expect(failure.details["body"].stringValue?.contains("\u{FFFD}") == false)
        #expect(failure.retryAfter == (kind == .rateLimit || kind == .unavailable ? .seconds(7) : nil))
        #expect(failure.message.hasPrefix("GET http://127.0.0.1:") && failure.message.contains("/p answered \(status)"))
        #expect(!failure.message.contains("secret"))
    }

    @Test func retryAfterADate() async throws {
        let result = try await call(get, [:]) { _ in
            .answer(
                503,
                [("Date", "Sun, 06 Nov 1994 08:49:30 GMT"), ("Retry-After", "Sun, 06 Nov 1994 08:50:30 GMT")], "")
        }
        #expect(result.failure?.retryAfter == .seconds(60))
    }

    // MARK: Redirects

    @Test func redirectsAreFollowedForReading() async throws {
        let answer: @Sendable (TestRequest) -> TestReply = { request in
            request.uri == "/end" ? .answer(200, [], "end") : .answer(302, [("Location", "/end")], "")
        }
        #expect(try await call(get, [:], reply: answer).value?["body"] == "end")
        #expect(try await call(request, ["method": "GET"], reply: answer).value?["body"] == "end")
        let post = try await call(request, ["method": "POST"], reply: answer)
        #expect(post.value?["status"] == 302)
        #expect(post.value?["headers"]["location"] == "/end")
    }

    @Test func redirectsEnd() async throws {
        let circle = try await call(get, [:]) { _ in .answer(302, [("Location", "/")], "") }
        #expect(circle.failure?.kind == .rejected)
        let spiral = try await call(get, [:]) { .answer(302, [("Location", $0.uri + "x")], "") }
        #expect(spiral.failure?.kind == .rejected)
    }

    // MARK: Faults

    @Test func connectionsThatFail() async throws {
        let hangUp = try await call(get, [:]) { _ in .hangUp }
        #expect(hangUp.failure?.kind == .connection)
        let server = try await TestServer { _ in .silence }
        await server.close()
        let refused = await get.call(["url": .string(server.url)], in: folder).failure
        #expect(refused?.kind == .connection)
        let place = server.url.replacing("http://", with: "").replacing("/", with: "")
        #expect(refused?.message == "no connection to \(server.url): nothing listens at \(place)")
        let unknown = await get.call(["url": "http://nosuch.invalid/"], in: folder).failure
        #expect(unknown?.kind == .connection)
        #expect(
            unknown?.message
                == "no connection to http://nosuch.invalid/: no address is known for the name nosuch.invalid")
    }

    @Test(arguments: [true, false])
    func timeouts(duringBody: Bool) async throws {
        let result = try await call(get, ["timeout": "50ms"]) { _ in duringBody ? .stalled : .silence }
        #expect(result.failure?.kind == .timeout)
    }

    @Test func anAnswerThatCameBeforeTheCancellationCounts() async throws {
        let call = try HTTPCall(
            method: "GET",
            ToolInvocation(
                run: RunID("run"), step: "a", attempt: 1, idempotencyKey: "key", arguments: ["url": "http://a/"],
                environment: [:], workingDirectory: folder.path, workspace: folder.path, logFile: nil,
                report: { _ in }))
        let (asked, cancelled) = (Gate(), Gate())
        let task = Task {
            await HTTPExchange.limited(call) {
                asked.open()
                await cancelled.wait()
                return .succeeded(ToolOutput("answer"))
            }
        }
        await asked.wait()
        task.cancel()
        cancelled.open()
        #expect(await task.value == .succeeded(ToolOutput("answer")))
    }

    @Test(arguments: [true, false])
    func cancellationClosesTheConnection(duringBody: Bool) async throws {
        let (arrived, disconnected) = (Gate(), Gate())
        let server = try await TestServer(disconnected: disconnected) { _ in
            arrived.open()
            return duringBody ? .stalled : .silence
        }
        let task = Task {
            await get.call(["url": .string(server.url)], in: folder)
        }
        await arrived.wait()
        task.cancel()
        #expect(await task.value == .cancelled)
        await disconnected.wait()
        await server.close()
    }
}
