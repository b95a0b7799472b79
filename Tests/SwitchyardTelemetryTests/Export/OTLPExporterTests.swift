import Metrics
import SwiftProtobuf
import SwitchyardCore
import SwitchyardTestSupport
import Testing

@testable import SwitchyardTelemetry

@Suite struct OTLPExporterTests {
    func add(_ count: Int, to exporter: OTLPExporter) {
        for number in 0..<count { exporter.add(.named("s\(number)")) }
    }

    @Test func gathersForAWhile() async throws {
        let sent = Gate()
        let collector = ScriptedCollector { _ in
            sent.open()
            return .ok
        }
        let exporter = try collector.exporter()
        add(3, to: exporter)
        await collector.clock.sleepers(atLeast: 1)
        #expect(collector.received.isEmpty)
        collector.clock.advance(by: .seconds(5))
        await sent.wait()
        #expect(await exporter.shutdown(deadline: .seconds(1)).isEmpty)
        #expect(collector.received == ["3"])
    }

    @Test func fullBatchesGoAtOnce() async throws {
        let sent = Gate()
        let collector = ScriptedCollector { number in
            if number == 2 { sent.open() }
            return .ok
        }
        let exporter = try collector.exporter(["OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "10"])
        add(20, to: exporter)
        await sent.wait()
        add(4, to: exporter)
        #expect(await exporter.shutdown(deadline: .seconds(1)).isEmpty)
        #expect(collector.received == ["10", "10", "4"])
    }

    @Test func whatThereIsNoRoomForIsCounted() async throws {
        let asked = Gate()
        let goOn = Gate()
        let collector = ScriptedCollector { number in
            asked.open()
            if number == 1 { await goOn.wait() }
            return .ok
        }
        let exporter = try collector.exporter([
            "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "10", "OTEL_BSP_MAX_QUEUE_SIZE": "15",
        ])
        add(10, to: exporter)
        await asked.wait()
        add(40, to: exporter)
        goOn.open()
        let losses = await exporter.shutdown(deadline: .seconds(1))
        #expect(losses == TelemetryLosses(spans: 25, reason: .queueFull))
        #expect(collector.received == ["10", "10", "5"])
        // Nothing is taken behind the end.
        add(1, to: exporter)
        #expect(await exporter.shutdown(deadline: .seconds(1)).spans == 26)
    }

    @Test func waitsAsLongAsItIsTold() async throws {
        let collector = ScriptedCollector { number in
            number == 1 ? .answered(status: 429, retryAfter: .seconds(20), body: []) : .ok
        }
        let exporter = try collector.exporter(["OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "1"])
        add(1, to: exporter)
        await collector.clock.sleepers(atLeast: 1)
        collector.clock.advance(by: .seconds(19))
        #expect(collector.received == ["1"])
        collector.clock.advance(by: .seconds(1))
        #expect(await exporter.shutdown(deadline: .seconds(1)).isEmpty)
        #expect(collector.received == ["1", "1"])
    }

    /// Nobody waits at the end for what will come too late.
    @Test func theEndIsNotWaitedFor() async throws {
        let collector = ScriptedCollector { _ in .answered(status: 503, retryAfter: .seconds(20), body: []) }
        let exporter = try collector.exporter(["OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "1"])
        add(1, to: exporter)
        await collector.clock.sleepers(atLeast: 1)
        #expect(
            await exporter.shutdown(deadline: .seconds(2)) == TelemetryLosses(spans: 1, reason: .deadline))
        #expect(collector.clock.now == Script.start)
    }

    @Test func theDeadlineEndsARequest() async throws {
        let clock = ManualClock(start: Script.start)
        let collector = ScriptedCollector(clock: clock) { _ in
            try? await clock.sleep(for: .seconds(3600))
            return .unreachable("cancelled")
        }
        let exporter = try collector.exporter(["OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "1"])
        add(1, to: exporter)
        await clock.sleepers(atLeast: 1)
        async let losses = exporter.shutdown(deadline: .seconds(2))
        await clock.sleepers(atLeast: 2)
        clock.advance(by: .seconds(2))
        #expect(await losses == TelemetryLosses(spans: 1, reason: .deadline))
    }

    /// At the end it is asked once more, at once, and not for every batch.
    @Test func nobodyThere() async throws {
        let collector = ScriptedCollector { _ in .unreachable("refused") }
        let exporter = try collector.exporter(["OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "1"])
        add(1, to: exporter)
        await collector.clock.sleepers(atLeast: 1)
        add(6, to: exporter)
        let losses = await exporter.shutdown(deadline: .seconds(60))
        #expect(losses == TelemetryLosses(spans: 7, reason: .unreachable("refused")))
        #expect(collector.received == ["1", "1"])
    }

    @Test func whatTheCollectorDoesNotTake() async throws {
        let answer =
            try Opentelemetry_Proto_Collector_Trace_V1_ExportTraceServiceResponse.with {
                $0.partialSuccess = .with {
                    $0.rejectedSpans = 2
                    $0.errorMessage = "too long"
                }
            }.serializedBytes() as [UInt8]
        let collector = ScriptedCollector { _ in .answered(status: 200, retryAfter: nil, body: answer) }
        let exporter = try collector.exporter()
        add(7, to: exporter)
        #expect(
            await exporter.shutdown(deadline: .seconds(1)) == TelemetryLosses(spans: 2, reason: .refused("too long")))
    }

    @Test func metricsComeAtTheirTimeAndAtTheEnd() async throws {
        let sent = Gate()
        let collector = ScriptedCollector { _ in
            sent.open()
            return .ok
        }
        let metrics = CollectingMetrics()
        let exporter = try collector.exporter(metrics: metrics)
        exporter.noteMetrics()
        await collector.clock.sleepers(atLeast: 1)
        Counter(label: "count", factory: metrics).increment()
        collector.clock.advance(by: .seconds(60))
        await sent.wait()
        let losses = await exporter.shutdown(deadline: .seconds(1))
        #expect(losses.isEmpty)
        #expect(collector.received == ["m", "m"])
    }

    @Test func nothingToSay() async throws {
        let collector = ScriptedCollector()
        let exporter = try collector.exporter()
        exporter.noteMetrics()
        #expect(await exporter.shutdown(deadline: .seconds(1)).isEmpty)
        #expect(collector.received.isEmpty)
    }
}
