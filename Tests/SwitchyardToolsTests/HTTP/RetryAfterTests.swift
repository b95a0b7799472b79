import SwitchyardCore
import Testing

@testable import SwitchyardTools

@Suite struct RetryAfterTests {
    let now = Timestamp(iso8601: "1994-11-06T08:49:30Z")!

    @Test(
        arguments: [
            ("0", Duration.zero), ("7", .seconds(7)), (" 7", .seconds(7)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", .seconds(7)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", .zero), ("99999999999999", .seconds(31_536_000)),
            ("Sun, 06 Nov 2994 08:49:00 GMT", .seconds(31_536_000)), ("-1", nil), ("1.5", nil), ("", nil),
            ("soon", nil),
            ("Sun, 06 Foo 1994 08:49:37 GMT", nil), ("Sunday, 06-Nov-94 08:49:37 GMT", nil),
            ("9999999999999999999999999", nil),
        ] as [(String, Duration?)])
    func parses(text: String, wait: Duration?) {
        #expect(RetryAfter.parse(text, now: now) == wait)
    }
}
