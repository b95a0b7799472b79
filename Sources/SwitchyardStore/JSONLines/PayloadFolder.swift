import Glibc
import SwitchyardCore

/// The large members of events' data, a file each: `ab/abcdef…` holds the text whose SHA-256 is `abcdef…`.
///
/// A file has its name only once all of it is on the disk, so no line can refer to a part of one.
struct PayloadFolder: Sendable {
    /// Absolute.
    let path: String

    private var lockPath: String { path + ".lock" }

    /// What `body` gives while nothing is removed: what writes payloads holds this until the event that refers to them
    /// is written.
    func whileWriting<Answer>(_ body: () throws(EventLogError) -> Answer) throws(EventLogError) -> Answer {
        try FileLock.whileHolding(lockPath, shared: true, body)
    }

    /// Keeps `payload`, if it is not kept already.
    func keep(_ payload: EventPayload, write: LineFile.Write) throws(EventLogError) {
        let file = try file(of: payload.hash)
        let folder = Files.parent(of: file)
        let bytes = Array(payload.text.utf8)
        if Files.size(of: file) != bytes.count {
            try Files.makeFolder(folder, sync: true)
            // Others may be making the same file.
            let part = "\(file).\(String(UInt64.random(in: 0...(.max)), radix: 36)).part"
            try writePart(part, bytes, write)
            guard rename(part, file) == 0 else {
                let code = errno
                unlink(part)
                throw Files.error(code, at: file)
            }
        }
        // Also where another process made the file: it may not have come to this yet.
        try Files.sync(folder: folder)
    }

    private func writePart(_ part: String, _ bytes: [UInt8], _ write: LineFile.Write) throws(EventLogError) {
        unlink(part)
        do throws(EventLogError) {
            try LineFile(appendingTo: part).replaceEnd(after: 0, with: bytes, sync: true, write: write)
        } catch {
            unlink(part)
            throw error
        }
    }

    /// The text of the payload `hash`; nil if it is not here.
    func text(of hash: String) throws(EventLogError) -> String? {
        guard let file = try LineFile(reading: try file(of: hash)) else { return nil }
        return String(decoding: try file.contents(), as: UTF8.self)
    }

    /// The texts of the payloads `hashes` that are here.
    func texts(of hashes: [String]) throws(EventLogError) -> [String: String] {
        var texts: [String: String] = [:]
        for hash in hashes where texts[hash] == nil { texts[hash] = try text(of: hash) }
        return texts
    }

    /// Removes every file but the payloads that `used` names, and returns how many those were; nil, having done
    /// nothing, while somebody writes payloads.
    ///
    /// Nobody does while `used` is asked and the files are removed: what it does not name, no event refers to and none
    /// is about to.
    func removeUnused(_ used: () throws(EventLogError) -> Set<String>) throws(EventLogError) -> Int? {
        guard Files.isFolder(path) else { return 0 }
        return try FileLock.ifFree(lockPath) { () throws(EventLogError) in
            let used = try used()
            var removed = 0
            for folder in try Files.names(in: path) where Files.isFolder("\(path)/\(folder)") {
                for name in try Files.names(in: "\(path)/\(folder)") where !used.contains(name) {
                    guard unlink("\(path)/\(folder)/\(name)") == 0 else {
                        throw Files.error(errno, at: "\(path)/\(folder)/\(name)")
                    }
                    removed += 1
                }
            }
            return removed
        }
    }

    private func file(of hash: String) throws(EventLogError) -> String {
        // It comes from a file that anybody may have written, and must not lead elsewhere.
        let isHash = hash.utf8.count == 64 && hash.allSatisfy { $0.isHexDigit && !$0.isUppercase }
        guard isHash else { throw .corrupt(path: path, reason: "`\(hash)` cannot be the name of a payload") }
        return "\(path)/\(hash.prefix(2))/\(hash)"
    }
}
