import SwitchyardCore
import SwitchyardYAML
import Testing

/// One file, one message, exactly as it is printed. `Fixtures/broken` has what meets in larger files.
struct MessageTests {
    /// `lines` as the keys of the step `a`.
    private static func step(_ lines: String) -> String {
        "version: 1\nid: p\ninputs: {host: string}\nsteps:\n  - id: a\n    \(lines.replacing("\n", with: "\n    "))\n"
    }

    @Test(arguments: [
        (
            "retry: {max_attempts: three}",
            "7:27: error: `retry.max_attempts` wants an integer of at least 1, not a string",
            "    retry: {max_attempts: three}", "                          ^", ""
        ),
        (
            "timeout: 30", "7:14: error: `timeout` wants a duration such as `30s`, not an integer",
            "    timeout: 30", "             ^", "add a unit: `30s`"
        ),
        (
            "timeout: 30 seconds", "7:14: error: `timeout` wants a duration such as `30s`, not \"30 seconds\"",
            "    timeout: 30 seconds", "             ^",
            "durations are written `250ms`, `30s`, `5m`, `2h` or `1m30s`"
        ),
        (
            "on_failure: contnue",
            "7:17: error: `on_failure` wants `fail`, `continue`, `skip_dependents` or a map of `goto`, not `contnue`",
            "    on_failure: contnue", "                ^", "did you mean `continue`?"
        ),
        (
            "foreach: 5",
            "7:14: error: `foreach` wants a list of items, an expression or a map of keys, not an integer",
            "    foreach: 5", "             ^", ""
        ),
        (
            "enviroment: {}", "7:5: error: a step has no key `enviroment`", "    enviroment: {}", "    ^",
            "did you mean `env`?"
        ),
        (
            "neds: []", "7:5: error: a step has no key `neds`", "    neds: []", "    ^", "did you mean `needs`?"
        ),
        (
            "working_directory: \"é/{{ inputs.hots }}\"", "7:30: error: the pipeline has no input `hots`",
            "    working_directory: \"é/{{ inputs.hots }}\"", "                             ^", "did you mean `host`?"
        ),
        (
            "env: {A: \"\\u00e9 \\\n      {{ inputs.hots }}\"}", "8:14: error: the pipeline has no input `hots`",
            "          {{ inputs.hots }}\"}", "             ^", "did you mean `host`?"
        ),
        (
            "when: 'no'", "7:12: error: unknown name `no`", "    when: 'no'", "           ^", ""
        ),
    ])
    func `in a step`(_ line: String, _ message: String, _ shown: String, _ caret: String, _ hint: String) {
        let number = message.prefix { $0 != ":" }
        let text = diagnostics(Self.step("run: 'true'\n\(line)"))
        if line == "when: 'no'" {
            // The expression's own messages are tested with it; the place is what matters here.
            #expect(text.hasPrefix("p.yaml:7:12: error: "), "\(text)")
            return
        }
        let expected =
            "p.yaml:\(message)\n \(number) | \(shown)\n   | \(caret)\n" + (hint.isEmpty ? "" : "  hint: \(hint)\n")
        #expect(text == expected)
    }

    @Test func `lines may end in carriage returns`() {
        let text = diagnostics("version: 1\r\nid: p\r\nsteps:\r\n  - id: a\r\n    rnu: ls\r\n")
        #expect(
            text
                == "p.yaml:5:5: error: a step has no key `rnu`\n 5 |     rnu: ls\n   |     ^\n  hint: did you mean `run`?\n"
        )
    }

    @Test func `a byte order mark is no part of the text`() {
        #expect(diagnostics("\u{FEFF}version: 1\nid: p\nsteps: [{id: a, run: ls}]\n") == "")
        #expect(diagnostics("\u{FEFF}version: 2\nid: p\nsteps: [{id: a, run: ls}]\n").hasPrefix("p.yaml:1:10: "))
    }

    @Test func `a line separator of Unicode is no line's end`() {
        let text = diagnostics("version: 1\nid: p\nname: \"a\u{2028}b\u{85}c\"\nstesp: 1\nsteps: [{id: a, run: ls}]\n")
        #expect(text.hasPrefix("p.yaml:4:1: error: a pipeline has no key `stesp`\n 4 | stesp: 1\n"), "\(text)")
    }

    @Test func `a control character is named`() {
        let text = diagnostics("version: 1\nid: p\nname: a\u{1}b\n")
        #expect(
            text == """
                p.yaml:3:8: error: the character U+0001 may not stand in a YAML file
                 3 | name: a\u{1}b
                   |        ^
                  hint: inside double quotes it can be written as an escape, `"\\u0001"`

                """)
    }
}

