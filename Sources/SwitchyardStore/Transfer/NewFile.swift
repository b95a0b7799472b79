import Glibc
import SwitchyardCore

/// A file that was not there before, for the user alone. Until it is finished, nobody sees it under its name.
final class NewFile {
    private let path: String
    private let part: String
    private let descriptor: Int32

    init(_ path: String) throws(TransferError) {
        self.path = path
        part = "\(path).\(String(UInt64.random(in: 0...(.max)), radix: 36)).part"
        // Said before anything is written; ``finish()`` makes sure.
        if access(path, F_OK) == 0 { throw .fileExists(path: path) }
        descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path: path, reason: Files.reason(of: errno)) }
        fchmod(descriptor, 0o600)
    }

    deinit { close(descriptor) }

    func write(_ bytes: [UInt8]) throws(TransferError) {
        let code = bytes.withUnsafeBytes { buffer -> Int32 in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                if count < 0 { return errno }
                rest = rest.dropFirst(count)
            }
            return 0
        }
        if code != 0 { throw .file(path: path, reason: Files.reason(of: code)) }
    }

    /// Puts all of it on the disk and gives it its name.
    func finish() throws(TransferError) {
        guard fsync(descriptor) == 0 else { throw .file(path: path, reason: Files.reason(of: errno)) }
        // Unlike a renaming, a link never replaces what is there.
        guard link(part, path) == 0 else {
            throw errno == EEXIST ? .fileExists(path: path) : .file(path: path, reason: Files.reason(of: errno))
        }
        unlink(part)
        try? Files.sync(folder: Files.parent(of: path))
    }

    /// Leaves nothing behind.
    func discard() { unlink(part) }
}
