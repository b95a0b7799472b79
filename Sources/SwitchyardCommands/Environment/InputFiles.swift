import Glibc
import SwitchyardCore
import SwitchyardTools
import SwitchyardYAML

extension InputSurroundings {
    /// The machine, as the process meets it. Relative paths count from the current folder, `~/` from the home folder.
    static func system(_ environment: ProcessEnvironment) -> InputSurroundings {
        let home = environment.variables["HOME"]
        return InputSurroundings(
            variables: environment.variables,
            objectionToFile: { InputFile.objection(to: $0) },
            read: { path, limit in InputFile.read(InputFile.expanded(path, home: home), limit: limit) },
            parse: { text in
                let (value, diagnostics) = YAMLText.value(of: text, file: "input")
                return diagnostics.isEmpty ? value : nil
            })
    }
}

/// A file that an input is read from, or that is an input.
enum InputFile {
    /// `path` with the home folder in the place of `~`, which no shell has seen where it stands in a pipeline.
    static func expanded(_ path: String, home: String?) -> String {
        guard let home, path == "~" || path.hasPrefix("~/") else { return path }
        return home + path.dropFirst()
    }

    /// Why nothing can be read at `path`, behind its name; nil if something can.
    static func objection(to path: String) -> String? {
        switch FileStatus.of(path) {
        case .failure(let code): return problem(code).reason
        case .success(let status): if status.kind == .directory { return "is a folder" }
        }
        return access(path, R_OK) == 0 ? nil : problem(errno).reason
    }

    /// The text at `path`, of at most `limit` bytes. Pipes and devices are read to their end, once.
    static func read(_ path: String, limit: Int) -> Result<InputSurroundings.File, InputSurroundings.FileProblem> {
        bytes(path, limit: limit).flatMap { file in
            guard !file.bytes.contains(0), let text = String(validating: file.bytes, as: UTF8.self) else {
                return .failure(.init("is no UTF-8 text"))
            }
            // Another's file is not this person's to close: that is how secrets are mounted into containers.
            let isOwn = file.status.kind == .file && file.status.owner == getuid()
            return .success(.init(text: text, isExposed: isOwn && file.status.mode & 0o044 != 0))
        }
    }

    /// The bytes at `path`, at most `limit`, and what the file system knows of the file.
    static func bytes(
        _ path: String, limit: Int
    ) -> Result<(bytes: [UInt8], status: FileStatus), InputSurroundings.FileProblem> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { return .failure(problem(errno)) }
        defer { close(descriptor) }
        let status: FileStatus
        switch FileStatus.of(descriptor: descriptor) {
        case .failure(let code): return .failure(problem(code))
        case .success(let found): status = found
        }
        if status.kind == .directory { return .failure(.init("is a folder")) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= limit {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { break }
            if count > 0 {
                bytes += buffer[..<count]
            } else if errno != EINTR {
                return .failure(problem(errno))
            }
        }
        guard bytes.count <= limit else { return .failure(.init("is larger than \(limit / 1024) KiB")) }
        return .success((bytes, status))
    }

    private static func problem(_ code: Int32) -> InputSurroundings.FileProblem {
        switch code {
        case ENOENT, ENOTDIR: .init("is not there", isMissing: true)
        case EACCES: .init("may not be read")
        default: .init("cannot be read: \(String(cString: strerror(code)))")
        }
    }
}
