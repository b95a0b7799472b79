/// What the words of `<AUTO>` ask for.
///
/// Words are matched with fixed lists, so the same words always mean the same. A word behind a negation (`not`, `no`,
/// `without`) means nothing, nor does one that is in no list.
package struct AutoWords: Hashable, Sendable {
    package var task: KnownTask?
    package var tier: ModelTier?
    package var strategy: ModelStrategy?
    package var needs: Set<ModelCapability> = []
    /// The least context window, in tokens.
    package var contextWindow: Int?
    /// The providers to choose among; empty is all.
    package var providers: Set<String> = []
    /// The words that meant something, in their order.
    package private(set) var understood: [String] = []

    private static let negations: Set<String> = ["not", "no", "without", "never", "don't", "dont", "isn't", "needn't"]
    /// How far before a word a negation is looked for.
    private static let reach = 3

    private static let strategies: [(ModelStrategy, [String])] = [
        (.cost, ["cheap", "cheapest", "inexpensive", "low cost", "economical", "affordable", "save money"]),
        (.performance, ["fast", "fastest", "quick", "quickest", "quickly", "low latency", "real time", "realtime"]),
        (
            .accuracy,
            [
                "best", "smartest", "accurate", "most accurate", "high quality", "highest quality", "careful",
                "carefully", "thorough", "precise", "reliable", "expert",
            ]
        ),
        (.balanced, ["balanced"]),
    ]
    private static let tiers: [(ModelTier, [String])] = [
        (.cheap, ["small", "tiny", "mini", "lightweight"]), (.capable, ["capable", "medium sized"]),
        (.premium, ["premium", "frontier", "flagship", "powerful", "strongest", "large model", "big model"]),
    ]
    private static let capabilities: [(ModelCapability, [String])] = [
        (
            .vision,
            [
                "image", "images", "picture", "pictures", "photo", "photos", "screenshot", "screenshots", "vision",
                "diagram", "diagrams", "chart", "charts",
            ]
        ), (.tools, ["tool", "tools", "function calling", "function calls"]),
        (.jsonSchema, ["json", "structured output", "schema"]),
        (.reasoning, ["reasoning", "think", "thinking", "step by step"]),
    ]
    private static let longContext = [
        "long context", "large context", "long document", "long documents", "long text", "book", "books",
        "whole repository", "entire repository", "codebase",
    ]
    /// What a text that is called long is taken to need.
    private static let longWindow = 200_000
    private static let providerWords: [(String, [String])] = [
        ("openai", ["openai", "gpt"]), ("anthropic", ["anthropic", "claude"]), ("google", ["google", "gemini"]),
        ("ollama", ["ollama", "local", "locally", "offline", "on device"]),
    ]

    package init(_ text: String) {
        let tokens = Self.tokens(text)
        var found: [(start: Int, words: String)] = []
        func match(_ phrases: [String]) -> (start: Int, length: Int)? {
            var best: (start: Int, length: Int)?
            for phrase in phrases {
                let wanted = phrase.split(separator: " ").map(String.init)
                guard let start = Self.start(of: wanted, in: tokens) else { continue }
                if let known = best,
                    known.length > wanted.count || (known.length == wanted.count && known.start <= start)
                {
                    continue
                }
                best = (start, wanted.count)
            }
            if let best {
                found.append((best.start, tokens[best.start..<best.start + best.length].joined(separator: " ")))
            }
            return best
        }
        func first<Choice>(_ table: [(Choice, [String])]) -> Choice? {
            table.compactMap { choice, phrases in match(phrases).map { (choice, $0.start) } }.min { $0.1 < $1.1 }?.0
        }
        let wanted = Self.strategies.compactMap { strategy, phrases in match(phrases).map { (strategy, $0.start) } }
        strategy = Self.combined(wanted.sorted { $0.1 < $1.1 }.map(\.0))
        tier = first(Self.tiers)
        let tasks = KnownTask.all.compactMap { task in match(task.words).map { (task, $0) } }
        // Of several tasks the one named most exactly, then the first.
        task =
            tasks.min { left, right in
                (-left.1.length, left.1.start) < (-right.1.length, right.1.start)
            }?.0
        needs = task?.needs ?? []
        for (capability, phrases) in Self.capabilities where match(phrases) != nil { needs.insert(capability) }
        for (provider, phrases) in Self.providerWords where match(phrases) != nil { providers.insert(provider) }
        if match(Self.longContext) != nil { contextWindow = Self.longWindow }
        if let (start, count) = Self.tokenCount(in: tokens) {
            found.append((start, "\(tokens[start]) tokens"))
            contextWindow = count
        }
        for entry in found.sorted(by: { $0.start < $1.start }) where !understood.contains(entry.words) {
            understood.append(entry.words)
        }
    }

    /// Good and cheap, or good and fast, is neither alone. Of cheap and fast the first named counts.
    private static func combined(_ strategies: [ModelStrategy]) -> ModelStrategy? {
        guard strategies.contains(.accuracy), strategies.contains(where: { $0 == .cost || $0 == .performance }) else {
            return strategies.first
        }
        return .balanced
    }

    /// Words in lower case; a sign that ends a clause is a word of its own, over which no negation reaches.
    private static func tokens(_ text: String) -> [String] {
        var tokens: [String] = []
        var word = ""
        func end() {
            if !word.isEmpty { tokens.append(word) }
            word = ""
        }
        for character in text.lowercased() {
            if character.isLetter || character.isNumber || character == "'" {
                word.append(character)
            } else {
                end()
                if ",.;:!?()".contains(character) { tokens.append(",") }
            }
        }
        end()
        return tokens
    }

    /// Where `words` stand in `tokens` without a negation before them; nil if nowhere.
    private static func start(of words: [String], in tokens: [String]) -> Int? {
        guard words.count <= tokens.count else { return nil }
        return (0...(tokens.count - words.count)).first { start in
            tokens[start..<start + words.count].elementsEqual(words) && !isNegated(start, in: tokens)
        }
    }

    private static func isNegated(_ start: Int, in tokens: [String]) -> Bool {
        for token in tokens[max(0, start - reach)..<start].reversed() {
            if token == "," || token == "but" { return false }
            if negations.contains(token) { return true }
        }
        return false
    }

    /// `200k tokens`, `1m tokens`, `50000 tokens`.
    private static func tokenCount(in tokens: [String]) -> (start: Int, count: Int)? {
        for (index, token) in tokens.enumerated().dropLast() where tokens[index + 1].hasPrefix("token") {
            let scale = token.hasSuffix("k") ? 1000 : token.hasSuffix("m") ? 1_000_000 : 1
            let digits = scale == 1 ? token[...] : token.dropLast()
            guard let number = Int(digits), number > 0, number <= 100_000_000 / scale else { continue }
            return (index, number * scale)
        }
        return nil
    }
}
