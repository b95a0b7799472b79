import Glibc

/// Makes folders.
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
}
