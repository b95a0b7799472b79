import Testing

@testable import SwitchyardCore

@Suite struct ElementaryTests {
    @Test(arguments: [
        (1.0, 0.0), (2, 0.693_147_180_559_945_3), (10, 2.302_585_092_994_046), (0.5, -0.693_147_180_559_945_3),
        (1e-9, -20.723_265_836_946_41), (1234.5, 7.118_421_308_785_234), (1e300, 690.775_527_898_213_7),
        (0.999_999, -1.000_000_500_029_089e-6),
    ]) func `logarithms are right to 14 digits`(_ x: Double, _ expected: Double) {
        #expect(abs(Elementary.log(x) - expected) <= max(1e-15, abs(expected) * 1e-14))
        #expect(abs(Elementary.exp(expected) - x) <= x * 1e-13 * max(1, abs(expected)))
    }

    @Test func `the ends of the range are safe`() {
        #expect(Elementary.log(0) == -.infinity)
        #expect(Elementary.log(-1) == -.infinity)
        #expect(Elementary.exp(-1e9) == 0)
        #expect(Elementary.exp(1e9) == .infinity)
        #expect(Elementary.half(1) == 0.5)
        #expect(Elementary.half(0) == 1)
    }
}
