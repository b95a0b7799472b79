import OrderedCollections
import SwitchyardCore
import TerminalUI

/// What each step has cost, what it holds included: the column `$` of the list of steps.
struct StepCosts {
    private struct Cost {
        var spent = MicroDollars.zero
        var isEstimated = false
        var unpriced = 0
        /// Whether a model performs it, or a part of it, as far as is known.
        var isForModel = false
    }

    private var costs: [Cost]

    /// Adds up the costs of all steps: looks once at those that ask models.
    init(_ run: RunState, _ snapshot: RunSnapshot) {
        let tree = run.timeline.tree
        costs = Array(repeating: Cost(), count: snapshot.steps.count)
        for index in run.timeline.models.steps where index < costs.count {
            let use = snapshot.steps.values[index].modelUse
            var next: Int? = index
            while let place = next {
                costs[place].spent += use.spentCost
                costs[place].unpriced += use.unpriced
                if use.estimatedCost > .zero { costs[place].isEstimated = true }
                costs[place].isForModel = true
                next = tree.nodes[place].parent
            }
        }
    }

    /// `.0040`, `~.0120` of one that has cost nothing yet, `?` where no price is known, `–` of one without a model.
    func text(_ step: StepSnapshot, _ index: Int, _ pen: Pen) -> StyledText {
        guard index < costs.count, costs[index].isForModel else { return StyledText("–", pen.style(.dim)) }
        let cost = costs[index]
        if cost.spent > .zero {
            // What is missing from it, or assumed, is not kept quiet.
            let amount = MoneyText.column(cost.spent)
            let text = cost.isEstimated ? "~\(amount)" : cost.unpriced > 0 ? "\(amount)+?" : amount
            return StyledText(cleaning: text, pen.style(.cost))
        }
        if cost.unpriced > 0 { return StyledText("?", pen.style(.retry)) }
        if step.state.isFinal { return StyledText("0", pen.style(.dim)) }
        guard let expected = step.measure?.expectedCost else { return StyledText() }
        return StyledText(cleaning: "~" + MoneyText.column(expected), pen.style(.dim))
    }
}
