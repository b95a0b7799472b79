import Glibc

/// Makes and reads folders.
enum Folders {
    /// Makes every missing folder above the file at `path`, an absolute path.
    ///
    /// Returns what went wrong, nil if nothing did.
    static func create(above path: String, mode: mode_t = 0o777) -> SystemError? {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return nil }
        let folder = String(path[..<slash])
        if mkdir(folder, mode) == 0 || errno == EEXIST { return nil }
        guard errno == ENOENT else { return .current }
        if let error = create(above: folder, mode: mode) { return error }
        return mkdir(folder, mode) == 0 || errno == EEXIST ? nil : .current
    }

    /// The names in the folder at `path`, in no order, without `.` and `..`. Those read so far if `isCancelled`.
    static func names(
        in path: String, isCancelled: () -> Bool = { false }
    ) throws(SystemError) -> [String] {
        guard let stream = opendir(path) else { throw .current }
        defer { closedir(stream) }
        var names: [String] = []
        while !isCancelled(), let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// The path of `name` in the folder at `path`.
    static func path(of name: String, in path: String) -> String {
        path.hasSuffix("/") ? path + name : path + "/" + name
    }
}
