import Glibc
package import SwitchyardCore

/// Reads a run that ``RunExport`` wrote, checks all of it, and records it in a store.
package struct RunImport: Sendable {
    /// What became of it.
    package enum Outcome: Hashable, Sendable {
        /// It has this number now.
        case imported(number: Int)
        /// The store had it, event for event, under this number.
        case wasThere(number: Int)
    }

    package let run: RunID
    private let path: String
    private let events: [EventEnvelope]
    private let pieces: [LogPiece]

    package var eventCount: Int { events.count }

    /// Reads and checks the file at `path`; nothing is recorded yet.
    package init(path: String) throws(TransferError) {
        let bytes = try Self.contents(of: path)
        var lines = Lines(bytes)
        guard let first = lines.next() else {
            throw .notAnExport(path: path, reason: bytes.isEmpty ? "it is empty" : "its first line has no end")
        }
        let header = try ExportHeader(line: first, path: path)
        var hash = SHA256()
        hash.update(bytes[lines.offset...])
        guard hash.hexDigest() == header.hash else {
            throw .damaged(path: path, reason: "it does not have the hash that its header names")
        }
        var events: [EventEnvelope] = []
        while events.count < header.eventCount, let line = lines.next() {
            events.append(try Self.event(line, path: path, number: events.count + 2))
        }
        guard events.count == header.eventCount else {
            throw .damaged(path: path, reason: "it has \(events.count) events and not \(header.eventCount)")
        }
        var pieces: [LogPiece] = []
        while let line = lines.next() {
            guard let piece = LogPiece(line: line) else {
                let number = header.eventCount + pieces.count + 2
                throw .damaged(path: path, reason: "line \(number) is no part of a log file")
            }
            pieces.append(piece)
        }
        guard lines.offset == bytes.count else { throw .damaged(path: path, reason: "its last line has no end") }
        let problems = RunVerifier.problems(in: events, of: header.run)
        if !problems.isEmpty { throw .unsound(path: path, problems) }
        self.path = path
        self.events = events
        self.pieces = pieces
        run = header.run
    }

    /// Records the run in `log` under the next number, with its log files. A run that is there stays as it is: the same
    /// record is no error, another one is.
    package func record(in log: any EventLog) async throws(TransferError) -> Outcome {
        let isNew: Bool
        let recorded: [EventEnvelope]
        let number: Int
        let folder: String
        do throws(EventLogError) {
            isNew = try await append(to: log)
            recorded = try await log.events(of: run, from: 1, limit: events.count + 1)
            number = try await log.run(matching: run.rawValue)?.number ?? 0
            folder = try log.logFolder(of: run)
        } catch {
            throw .log(error)
        }
        guard recorded.count == events.count, zip(recorded, events).allSatisfy({ $0.text == $1.text }) else {
            throw .different(run, number: number)
        }
        try recordLogs(in: folder)
        return isNew ? .imported(number: number) : .wasThere(number: number)
    }

    /// Appends the run unless there is anything of it. Returns whether there was not.
    private func append(to log: any EventLog) async throws(EventLogError) -> Bool {
        // A run that is there may have an owner, whom this does not concern.
        guard try await log.events(of: run, from: 1, limit: 1).isEmpty else { return false }
        let lease = try await log.lease(run)
        defer { lease.close() }
        guard try await log.events(of: run, from: 1, limit: 1).isEmpty else { return false }
        try await log.append(events, durability: .disk, under: lease)
        return true
    }

    private func recordLogs(in folder: String) throws(TransferError) {
        var rest = pieces[...]
        while let first = rest.first {
            let own = rest.prefix { $0.file == first.file }
            rest = rest.dropFirst(own.count)
            let path = "\(folder)/\(first.file)"
            // One that is there belongs to the run already, and is never replaced.
            if Files.size(of: path) != nil { continue }
            let file = try NewFile(path)
            do throws(TransferError) {
                for piece in own { try file.write(piece.bytes) }
                try file.finish()
            } catch {
                file.discard()
                if case .fileExists = error { continue }
                throw error
            }
        }
    }

    // MARK: Reading

    private static func event(
        _ line: ArraySlice<UInt8>, path: String, number: Int
    ) throws(TransferError) -> EventEnvelope {
        do throws(EventDecodingError) {
            return try EventEnvelope(line: String(decoding: line, as: UTF8.self))
        } catch {
            switch error {
            case .newerVersion, .unknownType: throw .newer(path: path)
            case .notJSON(let reason): throw .damaged(path: path, reason: "line \(number): \(reason)")
            case .missing(let field):
                throw .damaged(path: path, reason: "line \(number): `\(field)` is missing or not what it should be")
            }
        }
    }

    private static func contents(of path: String) throws(TransferError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: path, reason: Files.reason(of: errno)) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        // In pieces, because a pipe does not say how long it is.
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .file(path: path, reason: Files.reason(of: errno)) }
            if count == 0 { return bytes }
            bytes += piece[..<count]
        }
    }
}

extension EventEnvelope {
    /// The event as a line, which tells even the order of members.
    fileprivate var text: String { JSON.text(of: json) }
}
