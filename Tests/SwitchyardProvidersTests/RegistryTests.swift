import NIOHTTP1
import SwitchyardCore
import Testing

@testable import SwitchyardProviders

@Suite struct RegistryTests {
    @Test func dispatch() async throws {
        let text = String(decoding: try Dialect.anthropic.stream("text"), as: UTF8.self)
        let server = try await TestServer { request in
            request.headers.first(name: "authorization") == "Bearer key-of-CLAUDE"
                ? .answer(200, [("content-type", "text/event-stream")], text) : .answer(401, [], "")
        }
        let registry = ProviderRegistry(
            [
                ProviderSettings(name: "claude", kind: .anthropic, baseURL: server.url, key: .environment("CLAUDE")),
                ProviderSettings(name: "local", kind: .compatible, baseURL: server.url),
            ],
            keys: { source throws(KeyProblem) in
                guard case .environment(let name) = source else { throw KeyProblem("no") }
                return "key-of-\(name)"
            })
        func run(_ model: String) async throws -> ModelResponse {
            try await registry.run(
                ModelRequest(model: ModelID(model), messages: [.user("Hi")]), in: ExecutionContext())
        }
        #expect(try await run("claude/x").text == "Hello, wörld 👋")
        await #expect { try await run("local/x") } throws: { ($0 as? ModelError)?.message == "local wants a key (401)" }
        await #expect { try await run("clade/x") } throws: {
            ($0 as? ModelError)?.message == "there is no provider `clade`; did you mean `claude`?"
        }
        await #expect { try await run("none") } throws: { ($0 as? ModelError)?.kind == .invalidRequest }
        #expect(registry["local"]?.settings.kind == .compatible && registry["x"] == nil)
        await server.close()
    }

    @Test func defaults() {
        func settings(_ environment: [String: String]) -> [ProviderSettings] {
            ProviderDefaults.settings(environment: environment)
        }
        #expect(settings([:]).map(\.name) == ["openai", "anthropic", "google", "ollama"])
        #expect(settings([:])[2].key == .environment("GEMINI_API_KEY"))
        #expect(settings(["GOOGLE_API_KEY": "x"])[2].key == .environment("GOOGLE_API_KEY"))
        #expect(settings(["GOOGLE_API_KEY": "x", "GEMINI_API_KEY": "y"])[2].key == .environment("GEMINI_API_KEY"))
    }

    @Test(
        arguments: [
            ("", "http://127.0.0.1:11434"), ("0.0.0.0", "http://127.0.0.1:11434"), (":8000", "http://127.0.0.1:8000"),
            ("gpu.lan", "http://gpu.lan:11434"), ("gpu.lan:99", "http://gpu.lan:99"),
            ("https://gpu.lan", "https://gpu.lan:443"), ("http://gpu.lan/", "http://gpu.lan:80"),
            ("http://gpu.lan:1/ollama", "http://gpu.lan:1/ollama"), ("[::1]:99", "http://[::1]:99"),
            ("::1", "http://[::1]:11434"), ("::", "http://127.0.0.1:11434"),
        ])
    func ollamaHosts(host: String, url: String) {
        #expect(ProviderDefaults.ollama(host) == url)
    }

    @Test func probes() async throws {
        let server = try await TestServer { request in
            switch request.uri {
            case "/api/tags": .answer(200, [], "{\"models\":[{\"name\":\"qwen3:8b\"}]}")
            case "/v1/models": .answer(200, [], "{\"data\":[{\"id\":\"m1\"},{\"id\":\"m2\"}]}")
            case "/v1/models?limit=1000":
                .answer(
                    401, [],
                    "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"bad sk-canary\"}}")
            case "/v1/models?pageSize=1000": .answer(200, [], "{\"models\":[{\"name\":\"models/gemini-4-argon\"}]}")
            default: .answer(404, [("content-type", "text/html")], "<html>")
            }
        }
        let slow = try await TestServer { _ in .silence }
        let closed = try await TestServer { _ in .silence }
        await closed.close()
        let key = SecretSource.environment("K")
        let probe = ProviderProbe(
            [
                ProviderSettings(name: "a", kind: .openai, baseURL: server.url + "/v1", key: key),
                ProviderSettings(name: "b", kind: .anthropic, baseURL: server.url, key: key),
                ProviderSettings(name: "c", kind: .google, baseURL: server.url, key: key),
                ProviderSettings(name: "d", kind: .openai, baseURL: server.url, key: .environment("NONE")),
                ProviderSettings(name: "e", kind: .compatible, baseURL: server.url + "/x"),
            ],
            local: [
                ProviderSettings(
                    name: "Ollama", kind: .ollama, baseURL: server.url.replacing("127.0.0.1", with: "localhost")),
                ProviderSettings(name: "vLLM", kind: .compatible, baseURL: closed.url),
            ], timeout: .seconds(60),
            keys: { source throws(KeyProblem) in source == key ? "sk-canary" : nil })
        let findings = await probe.run()
        #expect(findings.map(\.name) == ["a", "b", "c", "d", "e", "vLLM"])
        #expect(findings.map(\.isConfigured) == [true, true, true, true, true, false])
        #expect(findings[0].outcome == .answers(models: ["m1", "m2"]))
        #expect(findings[1].outcome == .keyRefused("b did not accept the key from the variable K (401)"))
        #expect(findings[2].outcome == .answers(models: ["gemini-4-argon"]))
        #expect(findings[3].outcome == .noKey("d wants a key: there is none in the variable NONE"))
        guard case .fails = findings[4].outcome, case .unreachable = findings[5].outcome else {
            Issue.record("\(findings)")
            return
        }
        let silent = ProviderProbe(
            [ProviderSettings(name: "f", kind: .compatible, baseURL: slow.url)], local: [],
            timeout: .milliseconds(50), keys: { _ throws(KeyProblem) in nil })
        #expect(await silent.run().map(\.outcome) == [.unreachable("f did not answer within 50ms")])
        let local = ProviderProbe(
            [], local: [ProviderSettings(name: "Ollama", kind: .ollama, baseURL: server.url)],
            keys: { _ throws(KeyProblem) in nil })
        #expect(await local.run().map(\.outcome) == [.answers(models: ["qwen3:8b"])])
        #expect(ModelList.server(in: ["data": [["id": "x", "owned_by": "llamacpp"]]]) == "llama.cpp")
        await server.close()
        await slow.close()
    }
}
