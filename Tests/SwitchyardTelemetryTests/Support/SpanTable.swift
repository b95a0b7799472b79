import Metrics
import SwitchyardCore
import Synchronization
import Tracing

@testable import SwitchyardTelemetry

/// What a tracer was told, in the order in which spans ended.
final class RecordedSpans: Sendable {
    private let ended = Mutex<[FinishedSpan]>([])

    var all: [FinishedSpan] { ended.withLock(\.self) }
    var tracer: CollectingTracer { CollectingTracer { span in self.ended.withLock { $0.append(span) } } }

    /// The spans that `events` give.
    static func of(_ events: [EventEnvelope]...) -> [FinishedSpan] {
        let recorded = RecordedSpans()
        let telemetry = RunTelemetry(
            tracer: recorded.tracer, metrics: NOOPMetricsHandler.instance, since: Script.start)
        for list in events { telemetry.consume(list) }
        return recorded.all
    }
}

/// Spans as a tree: name, seconds from and to, kind, `error.type`; their events below them with a dot.
struct SpanTable {
    private let spans: [FinishedSpan]

    init(_ spans: [FinishedSpan]) {
        self.spans = spans.sorted { ($0.start, $0.name) < ($1.start, $1.name) }
    }

    var text: String {
        let known = Set(spans.map(\.identity.span))
        let roots = spans.filter { span in span.parent.map { !known.contains($0) } ?? true }
        return roots.flatMap { lines($0, indent: "") }.joined(separator: "\n")
    }

    private func lines(_ span: FinishedSpan, indent: String) -> [String] {
        var line = "\(indent)\(span.name) \(Self.seconds(span.start))-\(Self.seconds(span.end))"
        if span.kind != .internal { line += " \(span.kind)" }
        if span.status?.code == .error { line += " !\(span.text(GenAIConventions.errorType) ?? "")" }
        let notes = span.events.map { event in
            "\(indent)  . \(Self.seconds(event.nanosecondsSinceEpoch)) \(event.name)"
        }
        let children = spans.filter { $0.parent == span.identity.span }
        return [line] + notes + children.flatMap { lines($0, indent: indent + "  ") }
    }

    private static func seconds(_ nanoseconds: UInt64) -> String {
        let milliseconds = (Int64(nanoseconds / 1000) - Script.start.microseconds) / 1000
        return milliseconds % 1000 == 0 ? String(milliseconds / 1000) : String(Double(milliseconds) / 1000)
    }
}

extension FinishedSpan {
    func text(_ name: String) -> String? {
        if case .string(let text)? = attributes.get(name) { text } else { nil }
    }

    /// `name=value`, sorted, without what tells only where it is.
    var attributeLines: [String] { SpanTable.lines(of: attributes) }
}

extension SpanTable {
    static func lines(of attributes: SpanAttributes) -> [String] {
        var lines: [String] = []
        attributes.forEach { name, value in
            switch value {
            case .string(let text): lines.append("\(name)=\(text)")
            case .int64(let int): lines.append("\(name)=\(int)")
            case .double(let double): lines.append("\(name)=\(double)")
            case .bool(let bool): lines.append("\(name)=\(bool)")
            case .stringArray(let texts): lines.append("\(name)=\(texts)")
            default: lines.append("\(name)=?")
            }
        }
        return lines.sorted()
    }
}
