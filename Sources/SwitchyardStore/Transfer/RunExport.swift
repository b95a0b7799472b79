import Glibc
package import SwitchyardCore

/// A run as one file: a header, a line of JSON for each event with everything that belongs to it, and, if wanted, the
/// log files of its attempts. Secrets were masked when it was recorded.
///
/// It is read twice, first for its hash, so that no run has to fit in memory. What is recorded or printed meanwhile is
/// left out.
package struct RunExport: Sendable {
    /// Takes the next bytes of the file; they end where a line does.
    package typealias Sink = (_ bytes: [UInt8]) throws(TransferError) -> Void

    private let log: any EventLog
    private let run: RunID
    private let version: String
    private let hasLogs: Bool

    /// - Parameters:
    ///   - version: the version of Switchyard.
    ///   - hasLogs: whether log files are a part of it.
    package init(of run: RunID, in log: any EventLog, version: String, hasLogs: Bool) {
        self.log = log
        self.run = run
        self.version = version
        self.hasLogs = hasLogs
    }

    /// Writes the run to `sink`. Returns how many events it has.
    @discardableResult
    package func write(to sink: Sink) async throws(TransferError) -> Int {
        let files = hasLogs ? try logFiles() : []
        var hash = SHA256()
        let count = try await forEachEvent(limit: .max) { hash.update($0) }
        try forEachPiece(of: files) { hash.update($0) }
        let digest = hash.hexDigest()
        try sink(ExportHeader(version: version, run: run, eventCount: count, hash: digest).line)
        try await forEachEvent(limit: count, sink)
        try forEachPiece(of: files, sink)
        return count
    }

    /// Writes the run to a new file for the user alone. Returns how many events it has.
    @discardableResult
    package func write(toFile path: String) async throws(TransferError) -> Int {
        let file = try NewFile(path)
        do throws(TransferError) {
            let count = try await write { bytes throws(TransferError) in try file.write(bytes) }
            try file.finish()
            return count
        } catch {
            file.discard()
            throw error
        }
    }

    @discardableResult
    private func forEachEvent(limit: Int, _ body: Sink) async throws(TransferError) -> Int {
        var count = 0
        while count < limit {
            let page: [EventEnvelope]
            do throws(EventLogError) {
                page = try await log.events(of: run, from: count + 1, limit: min(1000, limit - count))
            } catch {
                throw .log(error)
            }
            if page.isEmpty { break }
            for event in page { try body(Array(JSON.text(of: event.json).utf8) + [UInt8(ascii: "\n")]) }
            count += page.count
        }
        return count
    }

    // MARK: Log files

    private struct LogFile {
        var name: String
        var path: String
        /// What was in it when the export began.
        var length: Int
    }

    private func logFiles() throws(TransferError) -> [LogFile] {
        do throws(EventLogError) {
            let folder = try log.logFolder(of: run)
            guard Files.isFolder(folder) else { return [] }
            return try Files.names(in: folder).filter(LogPiece.isName).compactMap { name in
                let path = "\(folder)/\(name)"
                return Files.size(of: path).map { LogFile(name: name, path: path, length: $0) }
            }
        } catch {
            throw .log(error)
        }
    }

    private func forEachPiece(of files: [LogFile], _ body: Sink) throws(TransferError) {
        for file in files {
            let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw .file(path: file.path, reason: Files.reason(of: errno)) }
            defer { close(descriptor) }
            var offset = 0
            repeat {
                var bytes = [UInt8](repeating: 0, count: min(LogPiece.length, file.length - offset))
                let count = pread(descriptor, &bytes, bytes.count, off_t(offset))
                guard count >= 0 else { throw .file(path: file.path, reason: Files.reason(of: errno)) }
                try body(LogPiece(file: file.name, bytes: Array(bytes[..<count])).line)
                if count == 0 { break }
                offset += count
            } while offset < file.length
        }
    }
}
