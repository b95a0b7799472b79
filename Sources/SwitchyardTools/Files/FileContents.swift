import Glibc
import SwitchyardCore

/// Reads and writes whole files.
enum FileContents {
    /// How much is read at once: a disk far away may take its time even for this.
    private static let blockSize = 1 << 20

    /// At most `limit` bytes of the beginning of the regular file at `path`, and how many it has in all.
    ///
    /// Throws `StepFailure`, and `CancellationError` if `cancellation` says so before the end is reached.
    static func read(
        _ path: String, named name: String, limit: Int, _ cancellation: Cancellation
    ) throws -> (bytes: [UInt8], count: Int) {
        // Opening a named pipe would wait for its other end.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard file >= 0 else { throw SystemError.current.failure("read", name) }
        defer { close(file) }
        guard case .success(let status) = FileStatus.of(descriptor: file) else {
            throw SystemError.current.failure("read", name)
        }
        guard status.kind == .file else {
            let what = status.kind == .directory ? "it is a folder" : "it is not a regular file"
            throw StepFailure(.invalidInput, "cannot read \(name): \(what)")
        }
        // Some files, those of /proc among them, say 0 and hold more; one that grows may hold more too.
        var bytes: [UInt8] = []
        var code: Int32?
        while bytes.count <= limit {
            try cancellation.check()
            let wanted = min(limit + 1 - bytes.count, blockSize, max(1 << 16, status.size + 1 - bytes.count))
            let chunk = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, initialized in
                let count = Glibc.read(file, buffer.baseAddress, wanted)
                if count < 0 { code = errno }
                initialized = max(0, count)
            }
            if let code, code != EINTR { throw SystemError(code: code).failure("read", name) }
            if chunk.isEmpty, code == nil { break }
            code = nil
            bytes += chunk
        }
        let count = max(status.size, bytes.count)
        return (bytes.count > limit ? Array(bytes.prefix(limit)) : bytes, count)
    }

    /// Makes `bytes` the contents of the file at `path` in one step: whoever opens it sees the old or the new
    /// contents, after a power cut too.
    ///
    /// The file keeps its permissions; a new one gets 0644 less the umask. With `isNew` it fails if there is a file.
    static func replace(_ path: String, with bytes: [UInt8], isNew: Bool) -> SystemError? {
        guard let slash = path.lastIndex(of: "/") else { return SystemError(code: EINVAL) }
        let folder = slash == path.startIndex ? "/" : String(path[..<slash])
        // In the same folder, because a rename works within one file system only.
        let temporary = "\(folder)/.switchyard-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { return .current }
        if !isNew, case .success(let old) = FileStatus.of(path) { fchmod(file, old.mode) }
        var error = write(bytes, to: file)
        if error == nil, fsync(file) != 0 { error = .current }
        if close(file) != 0, error == nil { error = .current }
        if error == nil {
            // A rename would silently replace what was made meanwhile; a link does not.
            let isPlaced = isNew ? link(temporary, path) == 0 : rename(temporary, path) == 0
            if !isPlaced { error = .current }
        }
        if error != nil || isNew { unlink(temporary) }
        return error ?? sync(folder: folder)
    }

    /// Adds `bytes` at the end of the file at `path` and makes it if there is none. Not atomic: a crash may leave
    /// part of them.
    static func append(_ path: String, _ bytes: [UInt8]) -> SystemError? {
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW, 0o644)
        guard file >= 0 else { return .current }
        defer { close(file) }
        if let error = write(bytes, to: file) { return error }
        return fsync(file) == 0 ? nil : .current
    }

    /// Writes all of `bytes` to the open `file`.
    static func write(_ bytes: [UInt8], to file: Int32) -> SystemError? {
        bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let count = Glibc.write(file, buffer.baseAddress! + written, buffer.count - written)
                if count < 0, errno != EINTR { return .current }
                written += max(0, count)
            }
            return nil
        }
    }

    /// Makes a rename in `folder` survive a power cut.
    private static func sync(folder: String) -> SystemError? {
        let file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { return .current }
        defer { close(file) }
        return fsync(file) == 0 || errno == EINVAL ? nil : .current
    }
}
