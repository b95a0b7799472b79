import OrderedCollections
import SwitchyardCore
import SwitchyardDashboard

/// What `plan --recommend` prints.
enum RecommendationText {
    static func text(_ recommendations: [Recommendation]) -> String {
        guard !recommendations.isEmpty else { return "no step asks a model\n" }
        var text = ""
        for recommendation in recommendations {
            if !text.isEmpty { text += "\n" }
            let tokens = TelemetryOutput.count(recommendation.inputTokens)
            text += "\(Cleaned.line(recommendation.step.rawValue))  \(tokens) tokens of its own text\n"
            if recommendation.choices.isEmpty, let failure = recommendation.failure {
                text += "  \(Cleaned.line(failure.sentence))\n"
                continue
            }
            var table = TextTable(["", "strategy", "model", "cost", "time", "good"], rightAligned: [3, 4, 5])
            for choice in recommendation.choices {
                let candidate = choice.candidate
                table.append([
                    choice.strategy == recommendation.strategy ? "*" : "", choice.strategy.rawValue,
                    candidate.model.description, candidate.expectedCost.map(MoneyText.of) ?? "unknown",
                    DurationText.elapsed(candidate.expectedLatency),
                    TelemetryOutput.quality(candidate.belief.mean, samples: candidate.belief.samples),
                ])
            }
            text += table.text
        }
        return text + """

            * the strategy of the step. What other steps will give it is not counted yet. Good: the
            share of answers that can be used, as it is believed, from so many answers (in brackets).

            """
    }

    static func json(_ recommendations: [Recommendation]) -> Value {
        .array(
            recommendations.map { recommendation in
                [
                    "step": .string(recommendation.step.rawValue), "own_tokens": .int(recommendation.inputTokens),
                    "strategy": .string(recommendation.strategy.rawValue),
                    "problem": Value(recommendation.failure.map(\.sentence)),
                    "choices": .array(
                        recommendation.choices.map { choice in
                            let candidate = choice.candidate
                            return [
                                "strategy": .string(choice.strategy.rawValue),
                                "model": .string(candidate.model.description),
                                "tier": .string(candidate.call.tier.rawValue),
                                "expected_cost_usd": candidate.expectedCost?.dollars ?? .null,
                                "worst_case_cost_usd": candidate.worstCaseCost?.dollars ?? .null,
                                "expected_ms": .int(Int(candidate.expectedLatency.wholeMicroseconds / 1000)),
                                "good": .double(candidate.belief.mean), "answers": .int(candidate.belief.samples),
                                "explanation": .string(choice.explanation),
                            ]
                        }),
                ]
            })
    }
}
