extension ExpressionType {
    /// The type in a sentence: `a string`, `an integer or null`.
    package var phrase: String {
        switch self {
        case .any: "any value"
        case .null: "null"
        case .boolean: "a boolean"
        case .integer: "an integer"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        case .union(let types): Self.list(types.map(\.phrase), "or")
        }
    }

    /// `a, b or c`.
    static func list(_ words: [String], _ conjunction: String) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "nothing" }
        return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
    }

    /// The names in backticks, the first dozen of them.
    static func names(_ names: some Collection<String>) -> String {
        names.prefix(12).map { "`\($0)`" }.joined(separator: ", ") + (names.count > 12 ? ", …" : "")
    }
}
