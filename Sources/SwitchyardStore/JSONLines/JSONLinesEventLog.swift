import Dispatch
package import SwitchyardCore
import Synchronization

/// The event log in plain files: a folder with `runs/<id>.jsonl`, one event a line as ``EventEnvelope/json`` gives it,
/// and the file `index` with the ids of the runs in the order they were created. Folders have mode 0700 and files 0600.
///
/// Any number of processes may use one store. A crash in the middle of an append can leave the first events of it,
/// which are a log like any other; it never leaves a part of one.
package final class JSONLinesEventLog: EventLog {
    /// What is known of the end of a run's file. Only the queue of writes uses it.
    private struct Tail {
        var end: RunFile.End
        /// Whether the file's name and its line in the index are on the disk too.
        var isNameSynced = false
    }

    private let folder: StoreFolder
    private let index: RunIndex
    private let write: LineFile.Write
    // Files block, and the threads of Swift's own pool must not.
    private let writes = DispatchQueue(label: "switchyard.jsonl.writes")
    private let reads = DispatchQueue(label: "switchyard.jsonl.reads")
    private let tails = Mutex<[RunID: Tail]>([:])
    /// Summaries with the length of the file they were made from.
    private let summaries = Mutex<[RunID: (length: Int, summary: RunSummary)]>([:])

    /// Opens the store in `folder`, making what is missing; read-only, it makes nothing, and a store that is not there
    /// reads as empty until somebody makes it.
    package static func open(folder: String, readOnly: Bool = false) throws(EventLogError) -> JSONLinesEventLog {
        try JSONLinesEventLog(folder: folder, readOnly: readOnly, write: LineFile.systemWrite)
    }

    init(folder: String, readOnly: Bool, write: @escaping LineFile.Write) throws(EventLogError) {
        self.folder = try StoreFolder(folder, isReadOnly: readOnly)
        self.write = write
        index = RunIndex(path: self.folder.path + "/index")
        if !readOnly { try Files.makeFolder(runsFolder) }
    }

    private var runsFolder: String { folder.path + "/runs" }

    package func append(_ events: [EventEnvelope], durability: Durability) async throws(EventLogError) {
        if folder.isReadOnly { throw .readOnly(path: folder.path) }
        guard let first = events.first else { return }
        let file = try file(of: first.run)
        var lines: [UInt8] = []
        for event in events {
            lines += JSON.text(of: event.json).utf8
            lines.append(UInt8(ascii: "\n"))
        }
        let bytes = lines
        try await on(writes) { () throws(EventLogError) in
            try self.append(events, as: bytes, to: file, durability)
        }
    }

    private func append(
        _ events: [EventEnvelope], as bytes: [UInt8], to file: RunFile, _ durability: Durability
    ) throws(EventLogError) {
        let known = tails.withLock { $0[file.run] }
        if known == nil {
            // A refused first append must not leave an empty run behind.
            if try !Files.exists(file.path), let refusal = EventLogError.refusal(of: events, after: 0) { throw refusal }
            try index.enter(file.run)
        }
        let lines = try LineFile(appendingTo: file.path)
        var tail: Tail
        if let known, try lines.length() == known.end.length {
            tail = known
        } else {
            tail = Tail(end: try file.end(of: try lines.contents()))
        }
        if let refusal = EventLogError.refusal(of: events, after: tail.end.lastSeq) { throw refusal }
        if durability == .disk, !tail.isNameSynced {
            try index.sync()
            try Files.sync(folder: runsFolder)
            try Files.sync(folder: folder.path)
            tail.isNameSynced = true
        }
        try lines.replaceEnd(after: tail.end.length, with: bytes, sync: durability == .disk, write: write)
        tail.end.lastSeq += events.count
        tail.end.length += bytes.count
        tails.withLock { $0[file.run] = tail }
    }

    package func events(
        of run: RunID, from first: Int, limit: Int
    ) async throws(EventLogError) -> [EventEnvelope] {
        let file = try file(of: run)
        return try await on(reads) { () throws(EventLogError) in
            guard let lines = try LineFile(reading: file.path) else { return [] }
            return try file.events(in: try lines.contents(), from: first, limit: limit)
        }
    }

    package func runs(limit: Int) async throws(EventLogError) -> [RunSummary] {
        try await on(reads) { () throws(EventLogError) in
            var summaries: [RunSummary] = []
            for entry in try self.index.runs().reversed() {
                if summaries.count >= limit { break }
                if let summary = try self.summary(of: entry) { summaries.append(summary) }
            }
            return summaries
        }
    }

    package func run(matching reference: String) async throws(EventLogError) -> RunSummary? {
        let reference = RunReference(reference)
        if reference.isLast { return try await runs(limit: 1).first }
        return try await on(reads) { () throws(EventLogError) in
            let entries = try self.index.runs()
            guard let run = try reference.match(in: entries), let entry = entries.first(where: { $0.run == run })
            else { return nil }
            return try self.summary(of: entry)
        }
    }

    package func lease(_ run: RunID) async throws(EventLogError) -> any RunLease {
        try folder.lease(run)
    }

    /// In a read-only store the folder is named but not made.
    package func logFolder(of run: RunID) throws(EventLogError) -> String {
        try folder.logs(of: run)
    }

    private func summary(of entry: (run: RunID, number: Int)) throws(EventLogError) -> RunSummary? {
        guard var summary = try recordedSummary(of: entry) else { return nil }
        if !summary.status.isFinal, !folder.locks.isHeld(entry.run) {
            // Its owner may have ended it and let go between the two looks: the record, read again, knows.
            guard let again = try recordedSummary(of: entry) else { return nil }
            summary = again
            if !summary.status.isFinal { summary.status = .interrupted }
        }
        return summary
    }

    private func recordedSummary(of entry: (run: RunID, number: Int)) throws(EventLogError) -> RunSummary? {
        let file = try file(of: entry.run)
        guard let lines = try LineFile(reading: file.path) else { return nil }
        let length = try lines.length()
        let known = summaries.withLock { $0[entry.run] }
        if let known, known.length == length { return known.summary }
        guard let read = file.summary(of: try lines.contents(), number: entry.number) else { return nil }
        summaries.withLock { $0[entry.run] = (length, read) }
        return read
    }

    private func file(of run: RunID) throws(EventLogError) -> RunFile {
        RunFile(path: runsFolder + "/" + (try Files.name(of: run, in: folder.path)) + ".jsonl", run: run)
    }

    /// What `body` gives on `queue`.
    private func on<Answer: Sendable>(
        _ queue: DispatchQueue, _ body: @escaping @Sendable () throws(EventLogError) -> Answer
    ) async throws(EventLogError) -> Answer {
        let result: Result<Answer, EventLogError> = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Result(catching: body)) }
        }
        return try result.get()
    }
}
