import OrderedCollections
import SwitchyardCore

extension Value {
    /// An object of `members`, without those that have no value. Write `.none` for no value: `nil` may be read as
    /// `null`.
    static func members(_ members: [(String, Value?)]) -> Value {
        var object = OrderedDictionary<String, Value>()
        for (name, value) in members { object[name] = value }
        return .object(object)
    }

    /// The object with `other`'s members added, or put in the place of its own.
    func with(_ other: Value) -> Value {
        guard case .object(var members) = self else { return other }
        for (name, value) in other.objectValue ?? [:] { members[name] = value }
        return .object(members)
    }

    /// The texts that an answer is to end before: one, or a list.
    var stopTexts: [String] {
        switch self {
        case .string(let text): text.isEmpty ? [] : [text]
        case .array(let texts): texts.compactMap(\.stringValue).filter { !$0.isEmpty }
        case .null, .bool, .int, .double, .object: []
        }
    }

    /// The text of a message's content: a string, or the texts among its parts.
    var contentText: String {
        switch self {
        case .string(let text): text
        case .array(let parts):
            parts.compactMap { $0.stringValue ?? $0["text"].stringValue }.joined(separator: "\n")
        case .null, .bool, .int, .double, .object: ""
        }
    }
}
