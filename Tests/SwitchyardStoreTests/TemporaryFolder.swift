import Foundation

/// A folder for one test, removed with everything in it when the test lets go of it.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/switchyard-store-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Every path below `subfolder`, sorted.
    func files(in subfolder: String = "") -> [String] {
        ((try? FileManager.default.subpathsOfDirectory(atPath: path + "/" + subfolder)) ?? []).sorted()
    }
}