/// Words that are right elsewhere, and what is meant here.
struct OtherWordsTests {
    @Test(arguments: [
        ("effect: safe", "did you mean `pure`? such a step may run again after a crash"),
        ("effect: read-only", "did you mean `pure`? such a step may run again after a crash"),
        ("effect: retryable", "did you mean `idempotent`?"), ("effect: unsave", "did you mean `unsafe`?"),
        ("depends_on: [b]", "did you mean `needs`?"), ("dependsOn: [b]", "did you mean `needs`?"),
        ("if: 'true'", "did you mean `when`?"), ("retries: 3", "did you mean `retry`?"),
        ("cwd: /", "did you mean `working_directory`?"), ("environment: {A: b}", "did you mean `env`?"),
        ("retry: {attempts: 3}", "did you mean `max_attempts`?"), ("on_failure: ignore", "did you mean `continue`?"),
        ("rollback: {run: ls}", "did you mean `compensate`?"),
        ("foreach: {values: [1], parallel: 2}", "did you mean `items`?"),
    ])
    func `in a step`(_ line: String, _ hint: String) {
        let steps = "  - id: b\n    run: ls\n  - id: a\n    run: ls\n    \(line)\n"
        let text = diagnostics("version: 1\nid: p\nsteps:\n\(steps)")
        #expect(text.hasPrefix("p.yaml:8:"), "\(text)")
        #expect(text.contains("\n  hint: \(hint)\n"), "\(text)")
    }

    @Test func `a kind under another name is not missed as well`() {
        let text = diagnostics("version: 1\nid: p\nsteps:\n  - id: a\n    command: ls\n")
        #expect(
            text
                == "p.yaml:5:5: error: a step has no key `command`\n 5 |     command: ls\n   |     ^\n  hint: did you mean `run`?\n"
        )
    }

    @Test(arguments: [
        ("jobs: []", "did you mean `steps`?"), ("params: {a: string}", "did you mean `inputs`?"),
        ("retry: {max_attempts: 2}", "write it on a step, or under `defaults` for every step"),
        ("secrets: [a]", "a secret is an input: `inputs: {NAME: secret}`"),
        ("inputs: {a: list}", "did you mean `array`?"), ("strategy: cheap", "did you mean `cost`?"),
        ("execution: parallel", "did you mean `auto`?"),
    ])
    func `in a pipeline`(_ line: String, _ hint: String) {
        let text = diagnostics("version: 1\nid: p\n\(line)\nsteps:\n  - id: a\n    run: ls\n")
        #expect(text.contains("\n  hint: \(hint)\n"), "\(text)")
    }
}

/// The data-flow form, whose slips nothing else would show.
struct DataFlowTests {
    private static func warnings(_ reference: String, schema: String) -> String {
        let text = """
            version: 1
            id: p
            inputs: {x: string}
            steps:
              - id: ask
                prompt: Count
                output_schema: \(schema)
              - {id: shout, run: date}
              - {id: show, tool: file.write, with: {path: a, content: "\(reference)"}}
            """
        return PipelineReader.read(text: text, file: "p.yaml", tools: StubTools()).diagnostics
            .map { diagnostic in
                let place = "\(diagnostic.location.line):\(diagnostic.location.column)"
                let hint = diagnostic.hint.map { " (\($0))" } ?? ""
                return "\(diagnostic.severity) \(place) \(diagnostic.message)\(hint)"
            }
            .joined(separator: "\n")
    }

    private static let names =
        "{type: object, properties: {total: {type: integer}, rows: {type: array, items: {type: string}}}}"

    @Test(arguments: [
        ("{ask.data.totl}", names, "`steps.ask.output` has no member `totl` (did you mean `total`?)"),
        ("{ask.data.total.x}", names, "`steps.ask.output.total` is an integer, which has no `.x`"),
        (
            "{ask.data.rows.x}", names,
            "`steps.ask.output.rows` is an array, which has no member `x` (pick an element, such as `steps.ask.output.rows[0]`, or write `steps.ask.output.rows | map('x')`)"
        ),
        (
            "{shout.data.x}", names,
            "`steps.shout.output` is a string, which has no `.x` (if it holds JSON, read it: `(steps.shout.output | from_json).x`)"
        ),
    ])
    func `a name that is never there`(_ reference: String, _ schema: String, _ expected: String) {
        #expect(
            Self.warnings(reference, schema: schema) == "warning 9:61 this is always `null`: \(expected)")
    }

    @Test(arguments: [
        ("{ask.data.total}", names), ("{ask.data.rows[0]}", names), ("{ask.data}", names), ("{shout.status}", names),
        ("{ask.data.more}", "{type: object, properties: {total: {}}, additionalProperties: true}"),
        ("{ask.data.more}", "{type: object}"), ("{ask.data.total.deep}", "{type: object, properties: {total: {}}}"),
    ])
    func `a name that may be there`(_ reference: String, _ schema: String) {
        #expect(Self.warnings(reference, schema: schema) == "")
    }
}
