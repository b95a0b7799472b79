import Glibc
import SwitchyardCore

/// Cuts one stream's chunks into lines for the screen.
struct LineSplitter {
    /// How much of a line is shown.
    static let lineLimit = 4096
    /// How many lines of a chunk are shown: its last ones. Nobody reads more in the moment a chunk takes, and making
    /// a string of each line of `yes` would cost many times what reading it does. The log holds them all.
    static let linesPerChunk = 256

    private let stream: LogLine.Stream
    private var finished = 0
    /// The beginning of the line that has not ended yet; nil if the stream stands at the start of a line.
    private var unfinished: [UInt8]?

    init(_ stream: LogLine.Stream) {
        self.stream = stream
    }

    /// How many lines there have been, an unfinished one included.
    var count: Int { finished + (unfinished == nil ? 0 : 1) }

    /// The lines that end in `chunk`.
    mutating func take(_ chunk: UnsafeRawBufferPointer) -> [LogLine] {
        guard let base = chunk.baseAddress, chunk.count > 0 else { return [] }
        // Where the last lines end; the oldest are overwritten. One more than is shown: a line starts after one.
        var ends: [Int] = []
        var endCount = 0
        var position = 0
        while let found = memchr(base + position, 0x0A, chunk.count - position) {
            let end = UnsafeRawPointer(found) - base
            if ends.count <= Self.linesPerChunk {
                ends.append(end)
            } else {
                ends[endCount % ends.count] = end
            }
            endCount += 1
            position = end + 1
        }
        var lines: [LogLine] = []
        for index in max(0, endCount - Self.linesPerChunk)..<endCount {
            let end = ends[index % ends.count]
            if index == 0 {
                keep(chunk[0..<end])
                lines.append(line(unfinished ?? []))
            } else {
                let start = ends[(index - 1) % ends.count] + 1
                lines.append(line(chunk[start..<end].prefix(Self.lineLimit)))
            }
        }
        if endCount > 0 { unfinished = nil }
        finished += endCount
        keep(chunk[position...])
        return lines
    }

    /// The line that has not ended; afterwards there is none.
    mutating func finish() -> [LogLine] {
        guard let bytes = unfinished else { return [] }
        unfinished = nil
        finished += 1
        return [line(bytes)]
    }

    private mutating func keep(_ bytes: Slice<UnsafeRawBufferPointer>) {
        guard !bytes.isEmpty else { return }
        // Taken out of the property while it grows, so that it is not copied.
        var line = unfinished ?? []
        unfinished = nil
        line += bytes.prefix(Self.lineLimit - line.count)
        unfinished = line
    }

    private func line(_ bytes: some Collection<UInt8>) -> LogLine {
        LogLine(stream, String(decoding: bytes, as: UTF8.self))
    }
}
