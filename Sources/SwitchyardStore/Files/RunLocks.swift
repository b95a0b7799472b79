import Glibc
import SwitchyardCore
import Synchronization

/// Who owns which run: a lock file each, there while the run is owned or after its owner was killed.
struct RunLocks: Sendable {
    /// Absolute.
    let folder: String

    /// Takes sole ownership of `run`; fails with `owned` while somebody has it.
    func take(_ run: RunID) throws(EventLogError) -> RunLock {
        let path = try path(of: run)
        try Files.makeFolder(folder)
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw Files.error(errno, at: path) }
            fchmod(descriptor, 0o600)
            guard FileLock.take(descriptor) else {
                let code = errno
                close(descriptor)
                if code == EAGAIN || code == EACCES { throw .owned(run) }
                throw Files.error(code, at: path)
            }
            // The last owner may have removed the file between our opening and our locking it.
            var status = stat()
            if fstat(descriptor, &status) == 0, status.st_nlink > 0 {
                return RunLock(path: path, descriptor: descriptor)
            }
            close(descriptor)
        }
    }

    /// Whether somebody owns `run`. Asking disturbs nobody.
    func isHeld(_ run: RunID) -> Bool {
        guard let path = try? path(of: run) else { return false }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        // A lock that may not be looked at is somebody's.
        guard descriptor >= 0 else { return errno != ENOENT && errno != ENOTDIR }
        defer { close(descriptor) }
        return FileLock.isHeld(descriptor)
    }

    private func path(of run: RunID) throws(EventLogError) -> String {
        folder + "/" + (try Files.name(of: run, in: folder)) + ".lock"
    }
}

/// The lock of a run, until it is let go.
final class RunLock: Sendable {
    private let path: String
    private let descriptor: Mutex<Int32?>

    fileprivate init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = Mutex(descriptor)
    }

    /// Lets go. Doing that twice does nothing.
    func release() {
        descriptor.withLock {
            guard let open = $0 else { return }
            $0 = nil
            // While it is still locked, and only if it is still this one: nobody else's file is removed.
            if Files.identity(of: path) == Files.identity(of: open) { unlink(path) }
            _ = Glibc.close(open)
        }
    }

    deinit { release() }
}

/// A lease of a run: its lock, which keeps others away, and its number, which the record checks in case the lock did
/// not, because its file was removed or the file system does not keep locks.
final class LockedLease: RunLease {
    let run: RunID
    let epoch: Int
    private let lock: RunLock

    init(run: RunID, epoch: Int, lock: RunLock) {
        self.run = run
        self.epoch = epoch
        self.lock = lock
    }

    func close() { lock.release() }
}
