import OrderedCollections
import SwitchyardCore
import Testing

/// Every kind of parameter against every kind of value.
struct ToolArgumentsTableTests {
    private static let kinds: [ToolParameter.Kind] = [.string, .integer, .number, .boolean, .array, .object]

    /// A value, and what it becomes as a string, an integer, a number, a boolean, an array and an object; nil is an
    /// error.
    private static let table: [(Value, [Value?])] = [
        ("5", ["5", 5, 5, nil, nil, nil]),
        ("5.0", ["5.0", 5, 5.0, nil, nil, nil]),
        ("-1.5e1", ["-1.5e1", -15, -15.0, nil, nil, nil]),
        ("1.5", ["1.5", nil, 1.5, nil, nil, nil]),
        (" 5\n", [" 5\n", 5, 5, nil, nil, nil]),
        ("05", ["05", nil, nil, nil, nil, nil]),
        ("+5", ["+5", nil, nil, nil, nil, nil]),
        ("0x10", ["0x10", nil, nil, nil, nil, nil]),
        ("1e400", ["1e400", nil, nil, nil, nil, nil]),
        ("nan", ["nan", nil, nil, nil, nil, nil]),
        ("9223372036854775807", ["9223372036854775807", .int(.max), .int(.max), nil, nil, nil]),
        ("9223372036854775808", ["9223372036854775808", nil, .double(0x1p63), nil, nil, nil]),
        ("9007199254740993.0", ["9007199254740993.0", nil, .double(0x1p53), nil, nil, nil]),
        ("x", ["x", nil, nil, nil, nil, nil]),
        ("", ["", nil, nil, nil, nil, nil]),
        ("true", ["true", nil, nil, true, nil, nil]),
        ("True", ["True", nil, nil, nil, nil, nil]),
        ("yes", ["yes", nil, nil, nil, nil, nil]),
        ("null", ["null", nil, nil, nil, nil, nil]),
        ("[1]", ["[1]", nil, nil, nil, [1], nil]),
        ("{\"a\": 1}", ["{\"a\": 1}", nil, nil, nil, nil, ["a": 1]]),
        ("\"5\"", ["\"5\"", nil, nil, nil, nil, nil]),
        (5, ["5", 5, 5, nil, nil, nil]),
        (1, ["1", 1, 1, nil, nil, nil]),
        (.double(5), [.string(Value.double(5).rendered), 5, 5, nil, nil, nil]),
        (1.5, ["1.5", nil, 1.5, nil, nil, nil]),
        (.double(.infinity), [nil, nil, nil, nil, nil, nil]),
        (.double(.nan), [nil, nil, nil, nil, nil, nil]),
        (true, ["true", nil, nil, true, nil, nil]),
        (false, ["false", nil, nil, false, nil, nil]),
        (.null, [nil, nil, nil, nil, nil, nil]),
        ([1], [nil, nil, nil, nil, [1], nil]),
        ([:], [nil, nil, nil, nil, nil, [:]]),
    ]

    @Test(arguments: table.indices) func coercion(_ row: Int) {
        let (value, wanted) = Self.table[row]
        for (kind, expected) in zip(Self.kinds, wanted) {
            let coerced = ToolArguments.coerce(value, to: kind)
            #expect(coerced == expected, "\(value) as \(kind)")
            // `5` is printed as `5` where an integer is wanted.
            if kind == .integer, let coerced { #expect(coerced.rendered.allSatisfy { $0 == "-" || $0.isNumber }) }
        }
        if case .double(let number) = value, number.isNaN { return }
        #expect(ToolArguments.coerce(value, to: .any) == value)
    }

    @Test func `the table names every kind`() {
        #expect(Set(Self.kinds + [.any]) == Set(ToolParameter.Kind.allCases))
    }

    private let parameters = [
        ToolParameter("encoding", .string, allowed: ["text", "json"], default: "text", "How it is read."),
        ToolParameter("level", .integer, allowed: [1, 2], "How hard."),
        ToolParameter("count", .integer, minimum: 1, maximum: 10, "How many."),
        ToolParameter("name", .string, minimum: 1, maximum: 5, "Who."),
        ToolParameter("list", .array, minimum: 2, "Which."),
        ToolParameter("must", .integer, required: true, default: 7, "Given anyway."),
    ]

    private func check(_ arguments: OrderedDictionary<String, Value>, unresolved: Set<String> = []) -> [String] {
        switch ToolArguments.check(.object(arguments), against: parameters, unresolved: unresolved) {
        case .valid(let value): [JSON.text(of: value)]
        case .invalid(let problems): problems.map(\.message)
        }
    }

    @Test func `defaults fill what is left out`() {
        #expect(check([:]) == [#"{"encoding":"text","must":7}"#])
        #expect(check(["encoding": .null, "must": "8"]) == [#"{"must":8,"encoding":"text"}"#])
        #expect(check(["encoding": .null], unresolved: ["encoding", "must"]) == [#"{"encoding":null}"#])
    }

    @Test func `ranges and choices are checked after coercion`() {
        #expect(
            check(["encoding": "json", "level": "2", "count": "10", "name": 12345, "list": "[1, 2]"]) == [
                #"{"encoding":"json","level":2,"count":10,"name":"12345","list":[1,2],"must":7}"#
            ])
        #expect(
            check(["encoding": "xml", "level": "3", "count": "0", "name": "", "list": [1]]) == [
                #"`encoding` must be one of "text", "json", not "xml""#, "`level` must be one of 1, 2, not 3",
                "`count` must be at least 1, not 0", #"`name` must have at least 1 character, not """#,
                "`list` must have at least 2 elements, and has 1",
            ])
        #expect(
            check(["count": 11, "name": "Babbage"]) == [
                "`count` must be at most 10, not 11", #"`name` must have at most 5 characters, not "Babbage""#,
            ])
    }

    @Test func `what is not known yet is not held against them`() {
        #expect(check(["count": .null, "encoding": .null], unresolved: ["count", "encoding"]).count == 1)
    }
}
