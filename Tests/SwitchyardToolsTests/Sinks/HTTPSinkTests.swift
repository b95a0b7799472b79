import NIOHTTP1
import OrderedCollections
import SwitchyardCore
import Synchronization
import Testing

@testable import SwitchyardTools

/// Hostile texts in URLs, headers and bodies, as a real server decodes them: each arrives in its place, one request for
/// each call, and no header but those that were given.
@Suite struct HTTPSinkTests {
    private static let count = 20_000
    private static let batch = 100

    /// A server that keeps what it got.
    private final class Recorder: Sendable {
        private let requests = Mutex<[TestRequest]>([])

        func take(_ request: TestRequest) -> TestReply {
            requests.withLock { $0.append(request) }
            return .answer(200, [], "")
        }

        /// What came since the last time.
        func taken() -> [TestRequest] {
            requests.withLock { requests in
                defer { requests = [] }
                return requests
            }
        }
    }

    /// A server, and calls of it.
    private struct Target {
        let folder: TemporaryFolder
        let recorder: Recorder
        let server: TestServer

        /// The template of a url of the server, as the reader of pipelines makes it.
        func url(_ text: String) throws -> Template {
            try URLTemplate.encodingHoles(of: try Template.parse(server.url + text)).template
        }

        private func result(
            _ tool: any Tool, _ url: Template, _ values: [String], _ more: Value
        ) async throws -> ToolResult {
            var arguments = more.objectValue ?? [:]
            arguments["url"] = .string(try url.text(in: Scope(inputs: ["v": Value(values)])))
            return await tool.call(.object(arguments), in: folder)
        }

        /// The one request that a call sends.
        func request(
            _ url: Template, _ values: [String] = [], _ more: Value = [:], of tool: any Tool = HTTPGetTool()
        ) async throws -> TestRequest {
            let result = try await result(tool, url, values, more)
            #expect(result.failure == nil)
            let requests = recorder.taken()
            try #require(requests.count == 1)
            return requests[0]
        }

        /// Expects a call to be refused, and nothing to be sent.
        func refuses(_ url: Template, _ values: [String] = [], _ more: Value = [:]) async throws {
            let result = try await result(HTTPGetTool(), url, values, more)
            #expect(result.failure?.kind == .invalidInput)
            #expect(recorder.taken().isEmpty)
        }
    }

    private func withTarget(_ body: (Target) async throws -> Void) async throws {
        let recorder = Recorder()
        let server = try await TestServer { recorder.take($0) }
        try await body(Target(folder: try TemporaryFolder(), recorder: recorder, server: server))
        await server.close()
    }

    @Test func `20000 hostile texts stay in their part of the url`() async throws {
        let texts = String.hostile(Self.count, seed: 3)
        let segments = (0..<50).map { "x{{ inputs.v[\($0)] }}" }.joined(separator: "/")
        let parameters = (50..<75).map { "p\($0)={{ inputs.v[\($0)] }}" }.joined(separator: "&")
        try await withTarget { target in
            let url = try target.url("/\(segments)?\(parameters)")
            for start in stride(from: 0, to: Self.count, by: Self.batch) {
                let values = Array(texts[start..<(start + Self.batch)])
                var query: Value = [:]
                for index in 75..<Self.batch { query = query.with("p\(index)", .string(values[index])) }
                let request = try await target.request(url, values, ["query": query])
                let parts = request.uri.utf8.split(separator: UInt8(ascii: "?"), omittingEmptySubsequences: false)
                try #require(parts.count == 2)
                let path = parts[0].split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
                #expect(path.map(decoded) == values[..<50].map { Array("x\($0)".utf8) })
                let items = parts[1].split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
                #expect(items.map(decoded) == (50..<Self.batch).map { Array("p\($0)=\(values[$0])".utf8) })
            }
        }
    }

