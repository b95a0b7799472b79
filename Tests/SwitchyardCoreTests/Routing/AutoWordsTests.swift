import SwitchyardCore
import Testing

@Suite struct AutoWordsTests {
    struct Case: Sendable, CustomStringConvertible {
        var words: String
        var meaning: String
        var description: String { words }
    }

    @Test(arguments: [
        Case(words: "summarize a long document, cheap", meaning: "summarize cost 200000"),
        Case(words: "a cheap and fast model", meaning: "cost"),
        Case(words: "fast, if possible cheap", meaning: "performance"),
        Case(words: "the best model for code review", meaning: "review_code accuracy"),
        Case(words: "cheap but accurate translation", meaning: "translate balanced"),
        Case(words: "Describe the image as JSON", meaning: "describe_image json_schema+vision"),
        Case(words: "needs tools and 300k tokens of context", meaning: "300000 tools"),
        Case(words: "write SQL with claude", meaning: "write @anthropic"),
        Case(words: "something local for extraction", meaning: "extract @ollama"),
        Case(words: "not cheap, no tools, without images", meaning: ""),
        Case(words: "no tools but vision", meaning: "vision"),
        Case(words: "premium reasoning, step by step", meaning: "premium reasoning"),
        Case(words: "do not use openai; a small model", meaning: "cheap"),
        Case(words: "please do it well", meaning: ""),
        Case(words: "cheapskates and toolboxes", meaning: ""),
    ]) func `words mean what the lists say`(_ example: Case) {
        let words = AutoWords(example.words)
        var parts = [words.task?.name, words.tier?.rawValue, words.strategy?.rawValue].compactMap(\.self)
        if let window = words.contextWindow { parts.append("\(window)") }
        let needs = words.needs.map(\.rawValue).sorted().joined(separator: "+")
        if !needs.isEmpty { parts.append(needs) }
        parts += words.providers.sorted().map { "@\($0)" }
        #expect(parts.joined(separator: " ") == example.meaning)
    }

    @Test func `what was understood is told in its order`() {
        #expect(
            AutoWords("A fast model, long context, for classification of 200k tokens").understood
                == ["fast", "long context", "classification", "200k tokens"])
    }

    @Test func `known tasks have names of their own and every word means one of them`() {
        let names = KnownTask.all.map(\.name)
        #expect(Set(names).count == names.count)
        for task in KnownTask.all {
            for word in task.words { #expect(AutoWords(word).task == task, "\(word)") }
        }
    }

    @Test(arguments: 0..<300 as Range<UInt64>) func `any text is read without harm`(_ seed: UInt64) {
        var draws = DrawGenerator(seed: seed)
        let pieces = [
            "cheap", "not", "k", "tokens", "9999999999999999999", "1m", ",", " ", "é", "\u{1F600}", "code", "review",
        ]
        let text = (0..<20).compactMap { _ in pieces.randomElement(using: &draws) }.joined(
            separator: seed % 2 == 0 ? " " : "")
        let words = AutoWords(text)
        #expect((words.contextWindow ?? 1) > 0)
        #expect(AutoWords(text) == words)
    }
}
