import SwitchyardCore

/// One run's events as lines of JSON: line n is the event with `seq` n.
struct RunFile {
    let path: String
    let run: RunID

    /// Where a file's events end.
    struct End {
        var lastSeq: Int
        var length: Int
    }

    /// The events in `bytes` with `seq` of at least `first`, at most `limit`.
    ///
    /// A last line that is no JSON is what a crash left of one, and is passed over; any other is an error.
    func events(in bytes: [UInt8], from first: Int, limit: Int) throws(EventLogError) -> [EventEnvelope] {
        var events: [EventEnvelope] = []
        var lines = Lines(bytes)
        var seq = 0
        while events.count < limit, let line = lines.next() {
            seq += 1
            if seq < first { continue }
            guard let event = try event(line, seq: seq, isLast: isEnd(of: lines)) else { break }
            events.append(event)
        }
        return events
    }

    /// Where the events in `bytes` end.
    func end(of bytes: [UInt8]) throws(EventLogError) -> End {
        var lines = Lines(bytes)
        var end = End(lastSeq: 0, length: 0)
        var last: ArraySlice<UInt8>?
        while let line = lines.next() {
            if last != nil { end = End(lastSeq: end.lastSeq + 1, length: line.startIndex) }
            last = line
        }
        if let last, try event(last, seq: end.lastSeq + 1, isLast: true) != nil {
            end = End(lastSeq: end.lastSeq + 1, length: lines.offset)
        }
        return end
    }

    /// The summary of what can be read of the run, as if somebody owned it; nil where there is nothing.
    ///
    /// One damaged file must not hide all other runs: showing the run tells what is wrong with it.
    func summary(of bytes: [UInt8], number: Int) -> RunSummary? {
        var snapshot = RunSnapshot(run: run)
        var lines = Lines(bytes)
        while let line = lines.next() {
            guard let event = try? event(line, seq: snapshot.lastSeq + 1, isLast: false) else { break }
            snapshot.apply(event)
        }
        return snapshot.lastSeq == 0 ? nil : RunSummary(of: snapshot, number: number, isOwned: true)
    }

    private func isEnd(of lines: Lines) -> Bool {
        var rest = lines
        return rest.next() == nil
    }

    private func event(_ line: ArraySlice<UInt8>, seq: Int, isLast: Bool) throws(EventLogError) -> EventEnvelope? {
        func corrupt(_ reason: String) -> EventLogError {
            .corrupt(path: path, reason: "line \(seq): \(reason)")
        }
        let event: EventEnvelope
        do throws(EventDecodingError) {
            event = try EventEnvelope(line: String(decoding: line, as: UTF8.self))
        } catch {
            if case .notJSON = error, isLast { return nil }
            throw error.asLogError(path: path, corrupt: corrupt)
        }
        guard event.run == run else { throw corrupt("an event of run \(event.run)") }
        guard event.seq == seq else { throw corrupt("event \(event.seq) stands where \(seq) belongs") }
        return event
    }
}
