import SwitchyardCore

/// Where the results are that runs keep for later ones: a file with `key time run seq` a line.
///
/// It is no part of the record: an entry that a crash loses costs a result that is made again.
struct KeptResultIndex: Sendable {
    let path: String

    /// Enters those of `events` that keep a result.
    func enter(_ events: [EventEnvelope]) throws(EventLogError) {
        var lines = ""
        for event in events {
            guard case .stepSucceeded(let success) = event.event, let key = success.cacheKey else { continue }
            lines += "\(key) \(event.time.microseconds) \(event.run) \(event.seq)\n"
        }
        if lines.isEmpty { return }
        let file = try LineFile(appendingTo: path)
        var whole = Lines(try file.contents())
        while whole.next() != nil {}
        try file.replaceEnd(after: whole.offset, with: Array(lines.utf8), sync: false)
    }

    /// Where the newest result under `key` is.
    func newest(_ key: String) throws(EventLogError) -> (run: RunID, seq: Int)? {
        guard let file = try LineFile(reading: path) else { return nil }
        var newest: (time: Int64, run: RunID, seq: Int)?
        for line in Lines(try file.contents()) {
            let parts = line.split(separator: UInt8(ascii: " "))
            guard parts.count == 4, parts[0].elementsEqual(key.utf8), let time = Int64(Self.text(parts[1])),
                let seq = Int(Self.text(parts[3])), time >= newest?.time ?? .min
            else { continue }
            newest = (time, RunID(Self.text(parts[2])), seq)
        }
        return newest.map { ($0.run, $0.seq) }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
