import SwitchyardCore
import Testing

@testable import SwitchyardSimulator

/// Faults, as the script of what is sent.
struct FaultTests {
    private static let question = #"{"model":"m","messages":[{"role":"user","content":"x"}]"#
    private static let stream = question + #","stream":true}"#
    private static let whole = question + "}"
    private static let six = "text: One two three four five six"

    /// What the pieces of a chat stream say, with `|` between them.
    private func said(_ script: Script) -> String {
        script.pieces.map { piece in
            let data = piece.text.dropFirst("data: ".count).dropLast(2)
            guard let value = try? JSON.parse(String(data)) else { return "<\(data.prefix(8))>" }
            if !value["error"].isNull { return "error \(value["error"]["code"].rendered)" }
            guard let choice = value["choices"].arrayValue?.first else { return "?" }
            return choice["finish_reason"].stringValue ?? choice["delta"]["content"].rendered
        }.joined(separator: "|")
    }

    @Test(arguments: [
        ("cut_after: 2", "|One two| three four", Script.Ending.cut), ("cut_after: 0", "", .cut),
        ("cut_after: 99", "|One two| three four| five six", .cut),
        ("{stall_after: 1, lasting: 2s}", "|One two", .stall(.seconds(2))),
        ("{error_in_stream: overloaded, after: 1}", "|One two|error server_is_overloaded", .whole),
        ("{error_in_stream: server, after: 0}", "error ", .whole),
        ("malformed: true", "|One two|<{\"id\":\"c>| five six|stop|<[DONE]>", .whole),
        ("wrong_types: true", "|?|?|?|stop|<[DONE]>", .whole),
        ("drop: true", "|One two| three four| five six|stop|<[DONE]>", .drop),
    ])
    func `of a stream`(fault: String, said: String, ending: Script.Ending) throws {
        let fault = fault.hasPrefix("{") ? fault : "{\(fault)}"
        let script = try Asked.chat.script(Self.stream, rules: "- reply: {\(Self.six), fault: \(fault)}")
        #expect(self.said(script) == said && script.ending == ending && script.status == 200)
    }

    @Test func `of an answer that is not streamed`() throws {
        func script(_ fault: String) throws -> Script {
            try Asked.chat.script(Self.whole, rules: "- reply: {\(Self.six), fault: {\(fault)}}")
        }
        let cut = try script("cut_after: 3")
        #expect(cut.ending == .cut && cut.length == 2 * cut.text.utf8.count + (cut.length ?? 0) % 2)
        #expect(try script("stall_after: 3, lasting: 1s").ending == .stall(.seconds(1)))
        let malformed = try script("malformed: true")
        #expect(malformed.length == malformed.text.utf8.count)
        #expect(throws: JSON.ParseError.self) { try JSON.parse(malformed.text) }
        let wrong = try JSON.parse(try script("wrong_types: true").text)
        #expect(wrong["choices"] == 42 && wrong["usage"] == "many")
        let error = try script("error_in_stream: server")
        #expect(try error.status == 200 && JSON.parse(error.text)["error"]["type"] == "server_error")
        let huge = try JSON.parse(try script("huge: 100KiB").text)
        #expect(huge["choices"].arrayValue?[0]["message"]["content"].stringValue?.utf8.count == 102_400)
    }

    @Test func `a huge stream has pieces of a decent size`() throws {
        let script = try Asked.chat.script(Self.stream, rules: "- reply: {fault: {huge: 1MiB}}")
        #expect((40...200).contains(script.pieces.count))
    }

