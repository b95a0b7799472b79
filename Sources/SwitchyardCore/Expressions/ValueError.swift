/// Why an operator or a filter has no result for its operands. The evaluator adds the place.
struct ValueError: Error, Hashable {
    /// One sentence, without a full stop.
    var message: String

    init(_ message: String) {
        self.message = message
    }
}

extension Value {
    /// The type with its article, for messages: `an array`, `null`.
    var typeWithArticle: String {
        switch self {
        case .null: "null"
        case .int, .array, .object: "an \(typeName)"
        case .bool, .double, .string: "a \(typeName)"
        }
    }
}
