import SwitchyardCore
import Testing

@Suite struct ToolArgumentsTests {
    let parameters = [
        ToolParameter("path", .string, required: true, "The file."),
        ToolParameter("count", .integer, "How many."),
        ToolParameter("ratio", .number, "How much."),
        ToolParameter("deep", .boolean, "Whether."),
        ToolParameter("list", .array, "Which."),
        ToolParameter("map", .object, "What."),
        ToolParameter("value", .any, "Anything."),
    ]

    func check(_ arguments: Value, unresolved: Set<String> = []) -> ToolArguments.Outcome {
        ToolArguments.check(arguments, against: parameters, unresolved: unresolved)
    }

    func messages(_ arguments: Value, unresolved: Set<String> = []) -> [String] {
        if case .invalid(let problems) = check(arguments, unresolved: unresolved) {
            problems.map(\.message)
        } else {
            []
        }
    }

    @Test func coercesTextToWhatIsWanted() {
        #expect(
            check([
                "path": 7, "count": "5", "ratio": "0.5", "deep": "true", "list": "[1, 2]", "map": "{\"a\": 1}",
                "value": "5",
            ])
                == .valid([
                    "path": "7", "count": 5, "ratio": 0.5, "deep": true, "list": [1, 2], "map": ["a": 1], "value": "5",
                ]))
    }

    @Test(
        arguments: [
            (ToolParameter.Kind.integer, Value.double(5.0), Value.int(5)), (.number, 5, 5), (.string, true, "true"),
            (.string, 1.5, "1.5"), (.integer, "-3", -3), (.number, "1e3", 1000.0),
        ] as [(ToolParameter.Kind, Value, Value)])
    func coerces(kind: ToolParameter.Kind, given: Value, wanted: Value) {
        #expect(ToolArguments.coerce(given, to: kind) == wanted)
    }

    @Test(
        arguments: [
            (ToolParameter.Kind.integer, Value.string("x")), (.integer, 1.5), (.integer, "1.5"), (.integer, true),
            (.number, "inf"), (.number, "0x10"), (.boolean, "yes"), (.boolean, 1), (.array, "a"), (.array, ["a": 1]),
            (.object, [1]), (.string, [1]), (.string, ["a": 1]),
        ] as [(ToolParameter.Kind, Value)])
    func refuses(kind: ToolParameter.Kind, given: Value) {
        #expect(ToolArguments.coerce(given, to: kind) == nil)
    }

    @Test func namesEveryProblem() {
        #expect(
            messages(["pth": "a", "count": "x", "zzzzzzz": 1, "list": ["a": 1]]) == [
                "there is no parameter `pth`; did you mean `path`?",
                "`count` must be an integer, not \"x\"",
                "there is no parameter `zzzzzzz`; there are `path`, `count`, `ratio`, `deep`, `list`, `map`, `value`",
                "`list` must be an array, not an object",
                "`path` is missing: The file.",
            ])
    }

    @Test func nullIsNoValue() {
        #expect(check(["path": "a", "count": .null, "value": .null]) == .valid(["path": "a", "value": .null]))
        #expect(messages(["path": .null]) == ["`path` is missing: The file."])
        #expect(messages(.null) == ["`path` is missing: The file."])
        #expect(messages([1]) == ["the arguments must be an object, not an array"])
    }

    @Test func whatIsNotYetKnownCountsAsGiven() {
        #expect(messages(["count": "{{ a }}"], unresolved: ["path", "count"]) == [])
        #expect(
            messages(["cuont": 1], unresolved: ["path"]) == ["there is no parameter `cuont`; did you mean `count`?"])
    }
}
