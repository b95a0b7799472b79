import Glibc
package import SwitchyardCore

/// A step's log file: everything its processes printed.
///
/// Records of one line each: a letter, a mark, the bytes as they were printed, and a line feed.
///
/// - The letter is `o` for standard output and `e` for standard error.
/// - The mark is a space if the printed line ends with the record, and `+` if it goes on in the next record of the
///   same letter: what a program prints is written when it arrives, whether or not its line is complete.
///
/// So `cut -c3-` shows what a program that prints whole lines printed, and `sed -n 's/^e.//p'` its errors.
package enum StepLog {
    static let ends = UInt8(ascii: " ")
    static let continues = UInt8(ascii: "+")

    /// How much of the end of a file is looked at, whatever it holds.
    private static let searchLimit = 8 << 20
    private static let blockSize = 1 << 16
    /// How much of a line is read.
    private static let lineLimit = 4096

    static func letter(of stream: LogLine.Stream) -> UInt8 {
        switch stream {
        case .stdout: UInt8(ascii: "o")
        case .stderr: UInt8(ascii: "e")
        }
    }

    private static func stream(of letter: UInt8) -> LogLine.Stream? {
        switch letter {
        case UInt8(ascii: "o"): .stdout
        case UInt8(ascii: "e"): .stderr
        default: nil
        }
    }

    /// The last `count` lines of the log at `path`, in the order in which they ended; none if there is no such file.
    ///
    /// Reads backwards and no further than it must, 8 MiB at most: of a longer line its last part stands for it. Lines
    /// are cut after 4 KiB and invalid UTF-8 is repaired. A record that is still being written is left out.
    package static func read(_ path: String, lastLines count: Int) -> [LogLine] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard count > 0, file >= 0 else { return [] }
        defer { close(file) }
        var start = max(0, Int(lseek(file, 0, SEEK_END)))
        let floor = max(0, start - searchLimit)
        var blocks: [[UInt8]] = []
        var ends = 0
        // One more than wanted: the first of them may have begun before the part that was read.
        while start > floor, ends <= count {
            let length = min(blockSize, start - floor)
            start -= length
            let block = [UInt8](unsafeUninitializedCapacity: length) { buffer, initialized in
                initialized = max(0, pread(file, buffer.baseAddress, length, off_t(start)))
            }
            ends += endedLines(in: block)
            blocks.append(block)
        }
        var bytes: [UInt8] = []
        for block in blocks.reversed() { bytes += block }
        return Array(lines(of: bytes, isWhole: start == 0).suffix(count))
    }

    /// How many records of `block` end a line, those aside whose beginning it does not hold.
    private static func endedLines(in block: [UInt8]) -> Int {
        block.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return 0 }
            var count = 0
            var position = 0
            while let found = memchr(base + position, 0x0A, bytes.count - position) {
                position = UnsafeRawPointer(found) - base + 1
                if position + 1 < bytes.count, bytes[position + 1] == ends { count += 1 }
            }
            return count
        }
    }

    private static func lines(of bytes: [UInt8], isWhole: Bool) -> [LogLine] {
        var lines: [LogLine] = []
        var unfinished: [LogLine.Stream: [UInt8]] = [:]
        var records = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)[...]
        // What follows the last line feed is a record that is still being written; what comes before the first one
        // is the end of a record whose letter was not read.
        records = records.dropLast().dropFirst(isWhole ? 0 : 1)
        for record in records {
            guard record.count >= 2, let stream = stream(of: record[record.startIndex]) else { continue }
            let text = record.dropFirst(2)
            var line = unfinished.removeValue(forKey: stream) ?? []
            line += text.prefix(lineLimit - line.count)
            if record[record.startIndex + 1] == continues {
                unfinished[stream] = line
            } else {
                lines.append(LogLine(stream, String(decoding: line, as: UTF8.self)))
            }
        }
        for stream in [LogLine.Stream.stdout, .stderr] {
            if let line = unfinished[stream] { lines.append(LogLine(stream, String(decoding: line, as: UTF8.self))) }
        }
        return lines
    }
}
