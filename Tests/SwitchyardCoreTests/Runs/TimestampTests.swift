import Testing

@testable import SwitchyardCore

@Suite struct TimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.999999Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (1_795_246_440_250_001, "2026-11-21T07:34:00.250001Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
        ] as [(Int64, String)])
    func `a moment is written and read`(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).iso8601 == text)
        #expect(Timestamp(iso8601: text)?.microseconds == microseconds)
    }

    @Test(arguments: 0..<500 as Range<UInt64>) func `any moment of our era survives the way to text and back`(
        seed: UInt64
    ) {
        var generator = SeededGenerator(seed: seed)
        let moment = Timestamp(
            microseconds: .random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &generator))
        #expect(Timestamp(iso8601: moment.iso8601) == moment)
    }

    @Test(arguments: [
        ("2026-11-21T07:34:00Z", 0), ("2026-11-21T07:34:00.5Z", 500_000), ("2026-11-21T07:34:00.123456789Z", 123_456),
    ])
    func `decimals may be few or many`(text: String, microsecond: Int) {
        #expect(Timestamp(iso8601: text)?.calendar.clock.microsecond == microsecond)
    }

    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T07:34:00", "2026-13-21T07:34:00Z", "2026-00-21T07:34:00Z", "2026-11-32T07:34:00Z",
        "2026-11-21T24:34:00Z", "2026-11-21T07:60:00Z", "x026-11-21T07:34:00Z",
    ])
    func `other text is no moment`(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test func `durations lie between moments`() {
        let start = Timestamp(microseconds: 10)
        #expect(start.advanced(by: .milliseconds(1)).microseconds == 1010)
        #expect(start.since(Timestamp(microseconds: 20)) == .microseconds(-10))
        #expect(Duration.seconds(1.5).wholeMicroseconds == 1_500_000)
        #expect(Duration.milliseconds(250).inSeconds == 0.25)
    }
}
