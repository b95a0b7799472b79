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
        var identity: Files.Identity?
        /// Whether the file's name and its line in the index are on the disk too.
        var isNameSynced = false
    }

    let folder: StoreFolder
    private let index: RunIndex
    private let payloads: PayloadFolder
    private let kept: KeptResultIndex
    private let write: LineFile.Write
    // Files block, and the threads of Swift's own pool must not.
    private let writes = DispatchQueue(label: "switchyard.jsonl.writes")
    private let reads = DispatchQueue(label: "switchyard.jsonl.reads")
    /// Of its own, so that no append of events waits for telemetry.
    let telemetryQueue = DispatchQueue(label: "switchyard.jsonl.telemetry")
    private let tails = Mutex<[RunID: Tail]>([:])
    /// Where the last page of events ended that was read of each run.
    private let places = Mutex<[RunID: RunFile.Place]>([:])
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
        payloads = PayloadFolder(path: self.folder.path + "/payloads")
        kept = KeptResultIndex(path: self.folder.path + "/kept")
        if !readOnly { try Files.makeFolder(runsFolder) }
    }

    private var runsFolder: String { folder.path + "/runs" }

    package func append(
        _ events: [EventEnvelope], durability: Durability, under lease: any RunLease
    ) async throws(EventLogError) {
        if folder.isReadOnly { throw .readOnly(path: folder.path) }
        guard let first = events.first else { return }
        let file = try file(of: first.run)
        var batch = Batch(events: events, durability: durability)
        for event in events {
            let line = RunFile.line(of: event)
            batch.bytes += line.bytes
            batch.payloads += line.payloads
        }
        let whole = batch
        try await on(writes) { () throws(EventLogError) in
            // First of all locks: who removes payloads takes it before it reads the runs' files.
            guard !whole.payloads.isEmpty else { return try self.append(whole, to: file, under: lease) }
            try self.payloads.whileWriting { () throws(EventLogError) in
                try self.append(whole, to: file, under: lease)
            }
        }
    }

    /// One append, ready to be written.
    private struct Batch: Sendable {
        var events: [EventEnvelope]
        var durability: Durability
        var bytes: [UInt8] = []
        var payloads: [EventPayload] = []
    }

    private func append(_ batch: Batch, to file: RunFile, under lease: any RunLease) throws(EventLogError) {
        try file.epoch.whileCurrent(lease) { () throws(EventLogError) in try append(batch, to: file) }
    }

    private func append(_ batch: Batch, to file: RunFile) throws(EventLogError) {
        let known = tails.withLock { $0[file.run] }
        if let known {
            guard known.identity == Files.identity(of: file.path) else {
                throw .failed(path: file.path, reason: "it was moved or removed while the run was going on")
            }
        } else {
            // A refused first append must not leave an empty run behind.
            if try !Files.exists(file.path), let refusal = EventLogError.refusal(of: batch.events, after: 0) {
                throw refusal
            }
            try index.enter(file.run)
        }
        let lines = try LineFile(appendingTo: file.path)
        var tail: Tail
        if let known, try lines.length() == known.end.length {
            tail = known
        } else {
            let contents = try lines.contents()
            tail = Tail(end: try file.end(of: contents), identity: Files.identity(of: file.path))
            try file.keepAside(contents[tail.end.length...])
        }
        if let refusal = EventLogError.refusal(of: batch.events, after: tail.end.lastSeq) { throw refusal }
        for payload in batch.payloads { try payloads.keep(payload, write: write) }
        let mustSync = batch.durability == .disk
        if mustSync, !tail.isNameSynced {
            try index.sync()
            try Files.sync(folder: runsFolder)
            try Files.sync(folder: folder.path)
            tail.isNameSynced = true
        }
        try lines.replaceEnd(after: tail.end.length, with: batch.bytes, sync: mustSync, write: write)
        tail.end.lastSeq += batch.events.count
        tail.end.length += batch.bytes.count
        tails.withLock { $0[file.run] = tail }
        // The events are safe: that later runs do not find a result is no reason to stop this one.
        try? kept.enter(batch.events)
    }

    package func events(
        of run: RunID, from first: Int, limit: Int
    ) async throws(EventLogError) -> [EventEnvelope] {
        let file = try file(of: run)
        return try await on(reads) { () throws(EventLogError) in
            guard let lines = try LineFile(reading: file.path) else { return [] }
            // Who reads page by page, or follows a run, goes on where the last page ended.
            let identity = lines.identity
            var place = self.places.withLock { $0[run] } ?? RunFile.Place()
            let length = try lines.length()
            if place.identity != identity || place.seq >= first || place.offset > length {
                place = RunFile.Place(identity: identity)
            }
            let rest = try lines.contents(from: place.offset)
            let events = try file.events(in: rest, behind: &place, from: first, limit: limit)
            self.places.withLock { $0[run] = place }
            return events
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

    package func openRuns(after number: Int) async throws(EventLogError) -> [RunSummary] {
        try await on(reads) { () throws(EventLogError) in
            var summaries: [RunSummary] = []
            for entry in try self.index.runs().reversed() where entry.number > number {
                if let summary = try self.summary(of: entry), !summary.status.isFinal { summaries.append(summary) }
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

    package func keptResult(_ key: String) async throws(EventLogError) -> EventEnvelope? {
        let place = try await on(reads) { () throws(EventLogError) in try self.kept.newest(key) }
        guard let place else { return nil }
        let event = try await events(of: place.run, from: place.seq, limit: 1).first
        // A crash may have left the entry of an event that is not there.
        guard case .stepSucceeded(let success)? = event?.event, success.cacheKey == key else { return nil }
        return event
    }

    package func lease(_ run: RunID) async throws(EventLogError) -> any RunLease {
        let lock = try folder.lock(run)
        let file = try file(of: run)
        let epoch = try await on(writes) { () throws(EventLogError) in try file.epoch.begin() }
        return LockedLease(run: run, epoch: epoch, lock: lock)
    }

    /// In a read-only store the folder is named but not made.
    package func logFolder(of run: RunID) throws(EventLogError) -> String {
        try folder.logs(of: run)
    }

    package func payloadProblems(of run: RunID) async throws(EventLogError) -> [RunProblem] {
        let file = try file(of: run)
        let payloads = payloads
        return try await on(reads) { () throws(EventLogError) in
            guard let lines = try LineFile(reading: file.path) else { return [] }
            var problems: [RunProblem] = []
            for reference in RunFile.payloadReferences(in: try lines.contents()) {
                let (member, hash) = (reference.member, reference.hash)
                guard let text = try payloads.text(of: hash) else {
                    problems.append(RunProblem(.payloadMissing(member: member, hash: hash), seq: reference.seq))
                    continue
                }
                if SHA256.hexDigest(of: text) != hash {
                    problems.append(RunProblem(.payloadChanged(member: member, hash: hash), seq: reference.seq))
                }
            }
            return problems
        }
    }

    package func removeUnusedPayloads() async throws(EventLogError) -> Int? {
        if folder.isReadOnly { throw .readOnly(path: folder.path) }
        return try await on(writes) { () throws(EventLogError) in
            try self.payloads.removeUnused { () throws(EventLogError) in try self.usedPayloads() }
        }
    }

    /// The hashes of the payloads that any event refers to.
    private func usedPayloads() throws(EventLogError) -> Set<String> {
        var used: Set<String> = []
        // The files and not the index: what is in no list may still be wanted.
        for name in try Files.names(in: runsFolder) where name.hasSuffix(".jsonl") {
            guard let lines = try LineFile(reading: "\(runsFolder)/\(name)") else { continue }
            for reference in RunFile.payloadReferences(in: try lines.contents()) { used.insert(reference.hash) }
        }
        return used
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
        RunFile(
            path: runsFolder + "/" + (try Files.name(of: run, in: folder.path)) + ".jsonl", run: run,
            payloads: payloads)
    }

    /// What `body` gives on `queue`.
    func on<Answer: Sendable>(
        _ queue: DispatchQueue, _ body: @escaping @Sendable () throws(EventLogError) -> Answer
    ) async throws(EventLogError) -> Answer {
        let result: Result<Answer, EventLogError> = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Result(catching: body)) }
        }
        return try result.get()
    }
}
