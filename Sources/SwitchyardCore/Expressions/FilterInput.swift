import OrderedCollections

/// What a filter was given, as the type it needs; the error says what it takes and what it got.
struct FilterInput {
    let filter: String
    let value: Value

    init(_ filter: String, _ value: Value) {
        self.filter = filter
        self.value = value
    }

    func error(expecting expectation: String) -> ValueError {
        var message = "`\(filter)` takes \(expectation), not \(value.typeWithArticle)"
        if value.isNull { message += "; put `default(…)` before it" }
        return ValueError(message)
    }

    func string() throws(ValueError) -> String {
        guard case .string(let string) = value else { throw error(expecting: "a string") }
        return string
    }

    func array() throws(ValueError) -> [Value] {
        guard case .array(let array) = value else { throw error(expecting: "an array") }
        return array
    }

    func object() throws(ValueError) -> OrderedDictionary<String, Value> {
        guard case .object(let object) = value else { throw error(expecting: "an object") }
        return object
    }

    /// The argument as a string.
    func string(argument: Value) throws(ValueError) -> String {
        guard case .string(let string) = argument else {
            throw ValueError("the argument of `\(filter)` is a string, not \(argument.typeWithArticle)")
        }
        return string
    }

    /// The argument as an integer of `range`.
    func integer(argument: Value, in range: ClosedRange<Int>) throws(ValueError) -> Int {
        guard let int = argument.intValue else {
            throw ValueError("the argument of `\(filter)` is an integer, not \(argument.typeWithArticle)")
        }
        guard range.contains(int) else {
            let bounds =
                range.upperBound == .max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            throw ValueError("the argument of `\(filter)` is \(bounds), not \(int)")
        }
        return int
    }
}