    @Test func `20000 hostile texts are headers, or no request is sent`() async throws {
        let texts = String.hostile(Self.count, seed: 4)
        let forbidden = texts.filter { $0.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F } }
        let allowed = texts.filter { !$0.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F } }
        #expect(forbidden.count > 3_000 && allowed.count > 3_000)
        try await withTarget { target in
            let url = try target.url("/")
            for text in forbidden {
                try await target.refuses(url, [], ["headers": ["X-One": "a", "X-Two": .string(text)]])
            }
            for start in stride(from: 0, to: allowed.count, by: Self.batch) {
                let values = allowed[start..<min(start + Self.batch, allowed.count)]
                var headers: Value = [:]
                for (index, value) in values.enumerated() { headers = headers.with("X-\(index)", .string(value)) }
                let request = try await target.request(url, [], ["headers": headers])
                let own = request.headers.filter { $0.name.hasPrefix("X-") }
                #expect(own.map(\.name) == values.indices.map { "X-\($0 - start)" })
                // Space around a value is no part of it (RFC 9110, 5.5).
                #expect(own.map { trimmed($0.value) } == values.map(trimmed))
                let others = request.headers.map { $0.name.lowercased() }.filter { !$0.hasPrefix("x-") }
                #expect(Set(others).isSubset(of: ["host", "user-agent", "accept", "connection", "content-length"]))
                #expect(request.body == "")
            }
        }
    }

    @Test func `names of headers are tokens`() async throws {
        try await withTarget { target in
            let url = try target.url("/")
            for text in String.hostile(2_000, seed: 5) where !text.utf8.allSatisfy(HTTPHeaderField.isTokenByte) {
                try await target.refuses(url, [], ["headers": Value.null.with(text, "x")])
            }
            for name in ["Content-Length", "transfer-encoding", "HOST", "", "X\u{301}"] {
                try await target.refuses(url, [], ["headers": Value.null.with(name, ["1", "2"])])
            }
        }
    }

    @Test func `20000 hostile texts stay in their member of a body`() async throws {
        let texts = String.hostile(Self.count, seed: 6)
        let members = (0..<Self.batch).map { index in
            index % 2 == 0
                ? "\"m\(index)\": {{ inputs.v[\(index)] }}" : "\"m\(index)\": \"a {{ inputs.v[\(index)] }}\\n\""
        }
        let written = try #require(
            try JSONTemplate.encodingHoles(of: try Template.parse("{\(members.joined(separator: ", "))}"))
        ).template
        try await withTarget { target in
            let url = try target.url("/")
            for start in stride(from: 0, to: Self.count, by: Self.batch) {
                let values = Array(texts[start..<(start + Self.batch)])
                let isText = start % (2 * Self.batch) == 0
                let body: Value =
                    isText ? .string(try written.text(in: Scope(inputs: ["v": Value(values)]))) : Value(values)
                let request = try await target.request(
                    url, [], ["method": "POST", "body": body], of: HTTPRequestTool())
                let parsed = try JSON.parse(request.body)
                let got = isText ? parsed.objectValue.map { Array($0.values) } : parsed.arrayValue
                let expected = values.enumerated().map { index, value in
                    isText && index % 2 == 1 ? "a \(value)\n" : value
                }
                #expect(got?.map { Array(($0.stringValue ?? "").utf8) } == expected.map { Array($0.utf8) })
            }
        }
    }

    @Test(arguments: [
        "/a/{{ inputs.v[0] }}", "/{{ inputs.v[0] }}/b", "/{{ inputs.v[0] }}?x", "/a/%2e{{ inputs.v[1] }}", "/a/./b",
        "/%2E%2e/b", "/a\\b",
    ])
    func `no value leads to another path`(url: String) async throws {
        try await withTarget { target in try await target.refuses(try target.url(url), ["..", "."]) }
    }

    @Test(arguments: [
        "127.0.0.1:1\u{0}", "127.0.0.1\r\nX-Evil: 1", "u@127.0.0.1", "127.0.0.1/a", "127.0.0.1#", "127.0.0.1:80",
    ])
    func `no value becomes more than a host`(host: String) async throws {
        let url = try URLTemplate.encodingHoles(of: try Template.parse("http://{{ inputs.v }}/")).template
        let folder = try TemporaryFolder()
        let result = await HTTPGetTool().call(
            ["url": .string(try url.text(in: Scope(inputs: ["v": .string(host)])))], in: folder)
        #expect(result.failure?.message == "the host of the url contains a character that no host has")
    }

    private func trimmed(_ text: String) -> [UInt8] {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 }
        var bytes = Array(text.utf8)[...].drop(while: isSpace)
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return Array(bytes)
    }

    private func decoded(_ text: some Collection<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Array(text)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            bytes.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}

extension Value {
    /// The object with one more member.
    fileprivate func with(_ name: String, _ value: Value) -> Value {
        var members = objectValue ?? [:]
        members[name] = value
        return .object(members)
    }
}
