import Glibc

/// A folder that is gone with its last reference.
final class TemporaryFolder {
    let path: String

    init() {
        var template = Array("/tmp/switchyard-test-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
    }

    deinit {
        for entry in entries.reversed() where path != "/tmp" { remove(entry) }
    }

    /// Every folder before what is in it, the folder itself first.
    private var entries: [String] {
        var entries = [path]
        var index = 0
        while index < entries.count {
            if let folder = opendir(entries[index]) {
                defer { closedir(folder) }
                while let entry = readdir(folder) {
                    let name = withUnsafePointer(to: &entry.pointee.d_name) {
                        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                    }
                    guard name != ".", name != ".." else { continue }
                    let isLink = entry.pointee.d_type == UInt8(DT_LNK)
                    if isLink {
                        unlink("\(entries[index])/\(name)")
                    } else {
                        entries.append("\(entries[index])/\(name)")
                    }
                }
            }
            index += 1
        }
        return entries
    }

    func write(_ text: String, to name: String, mode: mode_t = 0o600) {
        let file = "\(path)/\(name)"
        unlink(file)
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, mode)
        fchmod(descriptor, mode)
        var text = text
        text.withUTF8 { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
    }

    func makeFolder(_ name: String) { mkdir("\(path)/\(name)", 0o700) }
}
