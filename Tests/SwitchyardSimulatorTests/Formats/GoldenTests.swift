import Testing

@testable import SwitchyardSimulator

/// What is sent, to the letter, in each format.
struct GoldenTests {
    private static let text =
        "- reply: {reasoning: One thing first., text: 'Grüße, \"world\" 👋', "
        + "usage: {input: 100, output: 20, cached: 40, cache_write: 10, cache_write_long: 5, reasoning: 7}}"
    private static let tools =
        "- reply: {text: I look., tool_calls: [{name: find, arguments: {name: Ada, n: 2}}, {name: list, arguments: {}}], "
        + "usage: {input: 10, output: 5}}"

    @Test(arguments: [("text", text), ("tools", tools)])
    func `chat completions`(name: String, rules: String) throws {
        let body = #"{"model":"gpt-6-luna","messages":[{"role":"user","content":"Hi"}]"#
        try Golden.expect(try Asked.chat.transcript(body + "}", rules: rules), is: "chat-\(name).txt")
        let stream = body + #","stream":true,"stream_options":{"include_usage":true}}"#
        try Golden.expect(try Asked.chat.transcript(stream, rules: rules), is: "chat-\(name)-stream.txt")
    }

    @Test(arguments: [("text", text), ("tools", tools)])
    func `responses`(name: String, rules: String) throws {
        let body = #"{"model":"gpt-6-luna","input":"Hi","instructions":"Be kind.""#
        try Golden.expect(try Asked.responses.transcript(body + "}", rules: rules), is: "responses-\(name).txt")
        try Golden.expect(
            try Asked.responses.transcript(body + #","stream":true}"#, rules: rules),
            is: "responses-\(name)-stream.txt")
    }

    @Test(arguments: [("text", text), ("tools", tools)])
    func `messages`(name: String, rules: String) throws {
        let body = #"{"model":"claude-haiku-5-5","max_tokens":99,"messages":[{"role":"user","content":"Hi"}]"#
        try Golden.expect(try Asked.messages.transcript(body + "}", rules: rules), is: "messages-\(name).txt")
        try Golden.expect(
            try Asked.messages.transcript(body + #","stream":true}"#, rules: rules),
            is: "messages-\(name)-stream.txt")
    }

    @Test(arguments: [("text", text), ("tools", tools)])
    func `generateContent`(name: String, rules: String) throws {
        let body = #"{"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}"#
        try Golden.expect(try Asked.gemini.transcript(body, rules: rules), is: "gemini-\(name).txt")
        try Golden.expect(try Asked.geminiStream.transcript(body, rules: rules), is: "gemini-\(name)-stream.txt")
        try Golden.expect(try Asked.geminiArray.transcript(body, rules: rules), is: "gemini-\(name)-array.txt")
    }

    @Test(arguments: [("text", text), ("tools", tools)])
    func `ollama`(name: String, rules: String) throws {
        let body = #"{"model":"qwen3:8b","messages":[{"role":"user","content":"Hi"}]"#
        try Golden.expect(
            try Asked.ollama.transcript(body + #","stream":false}"#, rules: rules), is: "ollama-\(name).txt")
        try Golden.expect(try Asked.ollama.transcript(body + "}", rules: rules), is: "ollama-\(name)-stream.txt")
    }

    /// Every kind of error, one after the other.
    @Test(arguments: [
        ("chat", Asked.chat), ("responses", Asked.responses), ("messages", Asked.messages), ("gemini", Asked.gemini),
        ("ollama", Asked.ollama),
    ])
    func `errors`(name: String, asked: Asked) throws {
        let body =
            #"{"model":"m","max_tokens":9,"input":"x","messages":[{"role":"user","content":"x"}],"#
            + #""contents":[{"parts":[{"text":"x"}]}]}"#
        var text = ""
        for kind in ErrorKind.allCases {
            let wait = kind == .rateLimit ? ", retry_after: 1500ms" : ""
            let rules = "- reply: {fault: {error: \(kind.rawValue)\(wait)}}"
            let transcript = try asked.transcript(body, rules: rules)
            let lines = transcript.split(separator: "\n", omittingEmptySubsequences: false)
            // The headers that every reply has are in the other texts.
            let kept = lines.filter { !$0.hasPrefix("x-ratelimit") && !$0.hasPrefix("anthropic-ratelimit") }
            text += "# \(kind.rawValue)\n" + kept.joined(separator: "\n") + "\n"
        }
        try Golden.expect(text, is: "\(name)-errors.txt")
    }
}
