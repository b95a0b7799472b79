import Glibc
import SwitchyardCore

/// An open file of lines that only ever grows at its end. It is locked until it is closed.
///
/// What follows the last line end is what a crash left of a line, and is not there for readers.
struct LineFile: ~Copyable {
    /// Writes like `pwrite`, setting `errno`: tests put a full disk here.
    typealias Write = @Sendable (Int32, UnsafeRawBufferPointer, Int) -> Int

    static let systemWrite: Write = { pwrite($0, $1.baseAddress, $1.count, off_t($2)) }

    let path: String
    private let descriptor: Int32

    /// Opens the file for reading; nil where there is none.
    init?(reading path: String) throws(EventLogError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return nil }
            throw Files.error(errno, at: path)
        }
        try self.init(path: path, descriptor: descriptor, shared: true)
    }

    /// Opens the file for appending, making it if it is missing.
    init(appendingTo path: String) throws(EventLogError) {
        var descriptor = open(path, O_RDWR | O_CLOEXEC)
        if descriptor < 0, errno == ENOENT {
            try Files.makeFile(path)
            descriptor = open(path, O_RDWR | O_CLOEXEC)
        }
        guard descriptor >= 0 else { throw Files.error(errno, at: path) }
        try self.init(path: path, descriptor: descriptor, shared: false)
    }

    private init(path: String, descriptor: Int32, shared: Bool) throws(EventLogError) {
        guard FileLock.wait(descriptor, shared: shared) else {
            let code = errno
            close(descriptor)
            throw Files.error(code, at: path)
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    var identity: Files.Identity? { Files.identity(of: descriptor) }

    /// How many bytes the file has.
    func length() throws(EventLogError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Files.error(errno, at: path) }
        return Int(status.st_size)
    }

    /// Everything in the file behind its first `offset` bytes.
    func contents(from offset: Int = 0) throws(EventLogError) -> [UInt8] {
        let length = try length() - offset
        // The storage of empty arrays is one for all threads, and would be written to.
        guard length > 0 else { return [] }
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            while count < length {
                let got = pread(descriptor, buffer.baseAddress! + count, length - count, off_t(offset + count))
                if got < 0, errno == EINTR { continue }
                if got < 0 { code = errno }
                if got <= 0 { break }
                count += got
            }
        }
        if code != 0 { throw Files.error(code, at: path) }
        return bytes
    }

    /// Makes `bytes` follow the first `length` bytes and be the end of the file; after an error the file has just
    /// these `length` bytes.
    func replaceEnd(
        after length: Int, with bytes: [UInt8], sync: Bool, write: Write = LineFile.systemWrite
    ) throws(EventLogError) {
        guard ftruncate(descriptor, off_t(length)) == 0 else { throw Files.error(errno, at: path) }
        let code = bytes.withUnsafeBytes { buffer -> Int32 in
            var written = 0
            while written < buffer.count {
                let count = write(
                    descriptor, UnsafeRawBufferPointer(rebasing: buffer[written...]), length + written
                )
                if count < 0, errno == EINTR { continue }
                // A disk with no room for one byte more may say 0.
                if count <= 0 { return count < 0 ? errno : ENOSPC }
                written += count
            }
            return sync && fdatasync(descriptor) != 0 ? errno : 0
        }
        if code != 0 {
            ftruncate(descriptor, off_t(length))
            throw Files.error(code, at: path)
        }
    }

    /// Makes the file's bytes survive a loss of power.
    func sync() throws(EventLogError) {
        guard fdatasync(descriptor) == 0 else { throw Files.error(errno, at: path) }
    }
}

/// The ended lines of a text, without their ends, up to the first zero byte.
///
/// JSON has no zero bytes, and neither have ids. A loss of power leaves them where a file had grown and what was written
/// had not come to the disk; it can leave later lines behind them, which nobody was promised.
struct Lines: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private let end: Int
    /// Where the next line starts; after the last, how many bytes ended lines take.
    private(set) var offset = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        end = bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress, let zero = memchr(base, 0, buffer.count) else { return buffer.count }
            return UnsafeRawPointer(base).distance(to: UnsafeRawPointer(zero))
        }
    }

    mutating func next() -> ArraySlice<UInt8>? {
        guard
            let next = bytes.withUnsafeBufferPointer({ buffer -> Int? in
                guard offset < end, let base = buffer.baseAddress,
                    let found = memchr(base + offset, 0x0A, end - offset)
                else { return nil }
                return UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
            })
        else { return nil }
        defer { offset = next + 1 }
        return bytes[offset..<next]
    }
}
