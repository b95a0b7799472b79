import Glibc

/// Small files, read whole.
enum TextFile {
    /// Why a file cannot be read, as the system says it.
    struct Failure: Error {
        var reason: String
    }

    /// The text of the file at `path`, invalid UTF-8 repaired.
    static func read(_ path: String) -> Result<String, Failure> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return .failure(Failure(reason: String(cString: strerror(errno)))) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return .success(String(decoding: bytes, as: UTF8.self)) }
            if count > 0 {
                bytes += buffer[..<count]
            } else if errno != EINTR {
                return .failure(Failure(reason: String(cString: strerror(errno))))
            }
        }
    }

    /// The names in the folder at `path`, sorted; empty if there is none.
    static func names(in path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
