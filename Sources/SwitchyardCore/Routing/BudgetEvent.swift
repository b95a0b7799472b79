/// What a limit on spending holds for.
package enum BudgetScope: Hashable, Sendable, CustomStringConvertible {
    case run(RunID)
    case step(RunID, StepPath)
    /// A day in UTC, counted from 1970.
    case day(Int)
    case provider(String)

    package static func day(of time: Timestamp) -> BudgetScope {
        let length: Int64 = 86_400_000_000
        let (days, rest) = time.microseconds.quotientAndRemainder(dividingBy: length)
        return .day(Int(rest < 0 ? days - 1 : days))
    }

    /// Whether it is the run, or one of its steps.
    func isOf(_ run: RunID) -> Bool {
        switch self {
        case .run(let own), .step(let own, _): own == run
        case .day, .provider: false
        }
    }

    package var description: String {
        switch self {
        case .run(let run): "run \(run)"
        case .step(_, let step): "step \(step)"
        case .day(let number):
            "day " + Timestamp(microseconds: Int64(number) * 86_400_000_000).iso8601.prefix(10)
        case .provider(let provider): "provider \(provider)"
        }
    }
}

/// What a limit counts.
package enum BudgetUnit: String, Hashable, Sendable, CaseIterable {
    case microdollars, tokens
}

/// Something a person should know about a limit.
package enum BudgetEvent: Hashable, Sendable {
    /// So many per cent of the limit are spent or reserved: each threshold once, until the limit is raised.
    case reached(BudgetScope, BudgetUnit, percent: Int)
    /// A call was refused, or made although it may pass the limit.
    case exceeded(BudgetExceeded)
    /// The limit was changed.
    case raised(BudgetScope, BudgetUnit, to: Int64?)
    /// What a call used is not known; what was reserved for it counts as spent.
    case estimated(BudgetScope, BudgetUnit, Int64)
}

/// A call that could cost more than is left.
package struct BudgetExceeded: Error, Hashable, Sendable {
    package var scope: BudgetScope
    package var unit: BudgetUnit
    package var limit: Int64
    package var spent: Int64
    /// For calls under way.
    package var reserved: Int64
    /// The most that the call could cost; nil is unknown, and may be more than any limit.
    package var asked: Int64?
    package var action: Budget.OnExceed

    package init(
        scope: BudgetScope, unit: BudgetUnit, limit: Int64, spent: Int64, reserved: Int64, asked: Int64?,
        action: Budget.OnExceed
    ) {
        self.scope = scope
        self.unit = unit
        self.limit = limit
        self.spent = spent
        self.reserved = reserved
        self.asked = asked
        self.action = action
    }

    /// What is neither spent nor reserved.
    package var left: Int64 { max(0, limit - spent - reserved) }
}
