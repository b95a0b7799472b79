import Glibc
import SwitchyardTools

/// Files that are made and never overwritten.
enum NewFile {
    enum Failure: Error, Equatable {
        /// Something is there already, be it a link that leads nowhere.
        case exists
        /// The folder it would stand in is not there.
        case noFolder
        /// As the system says it.
        case failed(String)
    }

    /// Writes `text` to a new file at `path`, all of it or nothing.
    static func write(_ text: String, to path: String) -> Result<Void, Failure> {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            switch errno {
            case EEXIST: return .failure(.exists)
            case ENOENT, ENOTDIR: return .failure(.noFolder)
            default: return .failure(.failed(String(cString: strerror(errno))))
            }
        }
        var reason: String?
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty, reason == nil {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count >= 0 {
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                } else if errno != EINTR {
                    reason = String(cString: strerror(errno))
                }
            }
        }
        if close(descriptor) != 0, reason == nil { reason = String(cString: strerror(errno)) }
        guard let reason else { return .success(()) }
        unlink(path)
        return .failure(.failed(reason))
    }

    /// A name like `path` that is free: `deploy-2.yaml` for `deploy.yaml`; nil if many are taken.
    static func freeName(like path: String) -> String? {
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let dot = path[slash...].dropFirst().lastIndex(of: ".") ?? path.endIndex
        return (2...99).lazy.map { "\(path[..<dot])-\($0)\(path[dot...])" }.first { name in
            return !FileStatus.of(name, followingLink: false).isPresent
        }
    }
}
