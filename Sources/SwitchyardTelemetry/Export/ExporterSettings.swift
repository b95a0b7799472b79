/// What OpenTelemetry's environment variables say of exporting.
struct ExporterSettings: Hashable, Sendable {
    /// Where one kind of data goes.
    struct Target: Hashable, Sendable {
        var url: String
        var headers: [Header]
        /// Of one request.
        var timeout: Duration
    }

    struct Header: Hashable, Sendable {
        var name: String
        var value: String
    }

    /// Nil is off.
    var traces: Target?
    /// Nil is off.
    var metrics: Target?
    /// Of the resource, by name, `service.name` among them.
    var resource: [String: String] = [:]
    var queueSize = 32_768
    var batchSize = 512
    /// How long spans gather before they are sent.
    var spanDelay = Duration.seconds(5)
    var metricInterval = Duration.seconds(60)
    /// Whether a metric says what was added since the last time, and not since the beginning.
    var sendsDeltas = false

    /// Nil if the environment does not ask for an export.
    init?(environment: [String: String]) throws(TelemetryProblem) {
        // An empty value counts as none.
        let variables = EnvironmentReader(environment.filter { !$0.value.isEmpty })
        guard variables["OTEL_SDK_DISABLED"]?.lowercased() != "true" else { return nil }
        traces = try variables.target("TRACES", path: "v1/traces")
        metrics = try variables.target("METRICS", path: "v1/metrics")
        guard traces != nil || metrics != nil else { return nil }

        for pair in try variables.pairs("OTEL_RESOURCE_ATTRIBUTES") { resource[pair.name] = pair.value }
        resource["service.name"] = variables["OTEL_SERVICE_NAME"] ?? resource["service.name"] ?? "switchyard"
        queueSize = try variables.count("OTEL_BSP_MAX_QUEUE_SIZE") ?? queueSize
        batchSize = min(queueSize, try variables.count("OTEL_BSP_MAX_EXPORT_BATCH_SIZE") ?? batchSize)
        spanDelay = try variables.time("OTEL_BSP_SCHEDULE_DELAY") ?? spanDelay
        metricInterval = try variables.time("OTEL_METRIC_EXPORT_INTERVAL") ?? metricInterval
        let temporality = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"
        switch variables[temporality]?.lowercased() {
        case nil, "cumulative": sendsDeltas = false
        // They differ in metrics that are not made here.
        case "delta", "lowmemory": sendsDeltas = true
        case _?: throw .malformed(variable: temporality)
        }
    }
}

extension ExporterSettings.Header {
    /// Whether it can stand in a request: a line end would let it add others.
    fileprivate var isValid: Bool {
        name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        } && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}

/// Environment variables in the forms that OpenTelemetry gives them.
private struct EnvironmentReader {
    private static let otlp = "OTEL_EXPORTER_OTLP_"
    private static let usualTimeout = Duration.seconds(10)

    private let variables: [String: String]

    init(_ variables: [String: String]) {
        self.variables = variables
    }

    subscript(name: String) -> String? { variables[name] }

    /// Where the data of `signal` goes; nil if it is off.
    ///
    /// - Parameter path: what the endpoint of all signals is continued by.
    func target(_ signal: String, path: String) throws(TelemetryProblem) -> ExporterSettings.Target? {
        let exporters = variables["OTEL_\(signal)_EXPORTER"] ?? "otlp"
        guard exporters.split(separator: ",").contains(where: { $0.filter { $0 != " " } == "otlp" }) else {
            return nil
        }
        let url: String
        if let own = variables["\(Self.otlp)\(signal)_ENDPOINT"] {
            guard Self.isURL(own) else { throw .malformed(variable: "\(Self.otlp)\(signal)_ENDPOINT") }
            url = own
        } else if let all = variables["\(Self.otlp)ENDPOINT"] {
            guard Self.isURL(all) else { throw .malformed(variable: "\(Self.otlp)ENDPOINT") }
            url = all + (all.hasSuffix("/") ? "" : "/") + path
        } else {
            return nil
        }
        let protocolName = either(signal, "PROTOCOL")
        let spoken = variables[protocolName] ?? "http/protobuf"
        guard spoken == "http/protobuf" else { throw .unsupported(variable: protocolName, value: spoken) }
        return ExporterSettings.Target(
            url: url, headers: try headers(either(signal, "HEADERS")),
            timeout: try time(either(signal, "TIMEOUT")) ?? Self.usualTimeout)
    }

    private func headers(_ name: String) throws(TelemetryProblem) -> [ExporterSettings.Header] {
        let headers = try pairs(name).map { ExporterSettings.Header(name: $0.name, value: $0.value) }
        guard headers.allSatisfy(\.isValid) else { throw .malformed(variable: name) }
        return headers
    }

    /// The variable of the signal, if it is set, else that of all.
    private func either(_ signal: String, _ name: String) -> String {
        let own = "\(Self.otlp)\(signal)_\(name)"
        return variables[own] == nil ? Self.otlp + name : own
    }

    private static func isURL(_ text: String) -> Bool {
        let lower = text.lowercased()
        for scheme in ["http://", "https://"] where lower.hasPrefix(scheme) {
            let rest = text.dropFirst(scheme.count)
            return rest.first.map { !"/?#".contains($0) } == true && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        }
        return false
    }

    func count(_ name: String) throws(TelemetryProblem) -> Int? {
        guard let text = variables[name] else { return nil }
        guard let count = Int(text), (1...10_000_000).contains(count) else { throw .malformed(variable: name) }
        return count
    }

    /// Milliseconds.
    func time(_ name: String) throws(TelemetryProblem) -> Duration? {
        guard let text = variables[name] else { return nil }
        guard let count = Int(text), (0...86_400_000).contains(count) else { throw .malformed(variable: name) }
        return .milliseconds(count)
    }

    /// `a=b,c=d`, percent-encoded.
    func pairs(_ name: String) throws(TelemetryProblem) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for part in (variables[name] ?? "").split(separator: ",") {
            let trimmed = Self.trimmed(part)
            guard !trimmed.isEmpty else { continue }
            guard let equals = trimmed.firstIndex(of: "="),
                let key = Self.decoded(Self.trimmed(trimmed[..<equals])), !key.isEmpty,
                let value = Self.decoded(Self.trimmed(trimmed[trimmed.index(after: equals)...]))
            else { throw .malformed(variable: name) }
            pairs.append((key, value))
        }
        return pairs
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = Substring(rest.prefix(2))
            guard digits.count == 2, digits.allSatisfy(\.isHexDigit), let code = UInt8(digits, radix: 16) else {
                return nil
            }
            bytes.append(code)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
