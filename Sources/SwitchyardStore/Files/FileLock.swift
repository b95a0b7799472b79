import Glibc
import SwitchyardCore

/// Locks of a whole file that belong to one open of it: they exclude other processes and other opens of this one, and
/// end when the descriptor is closed, however its process ends.
///
/// These are open-file-description locks and not `flock`, because only they can be asked about without being taken:
/// somebody listing runs must never make an owner's lock fail.
enum FileLock {
    // The kernel's numbers on every architecture; Swift's Glibc lacks the names.
    private static let getLock: Int32 = 36
    private static let setLock: Int32 = 37
    private static let waitForLock: Int32 = 38

    /// Takes the lock for itself alone, or returns false, with the reason in `errno`.
    static func take(_ descriptor: Int32) -> Bool {
        var lock = request(F_WRLCK)
        return fcntl(descriptor, setLock, &lock) == 0
    }

    /// Waits for the lock, for itself alone or shared with other readers; false for an error, which is in `errno`.
    static func wait(_ descriptor: Int32, shared: Bool = false) -> Bool {
        while true {
            var lock = request(shared ? F_RDLCK : F_WRLCK)
            if fcntl(descriptor, waitForLock, &lock) == 0 { return true }
            if errno != EINTR { return false }
        }
    }

    /// Whether another open of the file holds the lock.
    static func isHeld(_ descriptor: Int32) -> Bool {
        var lock = request(F_WRLCK)
        return fcntl(descriptor, getLock, &lock) == 0 && Int32(lock.l_type) != Int32(F_UNLCK)
    }

    /// What `body` gives while the file `path`, made if it is missing, is locked, by this open of it alone or shared
    /// with others.
    static func whileHolding<Answer>(
        _ path: String, shared: Bool = false, _ body: () throws(EventLogError) -> Answer
    ) throws(EventLogError) -> Answer {
        let descriptor = try opened(path)
        defer { close(descriptor) }
        guard wait(descriptor, shared: shared) else { throw Files.error(errno, at: path) }
        return try body()
    }

    /// What `body` gives while the file `path`, made if it is missing, is locked by this open of it alone; nil, at
    /// once, while it is locked by another.
    static func ifFree<Answer>(
        _ path: String, _ body: () throws(EventLogError) -> Answer
    ) throws(EventLogError) -> Answer? {
        let descriptor = try opened(path)
        defer { close(descriptor) }
        guard take(descriptor) else {
            if errno == EAGAIN || errno == EACCES { return nil }
            throw Files.error(errno, at: path)
        }
        return try body()
    }

    private static func opened(_ path: String) throws(EventLogError) -> Int32 {
        try Files.makeFile(path)
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw Files.error(errno, at: path) }
        return descriptor
    }

    private static func request(_ type: Int32) -> flock {
        flock(l_type: Int16(type), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
    }
}
