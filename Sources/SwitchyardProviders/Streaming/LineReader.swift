/// Cuts a stream of bytes into lines, which end in CR, LF or both.
///
/// A line is handed over once its end has come, so that a character is never cut. A byte order mark at the start of the
/// stream is dropped.
struct LineReader {
    /// The longest line, in bytes.
    let limit: Int
    private var line: [UInt8] = []
    /// Whether the last byte was a CR: an LF behind it ends no line of its own.
    private var endedInReturn = false
    private var isFirst = true
    /// Whether a line was longer than the limit; nothing is read from then on.
    private(set) var isOverflown = false

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes a piece of the stream; `receive` gets every line that is whole now, without its end.
    mutating func feed(_ bytes: UnsafeRawBufferPointer, _ receive: (String) -> Void) {
        var start = 0
        var position = 0
        let count = bytes.count
        while position < count, !isOverflown {
            let byte = bytes[position]
            if byte == 0x0A || byte == 0x0D {
                if byte == 0x0A, endedInReturn, position == start, line.isEmpty {
                    endedInReturn = false
                } else {
                    append(bytes[start..<position])
                    if !isOverflown { receive(take()) }
                    endedInReturn = byte == 0x0D
                }
                start = position + 1
            } else {
                endedInReturn = false
            }
            position += 1
        }
        if start < count, !isOverflown { append(bytes[start..<count]) }
    }

    /// Ends the stream: the line that has no end; nil if there is none.
    mutating func finish() -> String? {
        line.isEmpty || isOverflown ? nil : take()
    }

    private mutating func append(_ bytes: Slice<UnsafeRawBufferPointer>) {
        if line.count + bytes.count > limit {
            isOverflown = true
            line = []
        } else {
            line.append(contentsOf: bytes)
        }
    }

    private mutating func take() -> String {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirst {
            isFirst = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { return String(decoding: line[3...], as: UTF8.self) }
        }
        return String(decoding: line, as: UTF8.self)
    }
}
