import Glibc
import SwitchyardCore

/// What the file system knows of a file.
struct FileStatus: Sendable {
    enum Kind: String, Sendable {
        case file, directory, symlink, other
    }

    var kind: Kind
    var size: Int
    var modified: Timestamp
    /// The permission bits.
    var mode: mode_t
    /// Together they name the file for as long as it exists.
    var device: UInt64
    var inode: UInt64

    enum Result: Sendable {
        case success(FileStatus)
        case failure(Int32)

        var isPresent: Bool {
            switch self {
            case .success: true
            case .failure(let code): code != ENOENT && code != ENOTDIR
            }
        }
    }

    /// The file at `path`; with `followingLink`, the one that a symbolic link points at.
    static func of(_ path: String, followingLink: Bool = true) -> Result {
        var status = stat()
        guard (followingLink ? stat(path, &status) : lstat(path, &status)) == 0 else { return .failure(errno) }
        return .success(FileStatus(status))
    }

    /// The file open as `descriptor`.
    static func of(descriptor: Int32) -> Result {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .failure(errno) }
        return .success(FileStatus(status))
    }

    private init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .directory
            case S_IFLNK: .symlink
            default: .other
            }
        size = Int(status.st_size)
        modified = Timestamp(
            microseconds: Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1000)
        mode = status.st_mode & 0o7777
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}
