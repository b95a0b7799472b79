import Testing

@testable import SwitchyardTelemetry

@Suite struct ExporterSettingsTests {
    func settings(_ environment: [String: String]) throws -> ExporterSettings? {
        try ExporterSettings(environment: environment)
    }

    @Test(arguments: [
        [:], ["OTEL_SERVICE_NAME": "x"], ["OTEL_EXPORTER_OTLP_ENDPOINT": ""],
        ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_SDK_DISABLED": "TRUE"],
        ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c", "OTEL_TRACES_EXPORTER": "none"],
    ]) func off(environment: [String: String]) throws {
        #expect(try settings(environment) == nil)
    }

    @Test func endpoints() throws {
        let all = try #require(try settings(["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:4318/base/"]))
        #expect(all.traces?.url == "http://c:4318/base/v1/traces")
        #expect(all.metrics?.url == "http://c:4318/base/v1/metrics")
        let one = try #require(try settings(["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://t/spans"]))
        #expect(one.traces?.url == "https://t/spans")
        #expect(one.metrics == nil)
        let own = try #require(
            try settings([
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://m",
                "OTEL_TRACES_EXPORTER": "console",
            ]))
        #expect(own.traces == nil)
        #expect(own.metrics?.url == "http://m")
    }

    @Test func everythingElse() throws {
        let settings = try #require(
            try settings([
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_EXPORTER_OTLP_HEADERS": "api-key=a%20b, x=1=2 ,",
                "OTEL_EXPORTER_OTLP_METRICS_HEADERS": "y=%C3%BC", "OTEL_EXPORTER_OTLP_TIMEOUT": "2500",
                "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT": "50", "OTEL_RESOURCE_ATTRIBUTES": "service.name=a,team=b%2Cc",
                "OTEL_BSP_MAX_QUEUE_SIZE": "100", "OTEL_BSP_SCHEDULE_DELAY": "250",
                "OTEL_METRIC_EXPORT_INTERVAL": "1000", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
                "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": "Delta",
            ]))
        #expect(settings.traces?.headers == [.init(name: "api-key", value: "a b"), .init(name: "x", value: "1=2")])
        #expect(settings.metrics?.headers == [.init(name: "y", value: "\u{FC}")])
        #expect(settings.traces?.timeout == .milliseconds(50))
        #expect(settings.metrics?.timeout == .milliseconds(2500))
        #expect(settings.resource == ["service.name": "a", "team": "b,c"])
        #expect((settings.queueSize, settings.batchSize) == (100, 100))
        #expect(settings.spanDelay == .milliseconds(250))
        #expect(settings.metricInterval == .seconds(1))
        #expect(settings.sendsDeltas)
    }

    @Test(arguments: [
        ([:], "switchyard"), (["OTEL_RESOURCE_ATTRIBUTES": "service.name=a"], "a"),
        (["OTEL_RESOURCE_ATTRIBUTES": "service.name=a", "OTEL_SERVICE_NAME": "b"], "b"),
    ]) func serviceName(environment: [String: String], name: String) throws {
        let endpoint = ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"]
        #expect(try settings(environment.merging(endpoint) { $1 })?.resource["service.name"] == name)
    }

    @Test(arguments: [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "c:4318"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://c"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http:///x"), ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://a b"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "key"), ("OTEL_EXPORTER_OTLP_HEADERS", "k=%zz"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "k=a%0d%0aX: b"), ("OTEL_EXPORTER_OTLP_HEADERS", "a b=c"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "k=%+1"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "1s"),
        ("OTEL_RESOURCE_ATTRIBUTES", "=b"), ("OTEL_RESOURCE_ATTRIBUTES", "a=%FF"), ("OTEL_BSP_MAX_QUEUE_SIZE", "0"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "-1"), ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "never"),
    ]) func malformed(name: String, value: String) {
        let environment = ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"].merging([name: value]) { $1 }
        #expect(throws: TelemetryProblem.malformed(variable: name)) { try settings(environment) }
    }

    @Test func otherProtocols() {
        let problem = TelemetryProblem.unsupported(variable: "OTEL_EXPORTER_OTLP_PROTOCOL", value: "grpc")
        #expect(throws: problem) {
            try settings(["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"])
        }
        #expect(problem.message == "OTEL_EXPORTER_OTLP_PROTOCOL=grpc is not supported")
        #expect(
            TelemetryProblem.malformed(variable: "X").message
                == "the value of X is not of the form that OpenTelemetry gives it")
    }
}
