import OrderedCollections
import SwitchyardCore

/// One run's events as lines of JSON: line n is the event with `seq` n.
struct RunFile {
    let path: String
    let run: RunID
    let payloads: PayloadFolder

    /// The file with the number of the run's newest lease.
    var epoch: EpochFile { EpochFile(path: String(path.dropLast(".jsonl".utf8.count)) + ".epoch") }

    /// The line of `event`, and the payloads that it refers to.
    static func line(of event: EventEnvelope) -> (bytes: [UInt8], payloads: [EventPayload]) {
        let slim = SlimEventData(event.event.data)
        guard !slim.payloads.isEmpty, case .object(var object) = event.json else {
            return (Array(JSON.text(of: event.json).utf8) + [UInt8(ascii: "\n")], [])
        }
        object[payloadsMember] = Value(slim.payloads.map(\.member))
        object["data"] = slim.data
        return (Array(JSON.text(of: .object(object)).utf8) + [UInt8(ascii: "\n")], slim.payloads)
    }

    /// The member of a line that lists the members of `data` which are kept apart.
    private static let payloadsMember = "payloads"

    /// Where a file's events end.
    struct End {
        var lastSeq: Int
        var length: Int
    }

    /// A place between two events.
    struct Place {
        /// The last event before it.
        var seq = 0
        /// How many bytes are before it.
        var offset = 0
        /// The file that it is a place of.
        var identity: Files.Identity?
    }

    /// The events in `bytes`, which stand behind `place`, with `seq` of at least `first`, at most `limit`. Moves `place`
    /// behind them.
    ///
    /// A last line that is no JSON is what a crash left of one, and is passed over; any other is an error.
    func events(
        in bytes: [UInt8], behind place: inout Place, from first: Int, limit: Int
    ) throws(EventLogError) -> [EventEnvelope] {
        var events: [EventEnvelope] = []
        var lines = Lines(bytes)
        var seq = place.seq
        let offset = place.offset
        while events.count < limit, let line = lines.next() {
            seq += 1
            if seq < first { continue }
            guard let event = try event(line, seq: seq, isLast: isEnd(of: lines)) else { break }
            events.append(event)
            place.seq = seq
            place.offset = offset + lines.offset
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

    /// Keeps what stands behind the last event, and is about to be replaced, in a file beside this one, if there is
    /// more of it than a part of a line: it can be told from what was recorded by a person only.
    func keepAside(_ rest: ArraySlice<UInt8>) throws(EventLogError) {
        guard rest.contains(UInt8(ascii: "\n")) else { return }
        let aside = try LineFile(appendingTo: String(path.dropLast(".jsonl".utf8.count)) + ".torn")
        try aside.replaceEnd(after: try aside.length(), with: Array(rest), sync: true)
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
        let json: Value
        do throws(JSON.ParseError) {
            json = try JSON.parse(String(decoding: line, as: UTF8.self), maximumDepth: JSON.maximumLineDepth)
        } catch {
            if isLast { return nil }
            throw corrupt("\(error.message) at byte \(error.offset)")
        }
        let event: EventEnvelope
        do {
            event = try EventEnvelope(json: try whole(json))
        } catch let error as EventDecodingError {
            throw error.asLogError(path: path, corrupt: corrupt)
        } catch let error as PayloadDefect {
            throw corrupt(error.reason)
        } catch {
            throw EventLogError(error, path: path)
        }
        guard event.run == run else { throw corrupt("an event of run \(event.run)") }
        guard event.seq == seq else { throw corrupt("event \(event.seq) stands where \(seq) belongs") }
        return event
    }

    /// The line `json` with what is kept apart in its place.
    private func whole(_ json: Value) throws -> Value {
        guard let members = json[Self.payloadsMember].arrayValue?.compactMap(\.stringValue),
            case .object(var object) = json
        else { return json }
        let texts = try payloads.texts(of: json["data"].payloadHashes(of: members))
        object["data"] = try json["data"].restoring(members, from: texts)
        return .object(object)
    }

    /// A payload that an event refers to.
    struct PayloadReference {
        var seq: Int
        var member: String
        var hash: String
    }

    /// Every payload that the events in `bytes` refer to.
    static func payloadReferences(in bytes: [UInt8]) -> [PayloadReference] {
        var references: [PayloadReference] = []
        for line in Lines(bytes) {
            // Most lines have none, and need no parsing: the quotes of text in a value are written as escapes.
            let text = String(decoding: line, as: UTF8.self)
            guard text.contains("\"\(payloadsMember)\":["),
                let json = try? JSON.parse(text, maximumDepth: JSON.maximumLineDepth),
                let members = json[payloadsMember].arrayValue?.compactMap(\.stringValue),
                let hashes = try? json["data"].payloadHashes(of: members), let seq = json["seq"].intValue
            else { continue }
            for (member, hash) in zip(members, hashes) {
                references.append(PayloadReference(seq: seq, member: member, hash: hash))
            }
        }
        return references
    }
}
