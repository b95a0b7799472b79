import OrderedCollections
import SwitchyardCore
import Testing

struct InputResolverTests {
    private static func pipeline(_ inputs: [(String, InputDefinition)]) -> Pipeline {
        Pipeline(
            id: "p", inputs: OrderedDictionary(uniqueKeysWithValues: inputs), steps: [],
            source: "version: 1\nid: p\ninputs:\n", file: "p.yaml")
    }

    private static func input(
        _ kind: InputDefinition.Kind, default value: Value? = nil, required: Bool = true, pattern: String? = nil,
        allowed: [Value]? = nil, min: Double? = nil, max: Double? = nil
    ) -> InputDefinition {
        InputDefinition(
            kind: kind, defaultValue: value, isRequired: required, pattern: pattern, allowed: allowed, minimum: min,
            maximum: max, location: SwitchyardCore.SourceLocation(file: "p.yaml", line: 5, column: 3))
    }

    /// `name=text` for each input in turn, and the messages or the value as JSON.
    private static func resolve(_ given: [String], _ inputs: [(String, InputDefinition)]) -> String {
        let pairs = given.map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (name: String(parts[0]), text: String(parts[1]))
        }
        let outcome = InputResolver.resolve(pairs, for: pipeline(inputs), fileExists: { $0 == "here.txt" })
        switch outcome {
        case .valid(let value): return JSON.text(of: value)
        case .invalid(let diagnostics): return diagnostics.map { $0.text(source: nil) }.joined()
        }
    }

    @Test(arguments: [
        (InputDefinition.Kind.string, "5", #"{"x":"5"}"#), (.string, "", #"{"x":""}"#),
        (.integer, "5", #"{"x":5}"#), (.integer, "-7", #"{"x":-7}"#), (.integer, "5.0", #"{"x":5}"#),
        (.number, "1.5", #"{"x":1.5}"#), (.boolean, "true", #"{"x":true}"#), (.boolean, "false", #"{"x":false}"#),
        (.array, "[1, \"a\"]", #"{"x":[1,"a"]}"#), (.object, "{\"a\": null}", #"{"x":{"a":null}}"#),
        (.file, "here.txt", #"{"x":"here.txt"}"#),
    ])
    func `text becomes a value`(_ kind: InputDefinition.Kind, _ text: String, _ expected: String) {
        #expect(Self.resolve(["x=\(text)"], [("x", Self.input(kind))]) == expected)
    }

    @Test(arguments: [
        (InputDefinition.Kind.integer, "abc", #"wants an integer, but `--input x=abc` gives the text "abc""#),
        (.integer, "1.5", #"wants an integer, but `--input x=1.5` gives the text "1.5""#),
        (.number, "", #"wants a number, but `--input x=` gives the text """#),
        (.boolean, "yes", #"wants `true` or `false`, but `--input x=yes` gives the text "yes""#),
        (.array, "{}", #"wants an array, but `--input x={}` gives the text "{}""#),
        (.object, "[", #"wants an object, but `--input x=[` gives the text "[""#),
        (.file, "gone.txt", #"wants a file that is there, but there is no "gone.txt""#),
    ])
    func `text that is no value`(_ kind: InputDefinition.Kind, _ text: String, _ message: String) {
        #expect(
            Self.resolve(["x=\(text)"], [("x", Self.input(kind))]) == "p.yaml:5:3: error: input `x` \(message)\n")
    }

    @Test func `defaults and inputs left out`() {
        let inputs = [
            ("a", Self.input(.integer, default: 7, required: false)), ("b", Self.input(.string, required: false)),
        ]
        #expect(Self.resolve([], inputs) == #"{"a":7,"b":null}"#)
        #expect(Self.resolve(["a=8"], inputs) == #"{"a":8,"b":null}"#)
    }

    @Test func `every problem at once`() {
        let inputs = [
            ("host", Self.input(.string, pattern: "[a-z]+")), ("count", Self.input(.integer, min: 1, max: 5)),
            ("name", Self.input(.string, max: 3)), ("mode", Self.input(.string, allowed: ["fast", "full"])),
            ("list", Self.input(.array, min: 2)), ("gone", Self.input(.string)),
        ]
        let given = ["host=A b", "count=9", "name=four", "mode=slow", "list=[1]", "hots=x", "host=a"]
        #expect(
            Self.resolve(given, inputs) == """
                p.yaml:3:1: error: the pipeline has no input `hots`
                  hint: did you mean `host`?
                p.yaml:5:3: error: input `host` is given twice
                p.yaml:5:3: error: input `count` wants at most 5, but `--input count=9` gives 9
                p.yaml:5:3: error: input `name` wants at most 3 characters, but `--input name=four` gives "four"
                p.yaml:5:3: error: input `mode` wants one of "fast", "full", but `--input mode=slow` gives "slow"
                p.yaml:5:3: error: input `list` wants at least 2 elements, but `--input list=[1]` gives [1]
                p.yaml:5:3: error: input `gone` is missing
                  hint: give it a value: `--input gone=…`

                """)
    }

    @Test func `a pattern matches the whole text`() {
        let inputs = [("host", Self.input(.string, pattern: "[a-z]+"))]
        #expect(Self.resolve(["host=abc"], inputs) == #"{"host":"abc"}"#)
        #expect(
            Self.resolve(["host=abc; rm"], inputs)
                == "p.yaml:5:3: error: input `host` wants text that matches `[a-z]+`,"
                + " but `--input host=abc; rm` gives \"abc; rm\"\n")
    }
}
