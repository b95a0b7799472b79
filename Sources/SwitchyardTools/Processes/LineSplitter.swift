import Glibc
import SwitchyardCore

/// Cuts one stream's chunks into lines for the screen.
struct LineSplitter {
    /// How many bytes of a line's text are shown.
    static let lineLimit = 1024
    /// How many bytes of text a chunk's lines have in all. What reads them may be slower than the program, and then
    /// they gather.
    static let textLimit = 16 << 10
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
        // From the last one back: what is not shown is not made text of either.
        var lines: [LogLine] = []
        var room = Self.textLimit
        for index in stride(from: endCount - 1, through: max(0, endCount - Self.linesPerChunk), by: -1) {
            let end = ends[index % ends.count]
            let shown: LogLine
            if index == 0 {
                keep(chunk[0..<end])
                shown = line(unfinished ?? [])
            } else {
                let start = ends[(index - 1) % ends.count] + 1
                shown = line(chunk[start..<end])
            }
            room -= shown.text.utf8.count
            if room < 0 { break }
            lines.append(shown)
        }
        lines.reverse()
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
        // One byte more than is shown, so that a cut is known as one.
        line += bytes.prefix(Self.lineLimit + 1 - line.count)
        unfinished = line
    }

    private func line(_ bytes: some BidirectionalCollection<UInt8>) -> LogLine {
        LogLine(stream, Text.repaired(bytes, limit: Self.lineLimit))
    }
}
