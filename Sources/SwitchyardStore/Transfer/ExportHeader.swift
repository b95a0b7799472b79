import SwitchyardCore

/// The first line of an exported run: what follows it.
struct ExportHeader: Hashable {
    /// The version of the form.
    static let currentFormat = 1

    /// The version of Switchyard that wrote it.
    var version: String
    var run: RunID
    /// How many lines of events follow; then come those of log files.
    var eventCount: Int
    /// SHA-256 of everything after this line.
    var hash: String

    var line: [UInt8] {
        let json: Value = [
            "switchyard_export": .int(Self.currentFormat), "switchyard": .string(version),
            "run": .string(run.rawValue), "events": .int(eventCount), "sha256": .string(hash),
        ]
        return Array(JSON.text(of: json).utf8) + [UInt8(ascii: "\n")]
    }

    init(version: String, run: RunID, eventCount: Int, hash: String) {
        self.version = version
        self.run = run
        self.eventCount = eventCount
        self.hash = hash
    }

    init(line: ArraySlice<UInt8>, path: String) throws(TransferError) {
        guard let json = try? JSON.parse(String(decoding: line, as: UTF8.self)),
            let format = json["switchyard_export"].intValue
        else { throw .notAnExport(path: path, reason: "its first line is no header of an export") }
        guard format <= Self.currentFormat else { throw .newer(path: path) }
        guard let version = json["switchyard"].stringValue, let run = json["run"].stringValue,
            let eventCount = json["events"].intValue, let hash = json["sha256"].stringValue
        else { throw .notAnExport(path: path, reason: "its header does not say what follows") }
        self.init(version: version, run: RunID(run), eventCount: eventCount, hash: hash)
    }
}
