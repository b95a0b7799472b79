import OrderedCollections
import SwitchyardCore
import Testing

/// Where secrets come from, and where they never may.
struct SecretInputTests {
    private static func pipeline(
        default place: Value? = nil, required: Bool = true, others: OrderedDictionary<String, InputDefinition> = [:]
    ) -> Pipeline {
        let location = SwitchyardCore.SourceLocation(file: "p.yaml", line: 4, column: 3)
        var inputs: OrderedDictionary<String, InputDefinition> = [
            "token": InputDefinition(kind: .secret, defaultValue: place, isRequired: required, location: location)
        ]
        inputs.merge(others) { _, other in other }
        return Pipeline(id: "p", inputs: inputs, steps: [], source: "version: 1\nid: p\ninputs:\n", file: "p.yaml")
    }

    private static func surroundings(
        _ variables: [String: String] = [:], files: [String: String] = [:]
    ) -> InputSurroundings {
        InputSurroundings(
            variables: variables, objectionToFile: { _ in nil },
            read: { path, limit in
                guard let text = files[path] else {
                    return .failure(
                        path == "closed" ? .init("may not be read") : .init("is not there", isMissing: true))
                }
                return text.utf8.count > limit
                    ? .failure(.init("is too large")) : .success(.init(text: text, isExposed: path == "open"))
            })
    }

    /// The secret and its source, or the messages.
    private static func resolve(
        _ given: GivenInputs = GivenInputs(), _ pipeline: Pipeline = pipeline(),
        _ surroundings: InputSurroundings = surroundings()
    ) -> String {
        switch InputResolver.resolve(given, for: pipeline, in: surroundings) {
        case .invalid(let diagnostics): return diagnostics.map { $0.text(source: nil) }.joined()
        case .valid(let resolved):
            // Never among what is recorded.
            #expect(resolved.inputs["token"] == .null && resolved.inputs.objectValue?["token"] == nil)
            let source = resolved.secretSources["token"]?.text ?? "nowhere"
            let warnings = resolved.warnings.map { $0.text(source: nil) }.joined()
            return "\(resolved.secrets["token"] ?? "none") from \(source)\n\(warnings)"
        }
    }

    private static func secret(_ place: String) -> GivenInputs { GivenInputs(secrets: [.init("token", place)]) }

    @Test func `the order of the places`() {
        let pipeline = Self.pipeline(default: "env:DECLARED")
        let all = ["NAMED": "a", "DECLARED": "b", "SWITCHYARD_SECRET_TOKEN": "c"]
        #expect(Self.resolve(Self.secret("env:NAMED"), pipeline, Self.surroundings(all)) == "a from env:NAMED\n")
        #expect(Self.resolve(GivenInputs(), pipeline, Self.surroundings(all)) == "b from env:DECLARED\n")
        let last = Self.surroundings(["DECLARED": "", "SWITCHYARD_SECRET_TOKEN": "c"])
        #expect(Self.resolve(GivenInputs(), pipeline, last) == "c from env:SWITCHYARD_SECRET_TOKEN\n")
    }

