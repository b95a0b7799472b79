import OrderedCollections

/// A large member of an event's data, which a store keeps apart from the event and only once.
package struct EventPayload: Hashable, Sendable {
    /// How long the JSON text of a member may be, in bytes, before it is kept apart.
    package static let threshold = 16 << 10

    /// The member's name.
    package let member: String
    /// The member as compact JSON. Not canonical: that would lose the order of members, and 5.0 would become 5.
    package let text: String
    /// SHA-256 of `text`, its name in the store.
    package let hash: String

    /// What stands in the member's place.
    fileprivate var mark: Value { ["$payload": .string(hash), "bytes": .int(text.utf8.count)] }
}

/// An event's data as a store keeps it: large members taken out.
///
/// Which members these are is kept beside the data and not told by its shape, so that data which looks like the mark of
/// a payload, whoever wrote it and when, is read as it was written.
package struct SlimEventData: Sendable {
    package let data: Value
    /// `data` as compact JSON.
    package let text: String
    /// In the order of their members.
    package let payloads: [EventPayload]

    package init(_ data: Value) {
        let whole = JSON.text(of: data)
        // Nothing in a short text is long.
        guard whole.utf8.count > EventPayload.threshold, case .object(var object) = data else {
            self.data = data
            text = whole
            payloads = []
            return
        }
        var payloads: [EventPayload] = []
        for (member, value) in object {
            let text = JSON.text(of: value)
            guard text.utf8.count > EventPayload.threshold else { continue }
            let payload = EventPayload(member: member, text: text, hash: SHA256.hexDigest(of: text))
            payloads.append(payload)
            object[member] = payload.mark
        }
        self.payloads = payloads
        self.data = .object(object)
        text = payloads.isEmpty ? whole : JSON.text(of: self.data)
    }
}

/// Why the payload of an event is not what it should be.
package enum PayloadDefect: Error, Hashable, Sendable {
    /// It is not in the store.
    case missing(hash: String)
    /// It is not what was written: shorter or longer, no JSON, or another text.
    case damaged(hash: String)
    /// The event does not say which it is.
    case unnamed(member: String)
}

extension Value {
    /// The hashes of the payloads that stand in the places of `members` of slim data.
    package func payloadHashes(of members: [String]) throws(PayloadDefect) -> [String] {
        var hashes: [String] = []
        for member in members {
            guard let hash = self[member]["$payload"].stringValue else { throw .unnamed(member: member) }
            hashes.append(hash)
        }
        return hashes
    }

    /// Slim data made whole again.
    ///
    /// - Parameters:
    ///   - members: the members that were taken out.
    ///   - texts: the payloads' texts by their hashes.
    package func restoring(_ members: [String], from texts: [String: String]) throws(PayloadDefect) -> Value {
        let hashes = try payloadHashes(of: members)
        guard case .object(var object) = self else { return self }
        for (member, hash) in zip(members, hashes) {
            guard let text = texts[hash] else { throw .missing(hash: hash) }
            guard text.utf8.count == self[member]["bytes"].intValue,
                let value = try? JSON.parse(text, maximumDepth: JSON.maximumLineDepth)
            else { throw .damaged(hash: hash) }
            object[member] = value
        }
        return .object(object)
    }
}
