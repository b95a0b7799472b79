import FoundationEssentials
import Synchronization

/// The recorded answers beside the tests.
enum Fixtures {
    private static let cache = Mutex<[String: [UInt8]]>([:])

    static func bytes(_ name: String) throws -> [UInt8] {
        if let bytes = cache.withLock({ $0[name] }) { return bytes }
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "Fixtures/\(name)")))
        cache.withLock { $0[name] = bytes }
        return bytes
    }
}
