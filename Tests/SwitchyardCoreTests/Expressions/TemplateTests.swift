import OrderedCollections
import Testing

@testable import SwitchyardCore

@Suite struct TemplateTests {
    private func outcome(_ text: String) -> String {
        do throws(ExpressionError) {
            let template = try Template.parse(text)
            do throws(EvaluationError) {
                return JSON.text(of: try template.evaluate(in: sampleScope))
            } catch {
                return "fails at \(error.offset) of `\(error.expression)`: \(error.message)"
            }
        } catch {
            return description(of: error)
        }
    }

    @Test(arguments: [
        ("", #""""#), ("plain } text {", #""plain } text {""#), ("{{ inputs.count }}", "3"),
        ("${{inputs.tags}}", #"["b","a","b"]"#),
        (" {{ inputs.count }}", #"" 3""#), ("{{ inputs.count }}\n", #""3\n""#), ("a{{ inputs.none }}b", #""ab""#),
        ("{{ inputs.host }}:${{ inputs.count }}", #""web-1:3""#), ("{{ inputs.tags }}!", #""[\"b\",\"a\",\"b\"]!""#),
        ("{{ '{{' }} x {{ '}}' }}", #""{{ x }}""#), ("{{ \"}}\" ~ '\\'}}' }}", #""}}'}}""#),
        ("{{ {'a': {'b': 1}} }}", #"{"a":{"b":1}}"#),
        ("$${{ 1 }}", #""$1""#), ("{{ 1 }}}", #""1}""#),
        (
            "é{{ nope }}",
            "error at 4: unknown name `nope` [write `inputs.nope`, `steps.nope`, or quote it if it is text: `'nope'`]"
        ),
        ("a {{ 1", "error at 2: the hole `{{` has no closing `}}` [a literal `{{` is written `{{ '{{' }}`]"),
        ("${{ 'a }}", "error at 0: the hole `${{` has no closing `}}` [a quote inside it is not closed]"),
        ("x {{ }}", "error at 2: the hole is empty [a literal `{{` is written `{{ '{{' }}`]"),
        (
            "{{.Names}}",
            "error at 2: a value is expected, not `.` [if the braces are meant for another program, write `{{ '{{' }}` for `{{`]"
        ),
        ("ab {{ inputs.host }} {{ inputs.x }}", "fails at 6 of `inputs.x`: unknown input `x`"),
        (
            "{{ always() }}",
            "error at 3: `always()` has a meaning only in `when` [compare a status instead: `steps.ID.status == 'succeeded'`]"
        ),
        (
            "{{ 1 | raw }}",
            "error at 7: `raw` switches escaping off, which this step does not allow [add `allow: [raw]` to the step]"
        ),
    ])
    func `a template keeps the type of a lone hole and renders the rest`(text: String, expected: String) {
        #expect(outcome(text) == expected)
    }

    @Test(arguments: [
        "{{ inputs.a }}", "x {{ inputs.a }}", "{{ steps.s.output.t }}", "{{ item }}", "{{ env.V }}", "{{ shared.s.k }}",
        "{{ steps.s.error.message }}", "{{ loop.previous }}", "{{ inputs.a ~ '' }}",
        "{{ inputs.nope | default(inputs.a) }}",
        "{{ [inputs.a] | join('') }}", "{{ inputs.a | json | from_json }}", "{{ 'B' | replace('B', inputs.a) }}",
        "{{ '{' ~ '{ secrets.TOKEN }}' }}", "{{ '{' }}{ secrets.TOKEN }}", "{{ [inputs.a, ''] | json }}",
        "{step.data.t}", "{{ '{step.data.t}' }}",
    ])
    func `a value is never read as a template again`(text: String) throws {
        let trap: Value = "{{ secrets.TOKEN }}${{ secrets.TOKEN }}"
        var scope = sampleScope
        scope.inputs = ["a": trap, "nope": nil]
        scope.item = trap
        scope.loop = ["index": 1, "previous": trap]
        scope.env = ["V": trap.rendered]
        scope.shared = ["s": ["k": trap]]
        let result = StepResult(status: "failed", output: ["t": trap], error: ["message": trap])
        scope.steps = ["s": result, "step": result]
        let tree: ValueTemplate =
            if let reference = ValueTemplate.dataFlowReference(text) { .stepField(reference) } else {
                .text(try Template.parse(text))
            }
        let rendered = try ValueTemplate.object(["x": .array([tree])]).evaluate(in: scope)["x"].rendered
        #expect(rendered.contains("{{ secrets.TOKEN }}") || rendered.contains("{step.data.t}"))
        #expect(!rendered.contains("s3cret"))
    }

    @Test func `a template knows its text, its holes and their places`() throws {
        #expect(try Template.parse("/bin/ls").literalText == "/bin/ls")
        #expect(try Template.parse("").literalText == "")
        #expect(Template(literal: "{{ x").literalText == "{{ x")
        let template = try Template.parse("é {{ inputs.a }}{{ steps.b.output }}")
        #expect(template.literalText == nil)
        #expect(template.references.map(\.offset) == [5, 19])
        #expect(template.expressions.map(\.source) == ["inputs.a", "steps.b.output"])
        #expect(try Template.parse("{{ 1 | raw }}", allowsRaw: true).expressions[0].isRaw)
    }

    @Test(arguments: [
        ("{list.data.rows[1].name}", #""beta""#), ("{list.output.x}", "2"), ("{list.data}.x", nil), ("{list}", nil),
        ("{{list.data}}", nil),
        ("{list.data.nope.deeper}", "null"), ("{list.data.rows[9].name}", "null"), ("{list.data.x.y}", "null"),
        ("{other.data.x}", "null"),
        ("{skipped.data.x}", "null"), ("{my-step.data}", #""text""#), ("{list.nope}", "null"),
        ("{list.status}", #""succeeded""#),
        ("{a b.c}", nil), ("{.a.b}", nil), ("{}", nil), ("{a.b", nil), ("{\"a\": 1}", nil), ("{a.b.}", nil),
        ("{list.data['odd name']}", nil), ("{list[0]}", nil),
    ])
    func `the data-flow form reads a step's output`(text: String, expected: String?) throws {
        let reference = ValueTemplate.dataFlowReference(text)
        #expect(
            try reference.map { JSON.text(of: try ValueTemplate.stepField($0).evaluate(in: sampleScope)) } == expected)
    }

    @Test func `an output that is not whole is an error in the data-flow form too`() throws {
        let reference = try #require(ValueTemplate.dataFlowReference("{long.data}"))
        #expect(throws: EvaluationError.self) { try ValueTemplate.stepField(reference).evaluate(in: sampleScope) }
    }

    @Test func `what has no value in a tree is placed`() throws {
        let wrong = ValueTemplate.text(try Template.parse("{{ inputs.hots }}"))
        let tree = ValueTemplate.object(["query": .object(["a": .array([.literal(1), .object(["b": wrong])])])])
        let nested = #expect(throws: EvaluationError.self) { try tree.evaluate(in: sampleScope) }
        #expect(nested?.message == "`query.a[1].b`: unknown input `hots`; did you mean `host`?")
        let alone = #expect(throws: EvaluationError.self) { try wrong.evaluate(in: sampleScope) }
        #expect(alone?.message == "unknown input `hots`; did you mean `host`?")
        let script = try ShellTemplate.parse("echo {{ inputs.hots }}", shell: "bash", allowsRaw: false)
        let run = #expect(throws: EvaluationError.self) { try script.resolve(in: sampleScope) }
        #expect(run?.message == "`run`: unknown input `hots`; did you mean `host`?")
    }

    @Test func `a tree is evaluated as a whole`() throws {
        let tree = ValueTemplate.object([
            "n": .literal(1), "t": .text(try Template.parse("{{ inputs.tags }}")),
            "l": .array([.text(try Template.parse("x{{ inputs.host }}")), .literal(nil)]),
            "f": .stepField(Reference(root: .steps, path: [.member("list"), .member("output"), .member("x")])),
        ])
        #expect(
            JSON.text(of: try tree.evaluate(in: sampleScope)) == #"{"n":1,"t":["b","a","b"],"l":["xweb-1",null],"f":2}"#
        )
        #expect(tree.references.map(\.text) == ["inputs.tags", "inputs.host", "steps.list.output.x"])
    }
}
