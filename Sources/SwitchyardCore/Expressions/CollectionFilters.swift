import OrderedCollections

/// The filters about arrays and objects.
enum CollectionFilters {
    static func length(_ value: Value, _: [Value]) throws(ValueError) -> Value {
        switch value {
        case .string(let string): .int(string.count)
        case .array(let array): .int(array.count)
        case .object(let object): .int(object.count)
        case .null, .bool, .int, .double:
            throw FilterInput("length", value).error(expecting: "a string, an array or an object")
        }
    }

    static func first(_ value: Value, _: [Value]) throws(ValueError) -> Value {
        try FilterInput("first", value).array().first ?? .null
    }

    static func last(_ value: Value, _: [Value]) throws(ValueError) -> Value {
        try FilterInput("last", value).array().last ?? .null
    }

    static func keys(_ value: Value, _: [Value]) throws(ValueError) -> Value {
        Value(Array(try FilterInput("keys", value).object().keys))
    }

    static func values(_ value: Value, _: [Value]) throws(ValueError) -> Value {
        .array(Array(try FilterInput("values", value).object().values))
    }

    static func map(_ value: Value, _ arguments: [Value]) throws(ValueError) -> Value {
        let input = FilterInput("map", value)
        let path = try path(argument: arguments[0], of: input)
        var results: [Value] = []
        for (index, element) in try input.array().enumerated() {
            do throws(PathLookup.Failure) {
                results.append(try PathLookup.value(at: path, of: element, named: "[\(index)]"))
            } catch {
                throw ValueError(error.message)
            }
        }
        return .array(results)
    }

    /// Elements that lack the path are as if it led to `null`: a search must not fail on the row it would leave out.
    static func `where`(_ value: Value, _ arguments: [Value]) throws(ValueError) -> Value {
        let input = FilterInput("where", value)
        let path = try path(argument: arguments[0], of: input)
        let matching = try input.array().filter { element in
            let found = try? PathLookup.value(at: path, of: element, named: "")
            return (found ?? .null) == arguments[1]
        }
        return .array(matching)
    }

    private static func path(
        argument: Value, of input: FilterInput
    ) throws(ValueError) -> [Reference.PathElement] {
        let text = try input.string(argument: argument)
        guard let path = PathText.parse(text), !path.isEmpty else {
            throw ValueError("`\(text)` is not a path, such as `owner.name` or `tags[0]`")
        }
        return path
    }

    static func sort(_ value: Value, _: [Value]) throws(ValueError) -> Value {
        .array(try ordered("sort", value).sorted { ValueOperators.isLess($0, $1) ?? false })
    }

    static func min(_ value: Value, _: [Value]) throws(ValueError) -> Value {
        try ordered("min", value).min { ValueOperators.isLess($0, $1) ?? false } ?? .null
    }

    static func max(_ value: Value, _: [Value]) throws(ValueError) -> Value {
        try ordered("max", value).max { ValueOperators.isLess($0, $1) ?? false } ?? .null
    }

    /// The elements, if all of them are numbers or all are strings.
    private static func ordered(_ filter: String, _ value: Value) throws(ValueError) -> [Value] {
        let array = try FilterInput(filter, value).array()
        guard let first = array.first else { return array }
        for element in array where ValueOperators.isLess(first, element) == nil {
            throw ValueError(
                "`\(filter)` compares numbers or strings, not \(first.typeWithArticle) and \(element.typeWithArticle)")
        }
        return array
    }

    static func unique(_ value: Value, _: [Value]) throws(ValueError) -> Value {
        var seen: Set<Value> = []
        return .array(try FilterInput("unique", value).array().filter { seen.insert($0).inserted })
    }

    static func truncate(_ value: Value, _ arguments: [Value]) throws(ValueError) -> Value {
        let input = FilterInput("truncate", value)
        let count = try input.integer(argument: arguments[0], in: 0...Int.max)
        switch value {
        case .string(let string): return .string(String(string.prefix(count)))
        case .array(let array): return .array(Array(array.prefix(count)))
        case .null, .bool, .int, .double, .object: throw input.error(expecting: "a string or an array")
        }
    }
}
