import Foundation

/// The simulator of the release build, as a server in a process of its own.
final class SimulatorProcess {
    /// Where it listens, without a slash at its end.
    let url: String
    private let process = Process()

    /// Starts the program that `SWITCHYARD` names, or the release build of the package above.
    init() throws {
        let program = ProcessInfo.processInfo.environment["SWITCHYARD"] ?? ".build/release/switchyard"
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["simulator", "--port", "0"]
        process.standardOutput = output
        try process.run()
        var line = ""
        while !line.contains("\n") {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { throw CocoaError(.fileReadUnknown) }
            line += String(decoding: data, as: UTF8.self)
        }
        url = String(line.prefix { $0 != "\n" }.drop { $0 != "h" })
    }

    func end() {
        process.terminate()
        process.waitUntilExit()
    }
}
