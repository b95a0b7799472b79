import OrderedCollections
import Testing

@testable import SwitchyardCore

@Suite struct JSONTemplateTests {
    private let inputs: Value = [
        "v": "\", \"admin\": true, \"x\": \"\\", "n": nil, "list": [1, "a"], "count": 3, "raw": "1, 2",
    ]

    /// The text with the holes filled; nil if it is not JSON around them.
    private func filled(_ text: String) throws -> String? {
        var scope = sampleScope
        scope.inputs = inputs
        return try JSONTemplate.encodingHoles(of: try Template.parse(text, allowsRaw: true))?.template.text(in: scope)
    }

    @Test(arguments: [
        (#"{"a": {{ inputs.v }}}"#, #"{"a": "\", \"admin\": true, \"x\": \"\\"}"#),
        (#"{"a": "{{ inputs.v }}"}"#, #"{"a": "\", \"admin\": true, \"x\": \"\\"}"#),
        (#"{"a": "x \"{{ inputs.count }}\\"}"#, #"{"a": "x \"3\\"}"#),
        (
            #"{"{{ inputs.list }} é\u0041": [{{ inputs.list }}, {{ inputs.n }}]}"#,
            #"{"[1,\"a\"] éA": [[1,"a"], null]}"#
        ),
        (#"["{{ inputs.n }}{{ inputs.count }}", "", "{{ '{{' }}"]"#, #"["3", "", "{{"]"#),
        (#"[{{ 1 if true else 2 }}, "{{ 1 if true else 2 }}"]"#, #"[1, "1"]"#),
        (#"[{{ inputs.raw | raw }}, "{{ inputs.raw | raw }}"]"#, #"[1, 2, "1, 2"]"#), ("\n{{ 1 }} ", "\n1 "),
    ])
    func `every value stays in its place`(text: String, expected: String) throws {
        #expect(try filled(text) == expected)
    }

    @Test(arguments: [
        "a {{ 1 }}", "{{ inputs.v }}", "{\"a\": {{ 1 }},}", "2{{ 1 }}", "{{ 1 }}{{ 2 }}", "[INFO] {{ 1 }}",
        "\"\\u00{{ 1 }}41\"", "\"\\{{ 1 }}\"", "{{{ 'a': 1 } }}: 1}", "[1]",
    ])
    func `what is not JSON is left alone`(text: String) throws {
        #expect(try filled(text) == nil)
    }

    @Test func `raw is alone in its string`() throws {
        let template = try Template.parse(#"["{{ inputs.v }}{{ inputs.raw | raw }}"]"#, allowsRaw: true)
        #expect(
            throws: ExpressionError(
                "a hole with `raw` must be the only one of a JSON string", hint: "join inside the hole: `a ~ b`",
                offset: 19)
        ) { try JSONTemplate.encodingHoles(of: template) }
    }

    @Test func `errors keep their places`() throws {
        let text = #"{"a": "x{{ inputs.v }}", "b": {{ inputs.count }}}"#
        let rewritten = try #require(try JSONTemplate.encodingHoles(of: try Template.parse(text)))
        #expect(rewritten.template.references.map { rewritten.original($0.offset) } == [11, 33])
    }

    @Test func `no value adds a member`() throws {
        var generator = SeededGenerator(seed: 12)
        let template = try Template.parse(#"{"a": "x{{ inputs.v }}y", "{{ inputs.k }}": {{ inputs.v }}}"#)
        let rewritten = try #require(try JSONTemplate.encodingHoles(of: template)).template
        for number in 0..<2_000 {
            var scope = sampleScope
            let value = String.shellHostile(using: &generator)
            scope.inputs = ["v": .string(value), "k": .string("k\(number)" + value)]
            let parsed = try JSON.parse(try rewritten.text(in: scope))
            #expect(parsed.objectValue?.count == 2)
            #expect(parsed["a"] == .string("x" + value + "y"))
            #expect(parsed["k\(number)" + value] == .string(value))
        }
    }
}
