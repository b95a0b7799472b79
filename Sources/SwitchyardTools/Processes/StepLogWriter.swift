import Glibc
import SwitchyardCore

/// Appends what a process prints to a step's log file; ``StepLog`` describes the format.
///
/// The file is created with mode 0600 when the first byte arrives, together with its folder: most steps print
/// nothing.
struct StepLogWriter {
    private let path: String
    private var file: Int32 = -1
    /// The records of one chunk, kept to be used again.
    private var buffer: [UInt8] = []

    init(path: String) {
        self.path = path
    }

    /// Writes `bytes` as they are, at once. Returns what went wrong, nil if nothing did.
    mutating func append(_ bytes: UnsafeRawBufferPointer, _ stream: LogLine.Stream) -> String? {
        if file < 0 {
            let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW
            file = open(path, flags, 0o600)
            if file < 0, errno == ENOENT, Folders.create(above: path, mode: 0o700) == nil {
                file = open(path, flags, 0o600)
            }
            guard file >= 0 else { return SystemError.text(errno) }
        }
        frame(bytes, StepLog.letter(of: stream))
        return FileContents.write(buffer, to: file).map { SystemError.text($0.code) }
    }

    mutating func close() {
        if file >= 0 { Glibc.close(file) }
        file = -1
    }

    /// Fills the buffer with the records of `bytes`.
    private mutating func frame(_ bytes: UnsafeRawBufferPointer, _ letter: UInt8) {
        buffer.removeAll(keepingCapacity: true)
        guard let base = bytes.baseAddress else { return }
        var position = 0
        while position < bytes.count {
            let found = memchr(base + position, 0x0A, bytes.count - position)
            let end = found.map { UnsafeRawPointer($0) - base } ?? bytes.count
            buffer.append(letter)
            buffer.append(found == nil ? StepLog.continues : StepLog.ends)
            buffer.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[position..<end]))
            buffer.append(0x0A)
            position = end + 1
        }
    }
}
