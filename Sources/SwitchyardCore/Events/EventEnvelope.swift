import OrderedCollections

/// One event of a run, with everything that is true of every event.
package struct EventEnvelope: Hashable, Sendable {
    /// The version of the schema it was written under.
    package static let currentVersion = 1

    package var run: RunID
    /// 1, 2, 3 … within a run, without gaps.
    package var seq: Int
    package var time: Timestamp
    /// The step it is about, or nil for the run itself.
    package var step: StepPath?
    /// The attempt it is about, from 1.
    package var attempt: Int?
    /// The `seq` of the event that led to it.
    package var cause: Int?
    /// Who asked for it; nil for the engine itself.
    package var actor: Actor?
    package var event: RunEvent

    package init(
        run: RunID, seq: Int, time: Timestamp, step: StepPath? = nil, attempt: Int? = nil, cause: Int? = nil,
        actor: Actor? = nil, event: RunEvent
    ) {
        self.run = run
        self.seq = seq
        self.time = time
        self.step = step
        self.attempt = attempt
        self.cause = cause
        self.actor = actor
        self.event = event
    }
}

/// Who asked for something: `user:ada@dashboard`.
package struct Actor: Hashable, Sendable, CustomStringConvertible {
    package var name: String

    package init(_ name: String) {
        self.name = name
    }

    package var description: String { name }
}

/// What is wrong with a recorded event.
package enum EventDecodingError: Error, Hashable, Sendable {
    case notJSON(reason: String)
    case missing(field: String)
    case newerVersion(Int)
    /// A type this version does not know, and which may not be skipped.
    case unknownType(String)
}

extension EventEnvelope {
    /// The event as the JSON object that `--json` prints and logs hold.
    package var json: Value {
        var object: OrderedDictionary<String, Value> = [
            "v": .int(Self.currentVersion), "run": .string(run.rawValue), "seq": .int(seq),
            "time": .string(time.iso8601), "type": .string(event.type),
        ]
        if let step { object["step"] = .string(step.rawValue) }
        if let attempt { object["attempt"] = .int(attempt) }
        if let cause { object["cause"] = .int(cause) }
        if let actor { object["actor"] = .string(actor.name) }
        if event.isIgnorable { object["ignorable"] = true }
        object["data"] = event.data
        return .object(object)
    }

    /// The event that ``json`` of some version wrote.
    ///
    /// An unknown type is kept as ``RunEvent/unknown(type:data:)`` if the event says it is ignorable, and refused
    /// otherwise.
    package init(json: Value) throws(EventDecodingError) {
        guard let version = json["v"].intValue else { throw .missing(field: "v") }
        guard version <= Self.currentVersion else { throw .newerVersion(version) }
        guard let run = json["run"].stringValue else { throw .missing(field: "run") }
        guard let seq = json["seq"].intValue else { throw .missing(field: "seq") }
        guard let time = json["time"].stringValue.flatMap(Timestamp.init(iso8601:)) else {
            throw .missing(field: "time")
        }
        guard let type = json["type"].stringValue else { throw .missing(field: "type") }
        self.init(
            run: RunID(run), seq: seq, time: time,
            step: json["step"].stringValue.map { StepPath($0) }, attempt: json["attempt"].intValue,
            cause: json["cause"].intValue, actor: json["actor"].stringValue.map { Actor($0) },
            event: try RunEvent(type: type, data: json["data"], isIgnorable: json["ignorable"].boolValue ?? false)
        )
    }

    /// The event that the JSON text `line` holds.
    package init(line: String) throws(EventDecodingError) {
        let json: Value
        do throws(JSON.ParseError) {
            json = try JSON.parse(line, maximumDepth: JSON.maximumLineDepth)
        } catch {
            throw .notJSON(reason: "\(error.message) at byte \(error.offset)")
        }
        try self.init(json: json)
    }
}
