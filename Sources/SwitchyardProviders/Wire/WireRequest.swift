import OrderedCollections
import SwitchyardCore

/// An HTTP request without the key.
struct WireRequest: Hashable, Sendable {
    /// How the key is sent.
    enum Authorization: Hashable, Sendable {
        case bearer
        /// As it is, in the header of this name.
        case header(String)
    }

    var method = "POST"
    /// What comes behind the provider's base address.
    var path: String
    /// Besides those of the settings and the content type.
    var headers: [String: String] = [:]
    var authorization: Authorization = .bearer
    /// Nil for none.
    var body: Value?

    /// The request without a parameter that only tunes the answer; nil for any other, or if it has none of the name.
    ///
    /// Which models take which is not known of all of them, and changes.
    func without(_ parameter: String) -> WireRequest? {
        guard case .object(var members)? = body else { return nil }
        switch parameter {
        case "temperature", "seed", "reasoning_effort", "parallel_tool_calls", "stream_options":
            guard members.removeValue(forKey: parameter) != nil else { return nil }
        case "reasoning", "reasoning.effort":
            guard members.removeValue(forKey: "reasoning") != nil else { return nil }
        case "max_tokens":
            guard let limit = members.removeValue(forKey: parameter) else { return nil }
            members["max_completion_tokens"] = limit
        default: return nil
        }
        var request = self
        request.body = .object(members)
        return request
    }

    init(_ method: String = "POST", _ path: String, body: Value? = nil) {
        self.method = method
        self.path = path
        self.body = body
    }
}

extension Value {
    /// An object of those of `members` that have a value; `null` is none, as an expression of two cases easily makes one
    /// of `nil`.
    static func members(_ members: KeyValuePairs<String, Value?>) -> Value {
        var object = OrderedDictionary<String, Value>(minimumCapacity: members.count)
        for case (let name, let value?) in members where !value.isNull { object[name] = value }
        return .object(object)
    }

    /// The object with the members of another one added.
    func adding(_ more: Value) -> Value {
        guard case .object(let members) = self, case .object(let others) = more else { return self }
        return .object(members.merging(others) { _, last in last })
    }
}

extension ToolCallResult {
    /// The result as text, for formats that have no mark for failures.
    var wireText: String { isError ? "error: \(content)" : content }
}
