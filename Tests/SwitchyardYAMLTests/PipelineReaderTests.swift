import OrderedCollections
import SwitchyardCore
import SwitchyardYAML
import Testing

/// Valid files, and what becomes of each key.
struct PipelineReaderTests {
    private static func read(_ name: String) throws -> Pipeline {
        let result = PipelineReader.read(text: try Fixtures.text("valid/\(name)"), file: name, tools: StubTools())
        return try #require(result.pipeline, "\(result.text)")
    }

    private static func step(_ lines: String, top: String = "") throws -> Step {
        let text = "version: 1\nid: p\n\(top)steps:\n  - id: a\n    \(lines.replacing("\n", with: "\n    "))\n"
        let result = PipelineReader.read(text: text, file: "p.yaml", tools: StubTools())
        return try #require(result.pipeline?.steps.first, "\(result.text)")
    }

    private static func with(_ step: Step) throws -> OrderedDictionary<String, ValueTemplate> {
        guard case .tool(_, .object(let members)) = step.kind else { throw ExpressionError("no tool", offset: 0) }
        return members
    }

    @Test func `the head of a file`() throws {
        let pipeline = try Self.read("ci_report.yaml")
        #expect(pipeline.id == "ci_report")
        #expect(pipeline.name == "CI report")
        #expect(pipeline.description == "Looks a host up and writes a report.")
        #expect(pipeline.maxConcurrentSteps == 3)
        #expect(pipeline.steps.map(\.id) == ["primary", "ping", "metrics", "restart"])
        #expect(pipeline.finally.map(\.id) == ["report"])
        #expect(Array(pipeline.outputs.keys) == ["metrics", "text"])
        #expect(pipeline.source == (try Fixtures.text("valid/ci_report.yaml")))
        #expect(pipeline.file == "ci_report.yaml")
    }

    @Test func `inputs`() throws {
        let inputs = try Self.read("ci_report.yaml").inputs
        let host = try #require(inputs["host"])
        #expect(host.kind == .string && host.pattern == "^[a-z0-9.-]+$" && host.isRequired)
        #expect(host.location == SwitchyardCore.SourceLocation(file: "ci_report.yaml", line: 6, column: 3))
        let limit = try #require(inputs["limit"])
        #expect(limit.defaultValue == 10 && limit.minimum == 1 && limit.maximum == 100 && !limit.isRequired)
        #expect(inputs["mode"]?.allowed == ["fast", "full"])
        #expect(inputs["note"]?.kind == .string && inputs["note"]?.isRequired == true)
    }

    @Test func `policies and what is inherited`() throws {
        let pipeline = try Self.read("ci_report.yaml")
        let ping = pipeline.steps[1]
        #expect(ping.name == "Ping the host")
        #expect(ping.onFailure == .continue)
        #expect(ping.timeout.startToClose == .seconds(60))
        #expect(ping.retry.maxAttempts == 3)
        #expect(
            ping.retry.backoff == Backoff(initial: .seconds(1), factor: 2, maximum: .seconds(30), jitter: .full))
        #expect(ping.env.mapValues { $0.literalText ?? "" } == ["REGION": "eu", "LEVEL": "3"])
        guard case .run(let script, let shell) = ping.kind else { throw ExpressionError("no script", offset: 0) }
        #expect(script.source == "ping -c1 {{ inputs.host }}")
        #expect(shell == "sh")

