/// What may be spent, what is reserved for calls under way, and what is spent: for runs, steps, days and providers at
/// once, in micro-dollars and tokens.
///
/// The most that a call can cost is reserved before it, so calls that run at the same time cannot pass a limit
/// together. A limit is passed only by a call that costs more than was reserved for it, or under `continue`.
package struct BudgetLedger: Hashable, Sendable {
    /// What one call may use.
    package struct Claim: Hashable, Sendable {
        /// Nil is unknown.
        package var cost: MicroDollars?
        package var tokens: Int?

        package init(cost: MicroDollars?, tokens: Int?) {
            self.cost = cost
            self.tokens = tokens
        }

        func amount(_ unit: BudgetUnit) -> Int64? {
            switch unit {
            case .microdollars: cost?.amount
            case .tokens: tokens.map(Int64.init)
            }
        }
    }

    /// The permission for one call. It is settled or released once.
    package struct Reservation: Hashable, Sendable {
        package var number: Int
        package var claim: Claim
        package var scopes: [BudgetScope]
    }

    package enum Decision: Hashable, Sendable {
        case granted(Reservation)
        case refused(BudgetExceeded)
    }

    /// What to do about what has been used up.
    package enum Advice: Hashable, Sendable {
        case none
        /// So many per cent of a limit are used: a cheaper model would make it last.
        case cheaperTier(BudgetScope, percent: Int)
    }

    private struct Account: Hashable {
        var spent: Int64 = 0
        var reserved: Int64 = 0
        /// The highest threshold that was told.
        var told = 0
    }

    private struct Key: Hashable {
        var scope: BudgetScope
        var unit: BudgetUnit
    }

    /// In per cent.
    private static let thresholds = [50, 80, 90, 100]
    private static let advisedFrom = 80

    private var limits: [BudgetScope: Budget] = [:]
    private var everyDay: Budget?
    private var accounts: [Key: Account] = [:]
    private var open: Set<Int> = []
    private var count = 0

    /// - Parameter everyDay: the limit of each day; nil is none.
    package init(everyDay: Budget? = nil) {
        self.everyDay = everyDay
    }

    package func limit(of scope: BudgetScope) -> Budget? {
        if case .day = scope { return limits[scope] ?? everyDay }
        return limits[scope]
    }

    package func spent(_ scope: BudgetScope, _ unit: BudgetUnit) -> Int64 { account(scope, unit).spent }
    package func reserved(_ scope: BudgetScope, _ unit: BudgetUnit) -> Int64 { account(scope, unit).reserved }

    /// What is neither spent nor reserved; nil is no limit.
    package func left(_ scope: BudgetScope, _ unit: BudgetUnit) -> Int64? {
        guard let limit = limit(of: scope)?.amount(unit) else { return nil }
        let account = account(scope, unit)
        return max(0, limit.subtracting(account.spent).subtracting(account.reserved))
    }

    /// The least that is left of any of `scopes`; nil is no limit.
    package func left(_ scopes: [BudgetScope], _ unit: BudgetUnit) -> Int64? {
        scopes.compactMap { left($0, unit) }.min()
    }

    /// Sets or raises the limit of a scope.
    package mutating func setLimit(_ budget: Budget, of scope: BudgetScope) -> [BudgetEvent] {
        let known = limit(of: scope)
        limits[scope] = budget
        return BudgetUnit.allCases.compactMap { unit in
            guard let known, known.amount(unit) != budget.amount(unit) else { return nil }
            let share = percent(scope, unit)
            accounts[Key(scope: scope, unit: unit)]?.told = Self.thresholds.last { $0 <= share } ?? 0
            return .raised(scope, unit, to: budget.amount(unit))
        }
    }

    /// Lets go of the limits of a run and its steps, and of what was counted of them. None of its calls is under way.
    package mutating func forget(_ run: RunID) {
        limits = limits.filter { !$0.key.isOf(run) }
        accounts = accounts.filter { !$0.key.scope.isOf(run) }
    }

    /// Counts what was spent before this process, as the record has it.
    package mutating func restore(_ scope: BudgetScope, spent: MicroDollars, tokens: Int) {
        accounts[Key(scope: scope, unit: .microdollars), default: Account()].spent += spent.amount
        accounts[Key(scope: scope, unit: .tokens), default: Account()].spent += Int64(tokens)
    }
}

