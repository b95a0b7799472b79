import Testing

@testable import SwitchyardCore

@Suite struct DurationTextTests {
    @Test(
        arguments: [
            ("250ms", .milliseconds(250)), ("30s", .seconds(30)), ("5m", .seconds(300)), ("2h", .seconds(7200)),
            ("1d", .seconds(86_400)), ("1.5s", .milliseconds(1500)), ("1m30s", .seconds(90)),
            ("0s", .zero), (".5s", .milliseconds(500)), ("", nil), ("5", nil), ("s", nil), ("-5s", nil), ("5 s", nil),
            ("5y", nil), ("1.2.3s", nil), ("٣s", nil), ("99999999h", nil), ("1e3s", nil),
        ] as [(String, Duration?)])
    func `a duration is read`(text: String, expected: Duration?) {
        #expect(DurationText.parse(text) == expected)
    }

    @Test(
        arguments: [
            (.zero, "0s"), (.milliseconds(250), "250ms"), (.seconds(90), "1m30s"),
            (.milliseconds(93_784_005), "1d2h3m4s5ms"), (.seconds(7200), "2h"), (.seconds(-1), "0s"),
        ] as [(Duration, String)])
    func `a duration is written as it is read`(duration: Duration, text: String) {
        #expect(DurationText.text(duration) == text)
        if duration >= .zero { #expect(DurationText.parse(text) == duration) }
    }

    @Test(
        arguments: [
            (.zero, "0ms", "00:00"), (.milliseconds(84), "84ms", "00:00"), (.milliseconds(999), "999ms", "00:00"),
            (.milliseconds(6660), "6.6s", "00:06"), (.milliseconds(99_999), "99.9s", "01:39"),
            (.seconds(102), "01:42", "01:42"), (.seconds(3599), "59:59", "59:59"),
            (.seconds(7389), "2:03:09", "2:03:09"), (.seconds(-5), "0ms", "00:00"),
            (.seconds(360_000), "100:00:00", "100:00:00"),
        ] as [(Duration, String, String)])
    func `how long it took and a running clock`(duration: Duration, elapsed: String, clock: String) {
        #expect(DurationText.elapsed(duration) == elapsed)
        #expect(DurationText.clock(duration) == clock)
    }
}
