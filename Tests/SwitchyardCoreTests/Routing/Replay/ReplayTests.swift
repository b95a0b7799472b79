import SwitchyardCore
import Testing

/// The router over 10,000 calls whose outcomes are known, against ways of choosing that learn nothing.
@Suite struct ReplayTests {
    @Test func `learning beats always cheap, always premium and random, and recovers`() {
        let table = ReplayTable(seed: 2026)
        // Told from plain numbers: a failure must not print ten thousand calls.
        for entry in table.baselines.map(table.comparison) {
            let (name, success, price) = (entry.name, entry.success, entry.price)
            #expect(success.learned > success.without, "\(name)")
            let paid = price ?? (without: 0, learned: 1)
            #expect(paid.learned < paid.without, "\(name)")
        }
        for learner in table.learners {
            let (name, recovery) = (learner.name, learner.recovery() ?? .max)
            #expect(recovery <= 200, "\(name)")
        }
        let text = table.text
        #expect(text == Self.expected)
    }

    static let expected = """
        way of choosing            success   $/1000 calls   $/1000 successes   mean s
        always cheap                71.8 %          0.457              0.637      1.4
        random                      79.5 %          7.549              9.495      3.3
        always premium              92.5 %         20.727             22.412      7.0
        learned: tier cheap, cost   75.2 %          0.670              0.891      1.5
        learned: cost               75.4 %          0.964              1.279      1.5
        learned: balanced           88.6 %          7.192              8.116      2.7
        learned: accuracy           93.3 %         10.987             11.776      3.9
        oracle                      98.8 %          2.206              2.233      1.8

        against                  at equal cost                     at equal success
        always cheap             $0.670: 72.0 -> 75.2 %            75.2 %: $3.775 -> $0.670
        random                   $7.549: 79.5 -> 89.1 %            79.5 %: $7.549 -> $2.910
        always premium           $20.727: 92.5 -> 93.3 %           92.5 %: $20.727 -> $10.323

        a model that serves many calls is good for 40 % of what it was from call 5,000 on;
        learned: tier cheap, cost is back after 166 calls
        learned: cost is back after 141 calls
        learned: balanced is back after 129 calls
        learned: accuracy is back after 50 calls
        """
}
