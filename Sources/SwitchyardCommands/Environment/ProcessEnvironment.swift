import Glibc

/// The process's surroundings, read once.
struct ProcessEnvironment: Sendable {
    var variables: [String: String]
    /// Absolute.
    var workingDirectory: String
    var userName: String

    static func current() -> ProcessEnvironment {
        var variables: [String: String] = [:]
        var entry = environ
        while let line = entry.pointee {
            let text = String(cString: line)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            entry += 1
        }
        let folder = getcwd(nil, 0)
        defer { free(folder) }
        return ProcessEnvironment(
            variables: variables, workingDirectory: folder.map { String(cString: $0) } ?? "/",
            userName: variables["USER"] ?? variables["LOGNAME"] ?? accountName
        )
    }

    private static var accountName: String {
        // Called once, before the process has other threads that look accounts up.
        getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "uid \(getuid())"
    }

    /// The folder of the file at `path`, absolute.
    func folder(of path: String) -> String {
        let path = absolute(path)
        return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? path
    }

    /// `path` as an absolute path.
    func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        return path == "." ? workingDirectory : "\(workingDirectory)/\(path)"
    }
}