    @Test func `bodies of errors that are not the provider's`() throws {
        func script(_ body: String) throws -> Script {
            try Asked.gemini.script(
                #"{"contents":[{"parts":[{"text":"x"}]}]}"#, rules: "- reply: {fault: {status: 502, body: \(body)}}")
        }
        #expect(try script("html").text.hasPrefix("<html>") && script("html").headers[0].value == "text/html")
        #expect(try script("empty").text.isEmpty && script("empty").status == 502)
        #expect(try script("text").text.hasPrefix("[simulated]"))
        #expect(try JSON.parse(script("array").text).arrayValue?.count == 1)
    }

    @Test func `delays are the pace's, and pieces alone have them`() throws {
        let script = try Asked.chat.script(
            Self.stream, rules: "- reply: {\(Self.six), stream: {first_after: 9ms, every: 2ms}, fault: {slow: 1s}}")
        #expect(
            script.pieces.map(\.delay)
                == [.zero, .milliseconds(9), .milliseconds(2), .milliseconds(2), .zero, .zero])
        #expect(script.slow == .seconds(1) && script.ending == .whole)
    }

    @Test func `an answer longer than allowed is cut`() throws {
        let body = Self.question + #","max_completion_tokens":3}"#
        let reply = try JSON.parse(try Asked.chat.script(body, rules: "- reply: {\(Self.six)}").text)
        #expect(reply["choices"].arrayValue?[0]["message"]["content"] == "One two three")
        #expect(reply["choices"].arrayValue?[0]["finish_reason"] == "length")
        #expect(reply["usage"]["completion_tokens"] == 3)
    }

    @Test func `requests that a provider would refuse are refused`() throws {
        func refused(_ asked: Asked, _ body: String) throws -> String {
            let script = try asked.script(body, rules: "- reply: x")
            let body = try JSON.parse(script.text)
            #expect(script.headers.contains { $0 == Script.label })
            return "\(script.status) " + (body["error"]["message"].stringValue ?? body["error"].rendered)
        }
        #expect(
            try refused(.chat, "{") == "400 We could not parse the JSON body of your request: "
                + "a member name in quotes is expected")
        #expect(try refused(.chat, #"{"messages":[1]}"#) == "400 you must provide a model parameter")
        #expect(try refused(.chat, #"{"model":"m"}"#) == "400 Missing required parameter: 'messages'.")
        #expect(try refused(.responses, #"{"model":"m"}"#) == "400 Missing required parameter: 'input'.")
        let message = #""messages":[{"role":"user","content":"x"}]"#
        #expect(try refused(.messages, #"{"model":"m",\#(message)}"#) == "400 max_tokens: Field required")
        #expect(
            try refused(Asked(path: "/v1/messages"), #"{"model":"m","max_tokens":1,\#(message)}"#)
                == "400 anthropic-version: header is required")
        #expect(
            try refused(.messages, #"{"model":"m","max_tokens":1,"top_k":4,\#(message)}"#)
                == "400 top_k: Extra inputs are not permitted")
        #expect(
            try refused(.gemini, "{}") == "400 * GenerateContentRequest.contents: contents is not specified")
        #expect(try refused(.ollama, "{}") == "400 model is required")
        #expect(
            try refused(Asked(path: "/v2/x"), "{}") == "404 [simulated] Unknown request URL: POST /v2/x.")
    }

    @Test func `a hole without a value is an error of the server that names it`() throws {
        let script = try Asked.chat.script(Self.whole, rules: "- reply: '{{ inputs.tool_results[3] }}'")
        #expect(script.status == 500 && script.text.contains("inputs.tool_results[3]"))
    }

    @Test func `without a rule the answer names the question and calls no tool`() throws {
        let body =
            #"{"model":"m","messages":[{"role":"user","content":"Tell me all about the long history of trains"}],"#
            + #""tools":[{"type":"function","function":{"name":"f","parameters":{}}}]}"#
        let reply = try JSON.parse(try Asked.chat.script(body, rules: "- {match: {model: other}, reply: x}").text)
        let message = try #require(reply["choices"].arrayValue?[0]["message"])
        #expect(message["content"] == "[simulated] An answer to: Tell me all about the long history of ...")
        #expect(message["tool_calls"].isNull)
    }
}
