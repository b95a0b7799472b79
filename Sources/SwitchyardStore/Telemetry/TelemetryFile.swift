import SwitchyardCore

/// Telemetry in a file of JSON Lines that only grows: `{"call": …}` or `{"run": …}` a line. The last line of a call or a
/// run is what holds.
struct TelemetryFile: Sendable {
    let path: String
    /// So much of the end of the file is read at least.
    var leastRead = 1 << 20

    func enter(_ batch: TelemetryBatch) throws(EventLogError) {
        var text = ""
        for call in batch.calls { text += JSON.text(of: ["call": call.json]) + "\n" }
        for run in batch.runs { text += JSON.text(of: ["run": run.json]) + "\n" }
        if text.isEmpty { return }
        let file = try LineFile(appendingTo: path)
        let length = try file.length()
        // A crash may have left a part of a line.
        let start = max(0, length - Self.longestTail)
        let tail = try file.contents(from: start)
        let end = tail.lastIndex(of: UInt8(ascii: "\n")).map { start + $0 + 1 } ?? (start == 0 ? 0 : length)
        try file.replaceEnd(after: end, with: Array(text.utf8), sync: false)
    }

    /// No line is longer.
    private static let longestTail = 1 << 16
    /// What calls may take in the file, their changes included: a limited question reads so much of the end of the
    /// file for each call that it wants.
    private static let bytesPerCall = 2048
    private static let callStart = Array("{\"call\":".utf8)
    private static let runStart = Array("{\"run\":".utf8)

    /// The newest calls that `query` asks for, the oldest first.
    func calls(_ query: CallQuery) throws(EventLogError) -> [CallRecord] {
        let limit = query.limit ?? .max
        guard limit > 0 else { return [] }
        // Some come late: a few more are read than are wanted, and the newest of them taken.
        let enough = limit.addingReportingOverflow(limit / 50 + 64)
        var newest: [CallRecord.Key: CallRecord] = [:]
        for line in try lines(startingWith: Self.callStart, limit: query.limit).reversed() {
            // What cannot be read is left out: telemetry is no record.
            guard let call = Self.value(of: line).flatMap({ CallRecord(json: $0["call"]) }), query.includes(call) else {
                continue
            }
            newest[call.key] = newest[call.key].map(call.replaced) ?? call
            if !enough.overflow, newest.count >= enough.partialValue { break }
        }
        let sorted = newest.values.sorted { ($0.time, $0.key.run, $0.key.seq) < ($1.time, $1.key.run, $1.key.seq) }
        return Array(sorted.suffix(limit))
    }

    /// Every run, the oldest first.
    func runs() throws(EventLogError) -> [RunRecord] {
        var runs: [RunID: RunRecord] = [:]
        for line in try lines(startingWith: Self.runStart) {
            guard let run = Self.value(of: line).flatMap({ RunRecord(json: $0["run"]) }) else { continue }
            runs[run.run] = run
        }
        return runs.values.sorted { ($0.time, $0.run) < ($1.time, $1.run) }
    }

    private func lines(
        startingWith start: [UInt8], limit: Int? = nil
    ) throws(EventLogError) -> [ArraySlice<UInt8>] {
        guard let file = try LineFile(reading: path) else { return [] }
        var offset = 0
        if let limit {
            let (wanted, isMore) = limit.multipliedReportingOverflow(by: Self.bytesPerCall)
            offset = isMore ? 0 : max(0, try file.length() - max(leastRead, wanted))
        }
        var lines = Lines(try file.contents(from: offset))
        // The first may be a part of one.
        if offset > 0 { _ = lines.next() }
        var found: [ArraySlice<UInt8>] = []
        while let line = lines.next() { if line.starts(with: start) { found.append(line) } }
        return found
    }

    private static func value(of line: ArraySlice<UInt8>) -> Value? {
        try? JSON.parse(String(decoding: line, as: UTF8.self))
    }
}