    @Test func `nowhere to be found`() {
        #expect(
            Self.resolve(GivenInputs(), Self.pipeline(default: "file:gone"), Self.surroundings()) == """
                p.yaml:4:3: error: the secret `token` is missing: gone is not there, and SWITCHYARD_SECRET_TOKEN is not set
                  hint: write `--secret token=env:VARIABLE` or `--secret token=file:PATH`, or set SWITCHYARD_SECRET_TOKEN

                """)
        #expect(
            Self.resolve(GivenInputs(), Self.pipeline(required: false), Self.surroundings()) == "none from nowhere\n")
    }

    @Test func `files lose one line end`() {
        let surroundings = Self.surroundings(files: ["a": "s3cret\n", "b": "s3cret\r\n", "c": " two\nlines\n\n"])
        #expect(Self.resolve(Self.secret("file:a"), Self.pipeline(), surroundings) == "s3cret from file:a\n")
        #expect(Self.resolve(Self.secret("file:b"), Self.pipeline(), surroundings) == "s3cret from file:b\n")
        #expect(Self.resolve(Self.secret("file:c"), Self.pipeline(), surroundings) == " two\nlines\n from file:c\n")
    }

    @Test func `a file that others may read is used with a warning`() {
        #expect(
            Self.resolve(Self.secret("file:open"), Self.pipeline(), Self.surroundings(files: ["open": "s3cret"])) == """
                s3cret from file:open
                p.yaml:4:3: warning: the secret `token` is in open, which other users may read
                  hint: chmod 600 open

                """)
    }

    @Test(arguments: [
        ("env:GONE", "the secret `token` was to come from the variable GONE, but GONE is not set"),
        ("env:EMPTY", "the secret `token` was to come from the variable EMPTY, but EMPTY is empty"),
        ("file:gone", "the secret `token` was to come from the file gone, but gone is not there"),
        ("file:closed", "the secret `token` was to come from the file closed, but closed may not be read"),
        ("file:empty", "the secret `token` was to come from the file empty, but the file empty is empty"),
        (
            "file:binary",
            "the secret `token` was to come from the file binary, but the file binary holds a NUL character, so it is no text"
        ),
        ("file:large", "the secret `token` was to come from the file large, but large is too large"),
        (
            "ghp_0123",
            "`--secret token=…` wants the place of the secret, `env:VARIABLE` or `file:PATH`, never the secret"
        ),
    ])
    func `a place that is named must hold the secret`(_ place: String, _ message: String) {
        let files = ["empty": "\n", "binary": "a\0b", "large": String(repeating: "x", count: 70_000)]
        let surroundings = Self.surroundings(["EMPTY": "", "SWITCHYARD_SECRET_TOKEN": "other"], files: files)
        #expect(
            Self.resolve(Self.secret(place), Self.pipeline(), surroundings) == "p.yaml:4:3: error: \(message)\n")
    }

    @Test func `a declared place that is there and unusable is not passed over`() {
        let surroundings = Self.surroundings(["SWITCHYARD_SECRET_TOKEN": "other"])
        #expect(
            Self.resolve(GivenInputs(), Self.pipeline(default: "file:closed"), surroundings)
                == "p.yaml:4:3: error: the secret `token` cannot be used: closed may not be read\n")
    }

    @Test func `never from the command line or a file of inputs, and never repeated`() {
        let hint =
            "  hint: write `--secret token=env:VARIABLE` or `--secret token=file:PATH`, or set SWITCHYARD_SECRET_TOKEN\n"
        let given: [(GivenInputs, String)] = [
            (
                GivenInputs(texts: [.init("token", "s3cret")]),
                "`--input` would show it in `ps` and in the shell's history"
            ),
            (GivenInputs(files: [.init("token", "s3cret")]), "what `--input-file` reads is recorded"),
            (
                GivenInputs(documents: [.init(path: "in.yaml", value: ["token": "s3cret"])]),
                "a file of inputs is no place for it"
            ),
        ]
        for (given, reason) in given {
            let text = Self.resolve(given)
            #expect(text == "p.yaml:4:3: error: input `token` is a secret, and \(reason)\n\(hint)")
            #expect(!text.contains("s3cret"))
        }
        #expect(!Self.resolve(GivenInputs(secrets: [.init("tokne", "s3cret")])).contains("s3cret"))
        #expect(!Self.resolve(Self.secret("s3cret")).contains("s3cret"))
    }

    @Test func `an input that is no secret`() {
        let location = SwitchyardCore.SourceLocation(file: "p.yaml", line: 5, column: 3)
        let host = InputDefinition(kind: .string, isRequired: true, location: location)
        #expect(
            Self.resolve(
                GivenInputs(secrets: [.init("host", "env:X")]), Self.pipeline(required: false, others: ["host": host]))
                    == """
                    p.yaml:5:3: error: input `host` is no secret
                      hint: write `--input host=…`

                    """)
    }

    @Test func `a default names a place`() {
        let definition = InputDefinition(kind: .secret, location: .init(file: "p.yaml", line: 1, column: 1))
        #expect(InputResolver.objection(to: "env:TOKEN", as: definition) == nil)
        #expect(InputResolver.objection(to: "file:~/.token", as: definition) == nil)
        let wanted = "wants the place of the secret, `env:VARIABLE` or `file:PATH`, never the secret"
        #expect(InputResolver.objection(to: "s3cret", as: definition) == wanted)
        #expect(InputResolver.objection(to: 5, as: definition) == wanted)
    }

    @Test func `a person is asked last`() {
        var resolution = InputResolution(GivenInputs(), for: Self.pipeline(), in: Self.surroundings())
        #expect(resolution.missing.map(\.tried) == [["SWITCHYARD_SECRET_TOKEN is not set"]])
        #expect(resolution.answer("", to: "token") == "is empty")
        #expect(resolution.answer("s3cret", to: "token") == nil)
        #expect(
            resolution.outcome
                == .valid(
                    ResolvedInputs(inputs: [:], secrets: ["token": "s3cret"], secretSources: ["token": .prompt])))
    }
}
