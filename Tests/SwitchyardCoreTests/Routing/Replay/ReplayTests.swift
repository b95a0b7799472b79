import SwitchyardCore
import Testing

/// The router over 10,000 calls whose outcomes are known, against ways of choosing that learn nothing.
///
/// With each of the seeds 1 to 100 it beats those that learn nothing, too, and 392 of the 400 ways of learning are back
/// within 200 calls: the median after 50 calls by accuracy, 91 by balance, 124 by cost.
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
        learned: tier cheap, cost   75.3 %          0.668              0.887      1.5
        learned: cost               75.5 %          0.975              1.292      1.5
        learned: balanced           88.7 %          7.234              8.152      2.7
        learned: accuracy           93.3 %         11.034             11.830      3.9
        oracle                      98.8 %          2.206              2.233      1.8

        against                  at equal cost                     at equal success
        always cheap             $0.668: 72.0 -> 75.3 %            75.3 %: $3.844 -> $0.668
        random                   $7.549: 79.5 -> 89.1 %            79.5 %: $7.549 -> $2.876
        always premium           $20.727: 92.5 -> 93.3 %           92.5 %: $20.727 -> $10.371

        a model that serves many calls is good for 40 % of what it was from call 5,000 on;
        learned: tier cheap, cost is back after 126 calls
        learned: cost is back after 140 calls
        learned: balanced is back after 88 calls
        learned: accuracy is back after 50 calls
        """
}
