import Glibc
import SwitchyardCore

/// The file system, with the modes and the errors of a store.
///
/// Modes are set after creation, so that no umask changes them.
enum Files {
    /// `path` from the root, without a `/` at its end.
    static func absolute(_ path: String) -> String {
        var path = path
        if !path.hasPrefix("/"), let buffer = getcwd(nil, 0) {
            path = String(cString: buffer) + "/" + path
            free(buffer)
        }
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    /// Makes the folder `path`, and those it lies in, for the user alone. One that is there stays as it is.
    ///
    /// With `sync` the names of those that are made survive a loss of power.
    static func makeFolder(_ path: String, sync isSynced: Bool = false) throws(EventLogError) {
        if isFolder(path) { return }
        let parent = parent(of: path)
        if mkdir(path, 0o700) != 0 {
            let code = errno
            // Another process may have been quicker.
            if code == EEXIST, isFolder(path) { return }
            // `/proc` says that the folder itself is missing.
            guard code == ENOENT, !isFolder(parent) else { throw error(code == EEXIST ? ENOTDIR : code, at: path) }
            try makeFolder(parent, sync: isSynced)
            return try makeFolder(path, sync: isSynced)
        }
        chmod(path, 0o700)
        if isSynced { try sync(folder: parent) }
    }

    /// Makes an empty file for the user alone unless there is one.
    static func makeFile(_ path: String) throws(EventLogError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor < 0 {
            if errno == EEXIST { return }
            throw error(errno, at: path)
        }
        fchmod(descriptor, 0o600)
        close(descriptor)
    }

    /// Makes the names in the folder `path` survive a loss of power.
    static func sync(folder path: String) throws(EventLogError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        // A folder that may be written but not read cannot be synced; that is its owner's choice.
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // Some file systems cannot sync folders and say EINVAL.
        if fsync(descriptor) != 0, errno != EINVAL { throw error(errno, at: path) }
    }

    /// Whether something is at `path`; an error where that cannot be told.
    static func exists(_ path: String) throws(EventLogError) -> Bool {
        var status = stat()
        if stat(path, &status) == 0 { return true }
        if errno == ENOENT { return false }
        throw error(errno, at: path)
    }

    /// How many bytes the file at `path` has; nil where there is none.
    static func size(of path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }

    /// The names of what is in the folder `path`, sorted.
    static func names(in path: String) throws(EventLogError) -> [String] {
        guard let folder = opendir(path) else { throw error(errno, at: path) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
                field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Which file something is, whatever it is called.
    struct Identity: Hashable {
        let device: dev_t
        let number: ino_t
    }

    /// The file at `path`; nil where there is none.
    static func identity(of path: String) -> Identity? {
        var status = stat()
        return stat(path, &status) == 0 ? Identity(device: status.st_dev, number: status.st_ino) : nil
    }

    /// The open file `descriptor`.
    static func identity(of descriptor: Int32) -> Identity? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Identity(device: status.st_dev, number: status.st_ino) : nil
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The name of the files of `run`. Refuses an id that would lead out of its folder.
    static func name(of run: RunID, in folder: String) throws(EventLogError) -> String {
        let name = run.rawValue
        guard !name.isEmpty, !name.hasPrefix("."), !name.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 < 0x20 })
        else { throw .failed(path: folder, reason: "`\(name)` cannot be the id of a run") }
        return name
    }

    /// What the system's error `code`, met at `path`, means to a store.
    static func error(_ code: Int32, at path: String) -> EventLogError {
        switch code {
        case ENOSPC, EDQUOT, EFBIG: .diskFull(path: path)
        case EROFS: .readOnly(path: path)
        case EACCES, EPERM, ENOENT, ENOTDIR, EISDIR, ELOOP, ENAMETOOLONG, EMFILE, ENFILE:
            .cannotOpen(path: path, reason: reason(of: code))
        default: .failed(path: path, reason: reason(of: code))
        }
    }

    /// `permission denied`.
    static func reason(of code: Int32) -> String {
        let text = String(cString: strerror(code))
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    /// Whether the file system of `path` has no room left for the user.
    static func isFull(_ path: String) -> Bool {
        var status = statvfs()
        return statvfs(path, &status) == 0 && status.f_bavail == 0
    }
}
