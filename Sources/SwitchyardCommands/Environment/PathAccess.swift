import Glibc

/// What may be done with paths.
enum PathAccess {
    /// Whether a folder at `path` can be written, or made where it is missing.
    static func isWritable(_ path: String) -> Bool {
        var path = path
        while access(path, F_OK) != 0 {
            guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return access("/", W_OK) == 0 }
            path = String(path[..<slash])
        }
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && access(path, W_OK) == 0
    }

    /// The file that `name` runs, looked up in `searchPath`; nil if there is none.
    static func program(_ name: String, in searchPath: String) -> String? {
        searchPath.split(separator: ":").lazy.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}
