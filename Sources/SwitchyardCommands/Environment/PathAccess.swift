import Glibc
import SwitchyardTools

/// What may be done with paths.
enum PathAccess {
    /// Whether a folder at `path` can be written, or made where it is missing.
    static func isWritable(_ path: String) -> Bool {
        var path = path
        while access(path, F_OK) != 0 {
            guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return access("/", W_OK) == 0 }
            path = String(path[..<slash])
        }
        return FileStatus.of(path).status?.kind == .directory && access(path, W_OK) == 0
    }

    /// The file that `name` runs, looked up in `searchPath`; nil if there is none.
    static func program(_ name: String, in searchPath: String) -> String? {
        searchPath.split(separator: ":").lazy.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}
