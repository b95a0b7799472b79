import OrderedCollections

/// Why an operator or a filter has no result for its operands. The evaluator adds the place.
struct ValueError: Error, Hashable {
    /// One sentence, without a full stop.
    var message: String

    init(_ message: String) {
        self.message = message
    }
}

/// The bounds of what an expression may make.
enum ExpressionLimits {
    /// The longest text, in bytes of UTF-8.
    static let textBytes = 16 << 20
    /// The longest array that `+` may make.
    static let elements = 1 << 20

    static func check(textBytes bytes: Int) throws(ValueError) {
        guard bytes <= textBytes else { throw ValueError("the text would be longer than 16 MiB") }
    }
}

extension Value {
    /// ``rendered``, or an error if that is longer than an expression may make.
    func boundedRendering() throws(ValueError) -> String {
        try boundedText { $0.rendered }
    }

    /// The compact or canonical JSON, or an error if that is longer than an expression may make.
    func boundedJSON(_ layout: JSON.Layout = .compact) throws(ValueError) -> String {
        try boundedText { JSON.text(of: $0, layout: layout) }
    }

    private func boundedText(_ text: (Value) -> String) throws(ValueError) -> String {
        // A few operands that each hold much can make a value far larger than memory, because they share it.
        var budget = ExpressionLimits.textBytes
        spend(&budget)
        if budget < 0 { try ExpressionLimits.check(textBytes: .max) }
        let text = text(self)
        try ExpressionLimits.check(textBytes: text.utf8.count)
        return text
    }

    /// Takes the least size of the value's JSON from `budget`, and stops when it is used up.
    private func spend(_ budget: inout Int) {
        guard budget >= 0 else { return }
        switch self {
        case .null, .bool, .int, .double: budget -= 1
        case .string(let string): budget -= string.utf8.count
        case .array(let array):
            budget -= array.count + 1
            for element in array where budget >= 0 { element.spend(&budget) }
        case .object(let object):
            budget -= object.count + 1
            for (key, element) in object where budget >= 0 {
                budget -= key.utf8.count
                element.spend(&budget)
            }
        }
    }

    /// The type with its article, for messages: `an array`, `null`.
    var typeWithArticle: String {
        switch self {
        case .null: "null"
        case .int, .array, .object: "an \(typeName)"
        case .bool, .double, .string: "a \(typeName)"
        }
    }
}
