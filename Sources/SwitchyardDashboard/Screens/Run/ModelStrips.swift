import SwitchyardCore
import TerminalUI

/// What the header of a run with models says beyond its steps: money, tokens, breakers.
enum ModelStrips {
    // MARK: Money

    /// `cost $0.0652 → ~$0.22 of $0.50 ▕██▒░░▏`, as much of it as fits.
    static func cost(_ spending: Spending, width: Int, _ pen: Pen) -> StyledText {
        let label = StyledText("cost ", pen.style(.dim))
        let spent = spent(spending, pen)
        let simulated = spending.isSimulated ? StyledText(" simulated", pen.style(.dim)) : StyledText()
        let short = spending.isSimulated ? StyledText(" sim", pen.style(.dim)) : StyledText()
        let ahead = ahead(spending, pen)
        let limit = limit(spending, pen)
        var forms = [16, 8].map { room in
            label + spent + simulated + ahead + limit + gauge(spending, width: room, pen)
        }
        forms += [
            label + spent + simulated + ahead + limit, spent + short + ahead + limit, label + spent + simulated + limit,
            spent + short + limit, spent + short,
        ]
        return forms.first { $0.width <= width } ?? StyledText()
    }

    private static func spent(_ spending: Spending, _ pen: Pen) -> StyledText {
        let isUnknown = spending.spent == .zero && spending.unpriced > 0
        let known = (spending.isEstimated ? "~" : "") + MoneyText.of(spending.spent)
        let text = StyledText(cleaning: isUnknown ? "unknown" : known, pen.style(.cost))
        guard spending.unpriced > 0, !isUnknown else { return text }
        return text + StyledText(cleaning: " + \(spending.unpriced) unpriced", pen.style(.retry))
    }

    private static func ahead(_ spending: Spending, _ pen: Pen) -> StyledText {
        if let forecast = spending.forecast {
            return StyledText(cleaning: " → ~\(MoneyText.rough(forecast))", pen.style(role(spending)))
        }
        guard let final = spending.final else { return StyledText() }
        return StyledText(cleaning: " of final \(MoneyText.of(final))", pen.style(.dim))
    }

    private static func limit(_ spending: Spending, _ pen: Pen) -> StyledText {
        guard spending.final == nil, let limit = spending.budget?.microdollars else { return StyledText() }
        return StyledText(cleaning: " of \(MoneyText.exact(MicroDollars(limit)))", pen.style(.text))
    }

    private static func gauge(_ spending: Spending, width: Int, _ pen: Pen) -> StyledText {
        guard spending.final == nil, let limit = spending.budget?.microdollars, limit > 0 else { return StyledText() }
        func share(_ money: MicroDollars) -> Double { Double(money.amount) / Double(limit) }
        return StyledText(" ")
            + Gauge.text(
                share(spending.spent), ahead: spending.forecast.map(share), width: width,
                style: pen.style(role(spending)), dim: pen.style(.dim))
    }

    /// Alarming where the limit will not do.
    private static func role(_ spending: Spending) -> Role {
        guard let limit = spending.budget?.microdollars else { return .cost }
        return max(spending.spent, spending.forecast ?? .zero).amount > limit ? .failed : .cost
    }

    // MARK: Tokens

    /// `tok ↑31k ↓2.1k`; empty before the first answer.
    static func tokens(_ use: ModelUse, label: Bool = true, _ pen: Pen) -> StyledText {
        guard use.calls > 0 else { return StyledText() }
        let text = "↑\(CountText.short(use.inputTokens)) ↓\(CountText.short(use.outputTokens))"
        return (label ? StyledText("tok ", pen.style(.dim)) : StyledText())
            + StyledText(cleaning: text, pen.style(.text))
    }

    /// `cache 64%`; empty where no answer tells.
    static func cache(_ total: ModelHistory.Total?, _ pen: Pen) -> StyledText {
        guard let total, total.input > 0 else { return StyledText() }
        return StyledText("cache ", pen.style(.dim))
            + StyledText(cleaning: "\(total.cacheRead * 100 / total.input)%", pen.style(.text))
    }

