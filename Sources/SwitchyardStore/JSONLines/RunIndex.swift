import SwitchyardCore
import Synchronization

/// The numbers of a store's runs: a file with an id a line, of which line n is run number n.
///
/// A run is entered before its first event is written, so a crash can waste a number but never change one.
final class RunIndex: Sendable {
    private struct Known {
        var length = 0
        var runs: [RunID] = []
        var numbers: [RunID: Int] = [:]
    }

    private let path: String
    private let known = Mutex(Known())

    init(path: String) {
        self.path = path
    }

    /// Every run entered, oldest first, with or without events.
    func runs() throws(EventLogError) -> [(run: RunID, number: Int)] {
        guard let file = try LineFile(reading: path) else { return [] }
        return try refresh(from: file).runs.enumerated().map { ($1, $0 + 1) }
    }

    /// Enters `run` unless it is there.
    func enter(_ run: RunID) throws(EventLogError) {
        let file = try LineFile(appendingTo: path)
        let known = try refresh(from: file)
        if known.numbers[run] != nil { return }
        try file.replaceEnd(after: known.length, with: Array("\(run.rawValue)\n".utf8), sync: false)
    }

    /// Makes all that was entered survive a loss of power.
    func sync() throws(EventLogError) {
        guard let file = try LineFile(reading: path) else { return }
        try file.sync()
    }

    /// What the file says; it is read again only if others have lengthened it.
    private func refresh(from file: borrowing LineFile) throws(EventLogError) -> Known {
        let before = known.withLock { $0 }
        let length = try file.length()
        if length == before.length { return before }
        var lines = Lines(try file.contents())
        var after = Known()
        while let line = lines.next() {
            let run = RunID(String(decoding: line, as: UTF8.self))
            after.runs.append(run)
            if after.numbers[run] == nil { after.numbers[run] = after.runs.count }
        }
        after.length = lines.offset
        known.withLock { $0 = after }
        return after
    }
}
