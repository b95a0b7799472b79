import FoundationEssentials

/// A new folder beside the program, on the disk that the project is on: a temporary one may be in memory, where a disk
/// flush costs nothing. Removed when nobody has it any more.
final class ScratchFolder: Sendable {
    let path: String

    init() throws {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let parent = program.lastIndex(of: "/").map { program[..<$0] } ?? "."
        path = "\(parent)/scratch-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit {
        // What stays is in the folder of the build.
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// Why a benchmark could not be run.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
