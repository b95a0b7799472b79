import NIOHTTP1
import SwitchyardCore
import Testing

@testable import SwitchyardTelemetry

@Suite struct ExportRetryTests {
    func busy(_ status: Int, after: Duration? = nil) -> OTLPReply {
        .answered(status: status, retryAfter: after, body: [])
    }

    @Test func onceIsEnough() {
        var retry = ExportRetry()
        #expect(
            retry.next(after: .answered(status: 202, retryAfter: nil, body: [1]), isClosing: false, draw: 1)
                == .accepted([1]))
    }

    @Test func waitsGrow() {
        var retry = ExportRetry()
        let decisions = (0..<6).map { _ in retry.next(after: busy(503), isClosing: false, draw: 0.5) }
        #expect(
            decisions == [
                .wait(.milliseconds(500), isAsked: false), .wait(.seconds(1), isAsked: false),
                .wait(.seconds(2), isAsked: false), .wait(.seconds(4), isAsked: false),
                .wait(.seconds(8), isAsked: false), .giveUp(.status(503)),
            ])
    }

    /// What the collector asks for is neither shortened nor drawn.
    @Test(arguments: [429, 502, 503, 504]) func theCollectorsWait(status: Int) {
        var retry = ExportRetry()
        #expect(
            retry.next(after: busy(status, after: .seconds(77)), isClosing: true, draw: 0)
                == .wait(.seconds(77), isAsked: true))
    }

    @Test(arguments: [301, 400, 401, 404, 408, 500, 501]) func noHope(status: Int) {
        var retry = ExportRetry()
        #expect(
            retry.next(after: busy(status, after: .seconds(1)), isClosing: false, draw: 1)
                == .giveUp(.status(status)))
    }

    @Test func nobodyThere() {
        var retry = ExportRetry()
        #expect(
            retry.next(after: .unreachable("x"), isClosing: false, draw: 1)
                == .wait(.seconds(1), isAsked: false))
        #expect(retry.next(after: .unreachable("x"), isClosing: true, draw: 1) == .giveUp(.unreachable("x")))
    }

    @Test(arguments: [
        ("3", Duration.seconds(3)), ("0.5", .milliseconds(500)), ("1e99", .seconds(86_400)), ("-1", nil),
        ("nan", nil), ("soon", nil), ("Thu, 01 Jan 2026 00:00:30 GMT", .seconds(30)),
        ("Wed, 31 Dec 2025 00:00:00 GMT", .zero),
    ]) func retryAfter(text: String, wait: Duration?) {
        #expect(CollectorHTTP.retryAfter(["retry-after": text], now: Script.start) == wait)
    }
}
