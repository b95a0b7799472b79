import SwitchyardCore
import SwitchyardEngine

/// What is on its way to a run: the ends of attempts, timers, and what people ask.
struct StimulusQueue {
    enum Item {
        /// From inside of the process; lost with it.
        case stimulus(Stimulus)
        /// Somebody asks for something, drawn when its time has come.
        case command
        /// The person who was asked answers.
        case answer(StepPath)
        /// The person who was asked says what became of a step.
        case resolution(StepPath)
    }

    struct Entry {
        var due: Timestamp
        /// Decides among those that are due at once.
        var order: UInt64
        var item: Item
    }

    private(set) var entries: [Entry] = []

    var isEmpty: Bool { entries.isEmpty }

    mutating func add(_ item: Item, due: Timestamp, order: UInt64) {
        entries.append(Entry(due: due, order: order, item: item))
    }

    /// Takes the first entry, if it is due at `limit`; nil is no limit.
    mutating func takeFirst(dueAt limit: Timestamp? = nil) -> Entry? {
        guard let index = first, limit.map({ entries[index].due <= $0 }) ?? true else { return nil }
        let entry = entries[index]
        entries.swapAt(index, entries.count - 1)
        entries.removeLast()
        return entry
    }

    /// A scan: a run waits for a dozen things at once.
    private var first: Int? {
        guard !entries.isEmpty else { return nil }
        var best = 0
        for index in 1..<max(1, entries.count) {
            let (entry, found) = (entries[index], entries[best])
            if (entry.due, entry.order) < (found.due, found.order) { best = index }
        }
        return best
    }

    /// The end of attempt `id`, unless it is in the mailbox at `now` already.
    func endIndex(of id: AttemptID, after now: Timestamp) -> Int? {
        entries.firstIndex { entry in
            guard case .stimulus(.attemptEnded(id, _)) = entry.item else { return false }
            return entry.due > now
        }
    }

    mutating func replace(_ index: Int, with item: Item, due: Timestamp) {
        entries[index].item = item
        entries[index].due = due
    }

    /// Forgets timer `id`. One that ran out before `now` is in the mailbox already, and comes.
    mutating func cancelTimer(_ id: TimerID, at now: Timestamp) {
        entries.removeAll { entry in
            guard case .stimulus(.timerFired(id)) = entry.item else { return false }
            return entry.due > now
        }
    }

    /// The process is gone, and with it whatever it waited for.
    mutating func endProcess() {
        entries.removeAll { if case .stimulus = $0.item { true } else { false } }
    }

    /// The timers that have not run out at `now`.
    func timers(after now: Timestamp) -> [TimerID] {
        entries.compactMap { entry in
            guard case .stimulus(.timerFired(let id)) = entry.item, entry.due > now else { return nil }
            return id
        }
    }

    /// The attempts whose end is still to come.
    var attempts: [AttemptID] {
        entries.compactMap { if case .stimulus(.attemptEnded(let id, _)) = $0.item { id } else { nil } }
    }
}
