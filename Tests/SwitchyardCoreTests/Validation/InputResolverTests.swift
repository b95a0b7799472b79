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

    private static func pairs(_ given: [String]) -> [GivenInputs.Pair] {
        given.map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return GivenInputs.Pair(String(parts[0]), String(parts[1]))
        }
    }

    /// A machine with a few files.
    private static let surroundings = InputSurroundings(
        variables: [:],
        objectionToFile: { path in
            switch path {
            case "here.txt": nil
            case "folder": "is a folder"
            default: "is not there"
            }
        },
        read: { path, limit in
            let files = ["list.json": "[1,\n 2]\n", "text": "two\nlines\r\n", "lines": "a\n\n"]
            guard let text = files[path] else { return .failure(.init("is not there", isMissing: true)) }
            return text.utf8.count > limit ? .failure(.init("is too large")) : .success(.init(text: text))
        },
        // A language in which `<…>` is an array and `k!v` an object.
        parse: { text in
            if text.hasPrefix("<") { return [.string(String(text.dropFirst().dropLast()))] }
            return text.hasPrefix("k!") ? ["k": .string(String(text.dropFirst(2)))] : .string(text)
        })

    /// The messages, or the values as JSON.
    private static func resolve(_ given: GivenInputs, _ inputs: [(String, InputDefinition)]) -> String {
        switch InputResolver.resolve(given, for: pipeline(inputs), in: surroundings) {
        case .valid(let resolved): return JSON.text(of: resolved.inputs)
        case .invalid(let diagnostics): return diagnostics.map { $0.text(source: nil) }.joined()
        }
    }

    @Test(arguments: [
        (InputDefinition.Kind.array, "a,b", "write `--input 'x=[a, b]'`"), (.array, "a", "write `--input 'x=[a]'`"),
        (.array, "it's", "for example `--input 'x=[one, two]'`"),
        (.array, "k!v", "for example `--input 'x=[one, two]'`"),
        (.object, "a=b", "for example `--input 'x={key: value}'`"),
        (.array, "@list.json", "to read it from a file, write `--input-file x=list.json`"),
    ])
    func `what to type for a list`(_ kind: InputDefinition.Kind, _ text: String, _ hint: String) {
        #expect(Self.resolve(["x=\(text)"], [("x", Self.input(kind))]).hasSuffix("\n  hint: \(hint)\n"))
    }

    /// With `--input name=text` for each of `given`.
    private static func resolve(_ given: [String], _ inputs: [(String, InputDefinition)]) -> String {
        resolve(GivenInputs(texts: pairs(given)), inputs)
    }

    @Test(arguments: [
        (InputDefinition.Kind.string, "5", #"{"x":"5"}"#), (.string, "", #"{"x":""}"#),
        (.integer, "5", #"{"x":5}"#), (.integer, "-7", #"{"x":-7}"#), (.integer, "5.0", #"{"x":5}"#),
        (.number, "1.5", #"{"x":1.5}"#), (.boolean, "true", #"{"x":true}"#), (.boolean, "false", #"{"x":false}"#),
        (.array, "[1, \"a\"]", #"{"x":[1,"a"]}"#), (.object, "{\"a\": null}", #"{"x":{"a":null}}"#),
        (.file, "here.txt", #"{"x":"here.txt"}"#),
        (.array, "<a>", #"{"x":["a"]}"#), (.object, "k!v", #"{"x":{"k":"v"}}"#),
        (.string, "<a>", #"{"x":"<a>"}"#),
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
        (.file, "gone.txt", #"wants a file, but "gone.txt" is not there"#),
        (.file, "folder", #"wants a file, but "folder" is a folder"#),
        (
            .integer, "9007199254740993.0",
            #"wants an integer, but `--input x=9007199254740993.0` gives the text "9007199254740993.0""#
        ),
        (.boolean, "True", #"wants `true` or `false`, but `--input x=True` gives the text "True""#),
    ])
    func `text that is no value`(_ kind: InputDefinition.Kind, _ text: String, _ message: String) {
        let hint = kind == .array ? "[one, two]" : kind == .object ? "{key: value}" : nil
        #expect(
            Self.resolve(["x=\(text)"], [("x", Self.input(kind))])
                == "p.yaml:5:3: error: input `x` \(message)\n"
                + (hint.map { "  hint: for example `--input 'x=\($0)'`\n" } ?? ""))
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
                p.yaml:5:3: error: input `host` wants text that matches `[a-z]+`, but `--input host=A b` gives "A b"
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

    @Test func `an at sign is no file name, but says where one would stand`() {
        #expect(Self.resolve(["x=@text"], [("x", Self.input(.string))]) == #"{"x":"@text"}"#)
        #expect(
            Self.resolve(["x=@list.json"], [("x", Self.input(.array))]) == """
                p.yaml:5:3: error: input `x` wants an array, but `--input x=@list.json` gives the text "@list.json"
                  hint: to read it from a file, write `--input-file x=list.json`

                """)
    }

    @Test(arguments: [
        (InputDefinition.Kind.array, "list.json", #"{"x":[1,2]}"#), (.string, "text", #"{"x":"two\nlines"}"#),
        (.string, "lines", #"{"x":"a\n"}"#),
    ])
    func `a file gives a value`(_ kind: InputDefinition.Kind, _ path: String, _ expected: String) {
        let given = GivenInputs(files: [.init("x", path)])
        #expect(Self.resolve(given, [("x", Self.input(kind))]) == expected)
    }

    @Test func `a file that gives none`() {
        let given = GivenInputs(files: [.init("a", "gone"), .init("b", "text")])
        #expect(
            Self.resolve(given, [("a", Self.input(.string)), ("b", Self.input(.integer))]) == #"""
                p.yaml:5:3: error: input `a` was to come from the file "gone", which is not there
                p.yaml:5:3: error: input `b` wants an integer, but the file "text" holds the text "two\nlines"

                """#)
    }

    @Test func `a file of inputs, under what options give`() {
        let inputs = [
            ("a", Self.input(.integer)), ("b", Self.input(.string)), ("c", Self.input(.array)),
            ("d", Self.input(.number, default: 1.5, required: false)), ("e", Self.input(.integer)),
        ]
        let given = GivenInputs(
            texts: [.init("a", "9")],
            documents: [
                .init(path: "one.yaml", value: ["a": 1, "b": "x", "c": [1], "d": .null, "e": "5"]),
                .init(path: "two.yaml", value: ["c": [2], "e": .double(6)]),
            ])
        #expect(Self.resolve(given, inputs) == #"{"a":9,"b":"x","c":[2],"d":1.5,"e":6}"#)
    }

    @Test func `a file of inputs that does not fit`() {
        let inputs = [("zip", Self.input(.string)), ("count", Self.input(.integer, max: 5))]
        let given = GivenInputs(documents: [
            .init(path: "in.yaml", value: ["zip": 1234, "count": 9, "cuont": 1]), .init(path: "list.yaml", value: [1]),
            .init(path: "empty.yaml", value: .null),
        ])
        #expect(
            Self.resolve(given, inputs) == """
                p.yaml:3:1: error: the pipeline has no input `cuont`, which `in.yaml` gives
                  hint: did you mean `count`?
                p.yaml:3:1: error: `list.yaml` holds no map of inputs
                p.yaml:3:1: error: `empty.yaml` holds nothing
                p.yaml:5:3: error: input `zip` wants text, but `in.yaml` gives 1234
                  hint: put it in quotes
                p.yaml:5:3: error: input `count` wants at most 5, but `in.yaml` gives 9

                """)
    }

    @Test func `a default that is a file is looked at as well`() {
        let inputs = [("a", Self.input(.file, default: "gone.txt", required: false))]
        #expect(
            Self.resolve([], inputs)
                == "p.yaml:5:3: error: input `a` wants a file, but \"gone.txt\" is not there\n")
    }

    @Test func `a pattern that would take years is answered at once`() {
        let inputs = [("host", Self.input(.string, pattern: "([a-z]+)+"))]
        let text = String(repeating: "a", count: 5_000) + "!"
        #expect(Self.resolve(["host=\(text)"], inputs).contains("wants text that matches `([a-z]+)+`"))
    }

    @Test func `what a person is asked for, and what they answer`() {
        let inputs = [
            ("host", Self.input(.string, pattern: "[a-z]+")), ("count", Self.input(.integer, default: 1)),
            ("note", Self.input(.string, required: false)), ("file", Self.input(.file)),
        ]
        var resolution = InputResolution(GivenInputs(), for: Self.pipeline(inputs), in: Self.surroundings)
        #expect(resolution.problems.isEmpty)
        #expect(resolution.missing.map(\.name) == ["host", "file"])
        #expect(resolution.answer("A b", to: "host") == "wants text that matches `[a-z]+`")
        #expect(resolution.answer("web", to: "host") == nil)
        #expect(resolution.answer("gone", to: "file") == #"wants a file, but "gone" is not there"#)
        guard case .invalid(let diagnostics) = resolution.outcome else {
            Issue.record("a file is missing")
            return
        }
        #expect(diagnostics.map(\.message) == ["input `file` is missing"])
        #expect(resolution.answer("here.txt", to: "file") == nil)
        #expect(resolution.missing.isEmpty)
        #expect(
            resolution.outcome
                == .valid(
                    ResolvedInputs(inputs: ["host": "web", "count": 1, "note": .null, "file": "here.txt"])))
    }
}
