import SwitchyardCore
import Testing

@Suite struct TokenEstimateTests {
    /// Counts that well-known tokenizers give, from their publishers' examples: none may be above the estimate.
    @Test(arguments: [
        ("", 0), ("a", 1), ("hello world", 2), ("The quick brown fox jumps over the lazy dog.", 10),
        ("1234567890", 4), ("你好世界", 4), ("Привет, мир", 6), ("{\"a\": [1, 2, 3]}", 8),
    ]) func `an estimate is not below a real count`(_ text: String, _ tokens: Int) {
        #expect(TokenEstimate.tokens(in: text) >= tokens)
        #expect(TokenEstimate.tokens(in: text) <= max(1, text.utf8.count))
    }

    @Test func `the rule is the documented one`() {
        #expect(TokenEstimate.tokens(in: "abc") == 1)
        #expect(TokenEstimate.tokens(in: "abcd") == 2)
        #expect(TokenEstimate.tokens(in: "1234") == 2)
        #expect(TokenEstimate.tokens(in: "世") == 2)
        #expect(TokenEstimate.tokens(in: "世界") == 3)
        #expect(TokenEstimate.tokens(in: "я") == 1)
        // 24 thirds and 36 times two thirds.
        #expect(TokenEstimate.tokens(in: String(repeating: "a", count: 60)) == 32)
    }

    @Test func `everything that is sent counts`() {
        var request = ModelRequest(messages: [.user("abc")])
        var last = TokenEstimate.inputTokens(of: request)
        func grows(by tokens: ClosedRange<Int>, _ change: (inout ModelRequest) -> Void) {
            change(&request)
            let now = TokenEstimate.inputTokens(of: request)
            #expect(tokens.contains(now - last))
            last = now
        }
        grows(by: 10...12) { $0.system = "abcdef" }
        grows(by: 9...9) { $0.messages.append(.assistant("abc")) }
        grows(by: 1500...2000) {
            $0.messages.append(ModelMessage(.user, [.image(ImageContent(mediaType: "image/png", bytes: []))]))
        }
        grows(by: 25...45) {
            $0.tools.append(ToolDefinition(name: "find", description: "finds", parameters: ["type": "object"]))
        }
        grows(by: 25...45) { $0.outputSchema = OutputSchema(schema: ["type": "object"]) }
        grows(by: 25...50) {
            let call = ToolCall(id: "1", name: "find", arguments: .object(["query": "abc"]))
            $0.messages.append(ModelMessage(.assistant, [.toolCall(call)]))
        }
        grows(by: 25...50) {
            let result = ToolCallResult(id: "1", name: "find", content: "abc")
            $0.messages.append(ModelMessage(.tool, [.toolResult(result)]))
        }
    }
}
