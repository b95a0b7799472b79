import Foundation

@testable import SwitchyardCore

/// What a script left behind.
struct ShellOutcome {
    var output: Data
    var errors: String
    var status: Int32

    /// The texts it printed, each with a NUL behind it.
    var printed: [String] {
        output.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}

extension ShellTemplate {
    /// Runs the script in `/bin/SHELL`; `path` is the `PATH` it sees.
    func run(_ shell: String, inputs: Value, path: String? = nil, folder: String = "/") throws -> ShellOutcome {
        var scope = sampleScope
        scope.inputs = inputs
        let (script, arguments) = try resolve(in: scope)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/\(shell)")
        process.arguments = ["-c", script, "step"] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        if let path { process.environment = ["PATH": path] }
        let output = Pipe()
        // A file, because a second pipe that nobody reads could fill.
        let errors = FileManager.default.temporaryDirectory.appendingPathComponent("switchyard-\(UUID().uuidString)")
        try Data().write(to: errors)
        defer { try? FileManager.default.removeItem(at: errors) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return ShellOutcome(
            output: data, errors: try String(contentsOf: errors, encoding: .utf8), status: process.terminationStatus)
    }
}

/// A folder of programs that only leave a mark that they ran, under the names that hostile text calls.
final class ProgramTrap {
    let folder: URL
    private var mark: URL { folder.appendingPathComponent("mark") }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("switchyard-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let program = Data("#!/bin/sh\necho \"$0\" >> \"\(mark.path)\"\n".utf8)
        for name in ["id", "touch", "ls", "sh", "bash", "rm", "x", "a", "-n", "sleep"] {
            let file = folder.appendingPathComponent(name)
            try program.write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Which of them ran.
    var ran: String? { (try? Data(contentsOf: mark)).map { String(decoding: $0, as: UTF8.self) } }
}
