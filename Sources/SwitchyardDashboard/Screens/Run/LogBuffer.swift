import SwitchyardCore

/// The lines of the attempt that is shown, and the newest of all others, in bounded memory.
struct LogBuffer: Hashable, Sendable {
    static let maximumLines = 5000
    static let maximumRecent = 2000

    enum Source: Hashable, Sendable {
        /// No attempt is shown.
        case none
        /// The log file is being read; lines that come meanwhile are kept.
        case loading(LogKey)
        case loaded(LogKey)
    }

    private(set) var source = Source.none
    private(set) var lines: [LogLine] = []
    /// How many lines before `lines` are not kept.
    private(set) var leftOut = 0
    /// Lines of other attempts, which are shown at once when their step is selected.
    private var recent: [StepLine] = []
    /// How many lines the subscription left out because the screen was slower than the steps.
    private(set) var dropped = 0

    var key: LogKey? {
        switch source {
        case .none: nil
        case .loading(let key), .loaded(let key): key
        }
    }

    /// Shows another attempt. Whether its log file must be read.
    mutating func show(_ key: LogKey?) -> Bool {
        guard key != self.key else { return false }
        if let old = self.key {
            recent += lines.suffix(Self.maximumRecent).map { StepLine(step: old.step, attempt: old.attempt, line: $0) }
            trimRecent()
        }
        leftOut = 0
        guard let key else {
            source = .none
            lines = []
            return false
        }
        source = .loading(key)
        lines = recent.filter { $0.step == key.step && $0.attempt == key.attempt }.map(\.line)
        recent.removeAll { $0.step == key.step && $0.attempt == key.attempt }
        return true
    }

    /// The log file's last lines came. Returns by how many lines those already shown moved down.
    mutating func load(_ loaded: [LogLine], of key: LogKey) {
        guard key == self.key else { return }
        source = .loaded(key)
        // Lines come both ways: what the file ends with is what the screen begins with.
        let overlap = Self.overlap(loaded, lines)
        lines = loaded + lines.dropFirst(overlap)
        trim()
    }

    /// Lines were printed.
    mutating func append(_ new: [StepLine], dropped: Int) {
        self.dropped += dropped
        for line in new {
            if line.step == key?.step, line.attempt == key?.attempt {
                if line.line.continues, let last = lines.indices.last {
                    lines[last].join(line.line)
                } else {
                    lines.append(line.line)
                }
            } else if line.line.continues,
                let last = recent.lastIndex(where: { $0.step == line.step && $0.attempt == line.attempt })
            {
                recent[last].line.join(line.line)
            } else {
                recent.append(line)
            }
        }
        trim()
        trimRecent()
    }

    /// Trimmed in strides, so that a flood does not move the array for every line.
    private mutating func trim() {
        let excess = lines.count - Self.maximumLines
        guard excess > Self.maximumLines / 5 else { return }
        lines.removeFirst(excess)
        leftOut += excess
    }

    private mutating func trimRecent() {
        let excess = recent.count - Self.maximumRecent
        if excess > Self.maximumRecent / 2 { recent.removeFirst(excess) }
    }

    /// How many of the first of `right` are the last of `left`; all of `right` if it is a part of the end of `left`.
    private static func overlap(_ left: [LogLine], _ right: [LogLine]) -> Int {
        guard let first = right.first else { return 0 }
        var start = max(0, left.count - maximumLines)
        while let match = left[start...].firstIndex(of: first) {
            let length = min(left.count - match, right.count)
            if left[match..<(match + length)].elementsEqual(right[..<length]) { return length }
            start = match + 1
        }
        return 0
    }
}

extension LogLine {
    /// Takes on what goes on with it, up to what a line may have.
    fileprivate mutating func join(_ next: LogLine) {
        if text.utf8.count < 16 << 10 { text += next.text }
        isOpen = next.isOpen
    }
}
