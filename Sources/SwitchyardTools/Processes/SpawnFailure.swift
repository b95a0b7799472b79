import Glibc
import Subprocess
import SwitchyardCore
import SystemPackage

/// Says why a program could not be started.
enum SpawnFailure {
    /// `error` of ``ProcessRunner`` as a step's failure.
    ///
    /// Subprocess reports a missing program, one without permission and a script whose interpreter is missing alike;
    /// the file system tells them apart.
    static func classify(_ error: any Error, _ request: ProcessRequest) -> StepFailure {
        let program = request.argv[0]
        guard let error = error as? SubprocessError else {
            return StepFailure(.internal, "\(program) could not be run: \(error)")
        }
        if error.code == .failedToChangeWorkingDirectory { return folderFailure(request.workingDirectory) }
        switch (error.code, error.underlyingError?.rawValue) {
        case (.executableNotFound, _), (.spawnFailed, ENOENT), (.spawnFailed, EACCES), (.spawnFailed, EPERM):
            return programFailure(request)
        case (.spawnFailed, ENOEXEC):
            return StepFailure(.invalidInput, "\(program) is not a program: the system does not know its format")
        case (.spawnFailed, E2BIG):
            return StepFailure(.invalidInput, "the arguments and environment of \(program) are too long for the system")
        default:
            return StepFailure(.io, "\(program) could not be run: \(error)")
        }
    }

    private static func folderFailure(_ folder: String) -> StepFailure {
        switch FileStatus.of(folder) {
        case .failure(let code) where code == EACCES:
            StepFailure(.permission, "the working directory \(folder) may not be entered")
        case .failure:
            StepFailure(.notFound, "the working directory \(folder) does not exist")
        case .success(let status) where status.kind != .directory:
            StepFailure(.notFound, "the working directory \(folder) is not a folder")
        case .success:
            StepFailure(.permission, "the working directory \(folder) may not be entered")
        }
    }

    private static func programFailure(_ request: ProcessRequest) -> StepFailure {
        let program = request.argv[0]
        guard let path = candidates(for: program, request).first(where: { FileStatus.of($0).isPresent }) else {
            return StepFailure(
                .notFound,
                program.utf8.contains(UInt8(ascii: "/"))
                    ? "the program \(program) does not exist" : "the program \(program) is not in PATH",
                details: ["program": .string(program)])
        }
        if access(path, X_OK) == 0, case .success(let status) = FileStatus.of(path), status.kind == .file {
            return StepFailure(
                .notFound, "\(program) cannot be started: the interpreter its first line names does not exist",
                details: ["program": .string(path)])
        }
        return StepFailure(.permission, "\(program) may not be executed", details: ["program": .string(path)])
    }

    private static func candidates(for program: String, _ request: ProcessRequest) -> [String] {
        if program.hasPrefix("/") { return [program] }
        if program.utf8.contains(UInt8(ascii: "/")) { return [request.workingDirectory + "/" + program] }
        let path = request.environment["PATH"] ?? getenv("PATH").map { String(cString: $0) } ?? ""
        return path.split(separator: ":").map { "\($0)/\(program)" }
    }
}
