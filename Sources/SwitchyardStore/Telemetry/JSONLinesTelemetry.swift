package import SwitchyardCore

/// In the file `telemetry.jsonl` of the store's folder.
extension JSONLinesEventLog: TelemetryLog {
    package func enter(_ batch: TelemetryBatch) async throws(EventLogError) {
        if folder.isReadOnly { throw .readOnly(path: folder.path) }
        let file = telemetryFile
        try await on(telemetryQueue) { () throws(EventLogError) in try file.enter(batch) }
    }

    package func calls(_ query: CallQuery) async throws(EventLogError) -> [CallRecord] {
        let file = telemetryFile
        return try await on(telemetryQueue) { () throws(EventLogError) in try file.calls(query) }
    }

    package func runRecords(since: Timestamp?) async throws(EventLogError) -> [RunRecord] {
        let file = telemetryFile
        return try await on(telemetryQueue) { () throws(EventLogError) in
            try file.runs().filter { run in since.map { run.time >= $0 } ?? true }
        }
    }

    package func spending(
        since: Timestamp?, isSimulated: Bool
    ) async throws(EventLogError) -> [String: Spending] {
        let calls = try await calls(CallQuery(since: since, isSimulated: isSimulated))
        return calls.reduce(into: [:]) { $0[$1.model.provider, default: Spending()].add($1) }
    }

    private var telemetryFile: TelemetryFile { TelemetryFile(path: folder.path + "/telemetry.jsonl") }
}
