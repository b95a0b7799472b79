import Glibc
package import SwitchyardCore

/// The folder that a step's paths are confined to, and what `allow_paths` adds to it.
package struct Workspace: Sendable {
    /// The folder, every symbolic link resolved.
    private let root: String
    /// What relative paths are relative to.
    private let workingDirectory: String
    /// What else paths may lead to, every symbolic link resolved.
    private let allowed: [String]

    package init(_ invocation: ToolInvocation) {
        self.init(
            root: invocation.workspace, workingDirectory: invocation.workingDirectory,
            allowed: invocation.allowedPaths)
    }

    /// - Parameter allowed: more folders and files; relative ones are of the workspace.
    package init(root: String, workingDirectory: String, allowed: [String] = []) {
        self.root = Self.resolved(root) ?? root
        self.workingDirectory = workingDirectory
        let folder = self.root
        // What does not exist yet, as a file to be written, counts as it is spelled, unless it climbs.
        self.allowed = allowed.compactMap { path in
            let absolute = path.hasPrefix("/") ? path : folder + "/" + path
            if let resolved = Self.resolved(absolute) { return resolved }
            return absolute.split(separator: "/").contains("..") ? nil : absolute
        }
    }

    /// The absolute path of `path` without symbolic links, whether or not there is such a file.
    ///
    /// The deepest folder that exists is resolved as the kernel does it, so that neither `..` nor a symbolic link,
    /// a dangling one included, leads out. What does not exist below it must not contain `..`. Another process that
    /// exchanges folders between this call and the use of its result is not guarded against.
    package func resolve(_ path: String) throws(StepFailure) -> String {
        guard !path.isEmpty else { throw StepFailure(.invalidInput, "the path is empty") }
        guard !path.utf8.contains(0) else { throw StepFailure(.invalidInput, "the path contains a null byte") }
        let absolute = path.hasPrefix("/") ? path : workingDirectory + "/" + path
        guard let resolved = try existingPart(of: absolute, named: path), isInside(resolved) else {
            throw StepFailure(
                .permission, "\(path) is outside the workspace \(root); `allow_paths` of the step lets it in",
                details: ["path": .string(path), "workspace": .string(root)])
        }
        return resolved
    }

    /// Byte by byte, as the kernel compares: to Swift, `é` is `é` however it is spelled.
    private func isInside(_ resolved: String) -> Bool {
        ([root] + allowed).contains { folder in
            resolved.utf8.elementsEqual(folder.utf8)
                || resolved.utf8.starts(with: (folder.hasSuffix("/") ? folder : folder + "/").utf8)
        }
    }

    private func existingPart(of absolute: String, named path: String) throws(StepFailure) -> String? {
        var existing = absolute
        var missing: [Substring] = []
        while true {
            if let resolved = Self.resolved(existing) {
                guard !missing.isEmpty else { return resolved }
                // Behind something that does not exist `..` has no meaning to resolve.
                guard !missing.contains("..") else { return nil }
                let rest = missing.reversed().filter { $0 != "." && !$0.isEmpty }
                return (resolved == "/" ? "" : resolved) + rest.map { "/" + $0 }.joined()
            }
            guard errno == ENOENT else { throw SystemError.current.failure("resolve", path) }
            // A link that points nowhere: what is written through it would appear where it points.
            if case .success(let status) = FileStatus.of(existing, followingLink: false), status.kind == .symlink {
                return nil
            }
            // A slash with an accent behind it is another character to Swift, and a slash to the kernel.
            guard let slash = existing.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
            missing.append(existing[existing.utf8.index(after: slash)...])
            existing = slash == existing.startIndex ? "/" : String(existing[..<slash])
        }
    }

    private static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
