import SwitchyardCore

/// Calls of models whose outcome is known for every model: what a router should find out.
struct SyntheticCalls {
    /// What would become of a call at one model.
    struct Outcome {
        var succeeds: Bool
        /// How likely that was.
        var probability: Double
        var cost: MicroDollars
        var usage: TokenUsage
        var latency: Duration
    }

    struct Call {
        var task: String
        var inputTokens: Int
        /// In the order of ``models``.
        var outcomes: [Outcome]
    }

    struct Model {
        var name: String
        /// The share of answers that can be used, by task.
        var quality: [Double]
        /// Its answers' length, against the others'.
        var wordiness: Double
        var seconds: Double
    }

    static let count = 10_000
    /// From here on ``degraded`` is good for only a part of what it was.
    static let change = 5000
    static let degraded = 1
    private static let whatIsLeft = 0.4

    /// Name, how often of 100 calls, tokens of input and output.
    static let tasks: [(name: String, share: Int, input: Int, output: Int)] = [
        ("summarize", 30, 3000, 250), ("extract", 25, 2000, 150), ("answer", 20, 1500, 350),
        ("generate_code", 15, 2500, 900), ("debug", 10, 5000, 800),
    ]

    /// None is the best at everything, and the two cheapest cost nearly the same.
    static let models: [Model] = [
        Model(name: "openai/gpt-6-luna", quality: [0.80, 0.95, 0.62, 0.50, 0.42], wordiness: 1, seconds: 1.4),
        Model(
            name: "anthropic/claude-haiku-5-5", quality: [0.93, 0.82, 0.70, 0.60, 0.45], wordiness: 0.97, seconds: 1.6),
        Model(name: "google/gemini-3.8-flash", quality: [0.90, 0.93, 0.78, 0.64, 0.50], wordiness: 1.1, seconds: 1.8),
        Model(name: "openai/gpt-6.1-sol", quality: [0.94, 0.97, 0.93, 0.84, 0.65], wordiness: 1.2, seconds: 4.2),
        Model(
            name: "anthropic/claude-sonnet-5-5", quality: [0.97, 0.93, 0.88, 0.94, 0.74], wordiness: 1.1, seconds: 3.8),
        Model(name: "anthropic/claude-opus-5-5", quality: [0.94, 0.93, 0.92, 0.91, 0.88], wordiness: 1.3, seconds: 7),
    ]

    let catalogue: ModelCatalogue
    let calls: [Call]

    init(seed: UInt64) {
        var catalogue = ModelCatalogue()
        for entry in Self.models { catalogue.add(ModelCatalogue.shipped.facts(of: model(entry.name))) }
        self.catalogue = catalogue
        var draws = DrawGenerator(seed: seed)
        calls = (0..<Self.count).map { number in Self.call(number, catalogue, &draws) }
    }

    /// How good model `index` is at task `task` when call `number` is made.
    static func quality(_ index: Int, _ task: Int, at number: Int) -> Double {
        models[index].quality[task] * (index == degraded && number >= change ? whatIsLeft : 1)
    }

    private static func call(_ number: Int, _ catalogue: ModelCatalogue, _ draws: inout DrawGenerator) -> Call {
        var rest = Int.random(in: 0..<100, using: &draws)
        var task = 0
        while rest >= tasks[task].share {
            rest -= tasks[task].share
            task += 1
        }
        let size = 0.4 + 1.2 * draws.unit()
        let input = Int(Double(tasks[task].input) * size)
        // A hard question is hard for all models, mostly.
        let difficulty = draws.unit()
        let outcomes = models.indices.map { index in
            let own = draws.unit()
            let luck = draws.unit() < 0.7 ? difficulty : own
            let quality = quality(index, task, at: number)
            let output = Int(Double(tasks[task].output) * size * models[index].wordiness * (0.8 + 0.4 * draws.unit()))
            let usage = TokenUsage(uncachedInput: input, cacheRead: 0, cacheWrite: 0, output: output)
            let facts = catalogue.facts(of: model(models[index].name))
            return Outcome(
                succeeds: luck < quality, probability: quality, cost: facts.cost(of: usage) ?? .zero, usage: usage,
                latency: .seconds(models[index].seconds * (0.7 + 0.6 * draws.unit())))
        }
        return Call(task: tasks[task].name, inputTokens: input, outcomes: outcomes)
    }
}
