import Glibc
package import SwitchyardCore

/// The folder that a step's paths are confined to.
package struct Workspace: Sendable {
    /// The folder, every symbolic link resolved.
    private let root: String
    /// What relative paths are relative to.
    private let workingDirectory: String

    package init(_ invocation: ToolInvocation) {
        self.init(root: invocation.workspace, workingDirectory: invocation.workingDirectory)
    }

    package init(root: String, workingDirectory: String) {
        self.root = Self.resolved(root) ?? root
        self.workingDirectory = workingDirectory
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
                .permission, "\(path) is outside the workspace \(root)",
                details: ["path": .string(path), "workspace": .string(root)])
        }
        return resolved
    }

    private func isInside(_ resolved: String) -> Bool {
        resolved == root || resolved.hasPrefix(root.hasSuffix("/") ? root : root + "/")
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
            guard let slash = existing.lastIndex(of: "/") else { return nil }
            missing.append(existing[existing.index(after: slash)...])
            existing = slash == existing.startIndex ? "/" : String(existing[..<slash])
        }
    }

    private static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
