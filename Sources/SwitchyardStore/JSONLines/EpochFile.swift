import Glibc
import SwitchyardCore

/// The number of a run's newest lease: a file beside the run's events with the number and a line end.
///
/// Appends hold it shared and a new lease holds it alone, so that a lease waits for the append under way, and every
/// later append sees the lease.
struct EpochFile {
    let path: String

    /// Begins the next epoch and returns its number, which is on the disk by then.
    func begin() throws(EventLogError) -> Int {
        try FileLock.whileHolding(path) { () throws(EventLogError) in
            let epoch = (try read() ?? 0) + 1
            // One write of a few bytes, not a truncation and a write: a crash between them would forget the number.
            let text = Array("\(epoch)\n".utf8)
            let descriptor = open(path, O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { throw Files.error(errno, at: path) }
            defer { Glibc.close(descriptor) }
            guard pwrite(descriptor, text, text.count, 0) == text.count, fdatasync(descriptor) == 0 else {
                throw Files.error(errno, at: path)
            }
            return epoch
        }
    }

    /// What `body` gives while the newest lease is `lease`, and no other can begin.
    ///
    /// Fails with `fenced` where another is newer.
    func whileCurrent<Answer>(
        _ lease: any RunLease, _ body: () throws(EventLogError) -> Answer
    ) throws(EventLogError) -> Answer {
        // Only a lease makes the file: without it, somebody removed what was recorded.
        guard try Files.exists(path) else {
            throw .failed(path: path, reason: "it was moved or removed while the run was going on")
        }
        return try FileLock.whileHolding(path, shared: true) { () throws(EventLogError) in
            if let refusal = EventLogError.refusal(of: lease, newest: try read()) { throw refusal }
            return try body()
        }
    }

    /// The number; nil before the first lease, or where a crash left nothing of it.
    private func read() throws(EventLogError) -> Int? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Files.error(errno, at: path) }
        defer { Glibc.close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { throw Files.error(errno, at: path) }
        return Int(String(decoding: bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
