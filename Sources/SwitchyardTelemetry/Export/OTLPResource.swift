import SwiftProtobuf
import Tracing

/// Whom what is exported comes from.
struct OTLPResource: Sendable {
    /// By name.
    var attributes: [String: String]
    /// The program's version; empty where nobody says.
    var version: String
    /// The name of what gathers it.
    static let scope = "switchyard"

    var wire: Opentelemetry_Proto_Resource_V1_Resource {
        .with { $0.attributes = attributes.sorted { $0.key < $1.key }.map { .text($0.key, $0.value) } }
    }

    var wireScope: Opentelemetry_Proto_Common_V1_InstrumentationScope {
        .with {
            $0.name = Self.scope
            $0.version = version
        }
    }
}

extension Opentelemetry_Proto_Common_V1_KeyValue {
    static func text(_ name: String, _ value: String) -> Self {
        .with {
            $0.key = name
            $0.value = .with { $0.stringValue = value }
        }
    }
}

extension SpanAttributes {
    /// Sorted by name, so that an export repeated gives the same bytes.
    var wire: [Opentelemetry_Proto_Common_V1_KeyValue] {
        var all: [Opentelemetry_Proto_Common_V1_KeyValue] = []
        forEach { name, value in
            all.append(
                .with {
                    $0.key = name
                    $0.value = value.wire
                })
        }
        return all.sorted { $0.key < $1.key }
    }
}

extension SpanAttribute {
    fileprivate var wire: Opentelemetry_Proto_Common_V1_AnyValue {
        switch self {
        case .int32(let int): .with { $0.intValue = Int64(int) }
        case .int64(let int): .with { $0.intValue = int }
        case .double(let double): .with { $0.doubleValue = double }
        case .bool(let bool): .with { $0.boolValue = bool }
        case .string(let text): .with { $0.stringValue = text }
        case .int32Array(let ints): Self.array(ints.map { SpanAttribute.int32($0) })
        case .int64Array(let ints): Self.array(ints.map { SpanAttribute.int64($0) })
        case .doubleArray(let doubles): Self.array(doubles.map { SpanAttribute.double($0) })
        case .boolArray(let bools): Self.array(bools.map { SpanAttribute.bool($0) })
        case .stringArray(let texts): Self.array(texts.map { SpanAttribute.string($0) })
        case .stringConvertible(let value): .with { $0.stringValue = value.description }
        case .stringConvertibleArray(let values): Self.array(values.map { SpanAttribute.string($0.description) })
        // The library's own enum may grow, and asks for a default.
        default: Opentelemetry_Proto_Common_V1_AnyValue()
        }
    }

    private static func array(_ values: [SpanAttribute]) -> Opentelemetry_Proto_Common_V1_AnyValue {
        .with { $0.arrayValue = .with { $0.values = values.map(\.wire) } }
    }
}