        let restart = pipeline.steps[3]
        #expect(restart.needs.map(\.value) == ["ping"])
        #expect(
            restart.needs[0].location == SwitchyardCore.SourceLocation(file: "ci_report.yaml", line: 32, column: 13))
        #expect(restart.timeout.startToClose == .seconds(120))
        #expect(restart.retry.maxAttempts == 1)
        #expect(restart.retry.on == [.timeout, .exitCode])
        #expect(restart.effect == .unsafe)
        #expect(restart.executionMode == .serial)
        #expect(Array(restart.env.keys) == ["REGION", "LEVEL", "HOST", "SELF"])
        #expect(restart.env["LEVEL"]?.literalText == "4")
        #expect(restart.workingDirectory?.references.map(\.text) == ["inputs.host"])
        #expect(restart.when?.source == "steps.metrics.output.body.load > 0.9 and steps.ping.status == 'failed'")
        guard case .argv(let arguments) = restart.kind else { throw ExpressionError("no argv", offset: 0) }
        #expect(arguments.dropFirst(2).map(\.literalText) == ["systemctl", "restart", "app", "10", "-n", "0755"])
        #expect(pipeline.finally[0].when?.callsStatusFunction == true)
    }

    @Test func `defaults of a step without policies`() throws {
        let step = try Self.step("run: ls")
        #expect(step.retry == .none && step.timeout == .none && step.onFailure == .fail)
        #expect(step.executionMode == .concurrent && step.effect == nil && step.env.isEmpty && step.needs.isEmpty)
        #expect(step.location == SwitchyardCore.SourceLocation(file: "p.yaml", line: 4, column: 5))
        guard case .run(_, "bash") = step.kind else { throw ExpressionError("no bash", offset: 0) }
    }

    @Test func `the data-flow form is a reference only where it names a step`() throws {
        let with = try Self.with(Self.read("ci_report.yaml").steps[2])
        guard case .object(let query)? = with["query"] else { throw ExpressionError("no query", offset: 0) }
        guard case .stepField(let reference)? = query["ci"] else { throw ExpressionError("no field", offset: 0) }
        #expect(reference.text == "steps.primary.output.rows[0].ci_id")
        guard case .text(let odd)? = query["odd"] else { throw ExpressionError("no text", offset: 0) }
        #expect(odd.literalText == "{nobody.data}")
    }

    @Test func `holes of SQL become parameters`() throws {
        let with = try Self.with(Self.read("ci_report.yaml").steps[0])
        guard case .text(let sql)? = with["sql"], case .array(let parameters)? = with["parameters"] else {
            throw ExpressionError("no parameters", offset: 0)
        }
        #expect(sql.literalText == "SELECT ci_id, type FROM ci WHERE name = ? LIMIT ?")
        let scope = Scope(inputs: ["host": "x'; drop table ci; --", "limit": 7])
        #expect(try parameters.map { try $0.evaluate(in: scope) } == ["x'; drop table ci; --", 7])
    }

    @Test func `SQL knows where its strings end`() throws {
        let step = try Self.step(
            """
            tool: sql.query
            allow: raw
            with:
              database: a.db
              sql: |
                SELECT 'it''s', "col" -- a ? comment's
                FROM {{ inputs.table | raw }} WHERE a = {{ inputs.a }} /* it's */ AND b = 'x' || {{ inputs.b }}
            """, top: "inputs: {a: string, b: string, table: string}\n")
        let with = try Self.with(step)
        let scope = Scope(inputs: ["a": 1, "b": "two", "table": "ci"])
        #expect(
            try with["sql"]?.evaluate(in: scope) == """
                SELECT 'it''s', "col" -- a ? comment's
                FROM ci WHERE a = ? /* it's */ AND b = 'x' || ?

                """)
        #expect(try with["parameters"]?.evaluate(in: scope) == [1, "two"])
    }

    @Test(arguments: [
        (
            "https://a.example/v1/{{ inputs.x }}?q={{ inputs.x }}&n={{ inputs.n }}",
            "https://a.example/v1/a%2Fb%3F%C3%A9%20%26?q=a%2Fb%3F%C3%A9%20%26&n=7"
        ),
        ("{{ inputs.base }}/v1/{{ inputs.x | upper }}", "https://b.example:8080/A%2FB%3F%C3%89%20%26"),
        ("${{ inputs.base }}", "https://b.example:8080"),
        ("https://{{ inputs.evil }}/v1", "https://c.example%2Fpath%23/v1"),
        ("https://a.example/plain?x=%20", "https://a.example/plain?x=%20"),
    ])
    func `holes of a URL are encoded, except at its beginning`(_ url: String, _ expected: String) throws {
        let step = try Self.step(
            "tool: http.get\nwith:\n  url: '\(url)'",
            top: "inputs: {x: string, n: integer, base: string, evil: string}\n")
        let scope = Scope(inputs: [
            "x": "a/b?é &", "n": 7, "base": "https://b.example:8080", "evil": "c.example/path#",
        ])
        #expect(
            try Self.with(step)["url"]?.evaluate(in: scope) == .string(expected.replacing("8080/A", with: "8080/v1/A")))
    }

    @Test func `aliases repeat what their anchors hold`() throws {
        let pipeline = try Self.read("anchors.json.yaml")
        #expect(pipeline.steps.map(\.retry.maxAttempts) == [2, 2, 2])
        guard case .argv(let arguments) = pipeline.steps[2].kind else { throw ExpressionError("no argv", offset: 0) }
        #expect(arguments.map(\.literalText) == ["ls", "*.txt"])
        #expect(pipeline.steps[1].env["X"]?.literalText == "*r")
    }

    @Test func `serial execution is one slot`() throws {
        let text = "version: 1\nid: p\nexecution: serial\nmax_concurrent_steps: 4\nsteps: [{id: a, run: ls}]\n"
        let result = PipelineReader.read(text: text, file: "p.yaml", tools: StubTools())
        #expect(result.pipeline?.maxConcurrentSteps == 1)
        #expect(result.diagnostics.map(\.severity) == [.warning])
    }

    @Test(arguments: [
        "always()", "${{ always() }}", "true", "\"inputs.x == 'a'\"", "'${{ inputs.x }}'", "not inputs.x",
    ])
    func `ways to write a condition`(_ text: String) throws {
        let step = try Self.step("run: ls\nwhen: \(text)", top: "inputs: {x: string}\n")
        #expect(step.when != nil)
    }

    @Test func `one need may stand alone`() throws {
        let text = "version: 1\nid: p\nsteps: [{id: a, run: ls}, {id: b, run: ls, needs: a}]\n"
        let result = PipelineReader.read(text: text, file: "p.yaml", tools: StubTools())
        #expect(result.pipeline?.steps[1].needs.map(\.value) == ["a"])
    }

    @Test func `a text is read once`() throws {
        // What a step gives is data: it is never a template, whatever braces it has.
        let step = try Self.step("argv: ['{{ inputs.x }}', '{a.data}', \"{{ '{{' }}\"]", top: "inputs: {x: string}\n")
        guard case .argv(let arguments) = step.kind else { throw ExpressionError("no argv", offset: 0) }
        let scope = Scope(inputs: ["x": "{{ inputs.x }}"])
        #expect(try arguments.map { try $0.text(in: scope) } == ["{{ inputs.x }}", "{a.data}", "{{"])
    }
}