extension BudgetLedger {
    /// Reserves the most that a call can use from every scope, or from none.
    ///
    /// A claim that is unknown is refused where there is a limit, for it may pass any, unless all such limits say
    /// `continue`. With several limits passed, the one that stops is named before one that pauses.
    package mutating func reserve(_ claim: Claim, from scopes: [BudgetScope]) -> (Decision, [BudgetEvent]) {
        let passed = scopes.flatMap { scope in BudgetUnit.allCases.compactMap { exceeded(claim, scope, $0) } }
        for action in [Budget.OnExceed.stop, .pause] {
            if let first = passed.first(where: { $0.action == action }) { return (.refused(first), [.exceeded(first)]) }
        }
        count += 1
        open.insert(count)
        var events = passed.map(BudgetEvent.exceeded)
        for scope in scopes {
            for unit in BudgetUnit.allCases {
                add(claim.amount(unit) ?? 0, to: \.reserved, scope, unit)
                events += reached(scope, unit)
            }
        }
        return (.granted(Reservation(number: count, claim: claim, scopes: scopes)), events)
    }

    /// Replaces what was reserved for a call by what it used. What is not known of that counts as it was reserved.
    package mutating func settle(_ reservation: Reservation, used: Claim) -> [BudgetEvent] {
        close(reservation)
        var events: [BudgetEvent] = []
        for scope in reservation.scopes {
            for unit in BudgetUnit.allCases {
                let reserved = reservation.claim.amount(unit)
                add(-(reserved ?? 0), to: \.reserved, scope, unit)
                if let amount = used.amount(unit) {
                    add(amount, to: \.spent, scope, unit)
                } else if let reserved {
                    add(reserved, to: \.spent, scope, unit)
                    events.append(.estimated(scope, unit, reserved))
                }
                events += reached(scope, unit)
            }
        }
        return events
    }

    /// Gives back what was reserved for a call that was not made.
    package mutating func release(_ reservation: Reservation) {
        close(reservation)
        for scope in reservation.scopes {
            for unit in BudgetUnit.allCases {
                add(-(reservation.claim.amount(unit) ?? 0), to: \.reserved, scope, unit)
            }
        }
    }

    /// Whether models of a cheaper tier should be used: from 80 % of a limit on.
    package func advice(_ scopes: [BudgetScope]) -> Advice {
        var most = Advice.none
        var highest = Self.advisedFrom - 1
        for scope in scopes {
            for unit in BudgetUnit.allCases where percent(scope, unit) > highest {
                highest = percent(scope, unit)
                most = .cheaperTier(scope, percent: highest)
            }
        }
        return most
    }

    /// How much of the limit is spent or reserved, in per cent, rounded down; 0 without a limit.
    package func percent(_ scope: BudgetScope, _ unit: BudgetUnit) -> Int {
        guard let limit = limit(of: scope)?.amount(unit) else { return 0 }
        let account = account(scope, unit)
        let used = Int128(account.spent) + Int128(account.reserved)
        guard limit > 0 else { return 100 }
        return Int(clamping: used * 100 / Int128(limit))
    }

    private func exceeded(_ claim: Claim, _ scope: BudgetScope, _ unit: BudgetUnit) -> BudgetExceeded? {
        guard let budget = limit(of: scope), let limit = budget.amount(unit), let left = left(scope, unit) else {
            return nil
        }
        let asked = claim.amount(unit)
        if let asked, asked <= left { return nil }
        let account = account(scope, unit)
        return BudgetExceeded(
            scope: scope, unit: unit, limit: limit, spent: account.spent, reserved: account.reserved, asked: asked,
            action: budget.onExceed)
    }

    private mutating func reached(_ scope: BudgetScope, _ unit: BudgetUnit) -> [BudgetEvent] {
        let share = percent(scope, unit)
        let told = account(scope, unit).told
        let new = Self.thresholds.filter { $0 > told && $0 <= share }
        if let last = new.last { accounts[Key(scope: scope, unit: unit)]?.told = last }
        return new.map { .reached(scope, unit, percent: $0) }
    }

    private mutating func close(_ reservation: Reservation) {
        precondition(open.remove(reservation.number) != nil, "reservation \(reservation.number) was settled before")
    }

    private func account(_ scope: BudgetScope, _ unit: BudgetUnit) -> Account {
        accounts[Key(scope: scope, unit: unit)] ?? Account()
    }

    private mutating func add(
        _ amount: Int64, to field: WritableKeyPath<Account, Int64>, _ scope: BudgetScope, _ unit: BudgetUnit
    ) {
        var account = account(scope, unit)
        account[keyPath: field] = account[keyPath: field].adding(amount)
        accounts[Key(scope: scope, unit: unit)] = account
    }
}

extension Budget {
    func amount(_ unit: BudgetUnit) -> Int64? {
        switch unit {
        case .microdollars: microdollars
        case .tokens: tokens.map(Int64.init)
        }
    }
}

extension Int64 {
    /// The sum, or the largest or smallest number where it does not fit.
    fileprivate func adding(_ other: Int64) -> Int64 { Int64(clamping: Int128(self) + Int128(other)) }
    fileprivate func subtracting(_ other: Int64) -> Int64 { Int64(clamping: Int128(self) - Int128(other)) }
}
