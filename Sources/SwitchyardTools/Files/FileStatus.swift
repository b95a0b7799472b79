import Glibc
package import SwitchyardCore

/// What the file system knows of a file.
package struct FileStatus: Sendable {
    package enum Kind: String, Sendable {
        case file, directory, symlink, other
    }

    package var kind: Kind
    package var size: Int
    package var modified: Timestamp
    /// The permission bits.
    package var mode: UInt32
    /// Together they name the file for as long as it exists.
    package var device: UInt64
    package var inode: UInt64
    /// The user it belongs to.
    package var owner: UInt32

    package enum Result: Sendable {
        case success(FileStatus)
        case failure(Int32)

        package var isPresent: Bool {
            switch self {
            case .success: true
            case .failure(let code): code != ENOENT && code != ENOTDIR
            }
        }

        /// What is known; nil where nothing is.
        package var status: FileStatus? {
            if case .success(let status) = self { status } else { nil }
        }
    }

    /// The file at `path`; with `followingLink`, the one that a symbolic link points at.
    package static func of(_ path: String, followingLink: Bool = true) -> Result {
        var status = stat()
        guard (followingLink ? stat(path, &status) : lstat(path, &status)) == 0 else { return .failure(errno) }
        return .success(FileStatus(status))
    }

    /// The file open as `descriptor`.
    package static func of(descriptor: Int32) -> Result {
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
        owner = status.st_uid
    }
}