    /// `spend ▁▃▅▂▁▁▁█`: what was paid when, from the run's start to its last event; empty before two answers.
    static func spend(_ run: RunState, _ snapshot: RunSnapshot, _ pen: Pen) -> StyledText {
        let columns = 10
        let totals = run.timeline.models.totals.prefix { $0.event < run.eventCount }
        guard totals.count >= 2, (totals.last?.cost ?? .zero) > .zero, let start = snapshot.startedAt,
            let end = snapshot.lastTime
        else { return StyledText() }
        let length = Double(max(1, end.since(start).wholeMicroseconds))
        var paid = [Double](repeating: 0, count: columns)
        var before = MicroDollars.zero
        for total in totals {
            let share = Double(total.time.since(start).wholeMicroseconds) / length
            let column = max(0, min(columns - 1, Int(share * Double(columns))))
            paid[column] += Double(total.cost.amount - before.amount)
            before = total.cost
        }
        return StyledText("spend ", pen.style(.dim)) + Sparkline.text(paid, pen.style(.cost))
    }

    // MARK: Breakers

    /// `breakers  openai:cheap ═ closed 0/5   anthropic:capable ╱ OPEN 00:43, 7 held`; those that are closed go first
    /// where not all fit.
    static func breakers(
        _ run: RunState, _ snapshot: RunSnapshot, width: Int, isCompact: Bool, _ pen: Pen
    ) -> StyledText {
        let looks = BreakerLook.all(run, snapshot, now: pen.now)
        let label = isCompact ? StyledText() : StyledText("breakers  ", pen.style(.dim))
        guard !looks.isEmpty else {
            return isCompact ? StyledText() : label + StyledText("no model has been called", pen.style(.dim))
        }
        let room = width - label.width
        let short = shortNames(looks)
        let named: ([BreakerID: String], Bool) -> StyledText = { names, isShort in
            let parts = looks.map { text($0, names[$0.id], isShort ? $0.short : $0.words, pen) }
            return StyledText.joined(parts, gap: isShort ? 2 : 3)
        }
        let forms = isCompact ? [named([:], true), named(short, true)] : [named([:], false), named(short, false)]
        if let all = forms.first(where: { $0.width <= room }) { return label + all }
        var shown = looks
        var closed = 0
        var others = 0
        while true {
            var parts = shown.map { text($0, short[$0.id], $0.short, pen) }
            if closed > 0 { parts.append(StyledText(cleaning: "+\(closed) ═", pen.style(.dim))) }
            if others > 0 { parts.append(StyledText(cleaning: "+\(others) more", pen.style(.failed))) }
            let all = StyledText.joined(parts, gap: 2)
            if all.width <= room || shown.isEmpty { return label + all.truncated(to: max(0, room)) }
            if let place = shown.lastIndex(where: { $0.isClosed && $0.held == 0 }) {
                shown.remove(at: place)
                closed += 1
            } else {
                shown.removeLast()
                others += 1
            }
        }
    }

    /// The provider alone where it has one breaker only.
    private static func shortNames(_ looks: [BreakerLook]) -> [BreakerID: String] {
        var names: [BreakerID: String] = [:]
        for look in looks where looks.count(where: { $0.id.provider == look.id.provider }) == 1 {
            names[look.id] = look.id.provider
        }
        return names
    }

    private static func text(_ look: BreakerLook, _ name: String?, _ words: String, _ pen: Pen) -> StyledText {
        var text = StyledText(cleaning: "\(name ?? look.id.description) ", pen.style(.text), limit: 40)
        text.append(CleanText(look.glyph), pen.style(look.role))
        if words.hasPrefix(",") {
            text.append(CleanText(cleaning: words), pen.style(.held))
        } else if !words.isEmpty {
            text.append(CleanText(cleaning: " \(words)"), pen.style(look.isClosed ? .text : look.role))
        }
        return text
    }
}
