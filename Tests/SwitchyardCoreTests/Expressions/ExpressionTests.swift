import Testing

@testable import SwitchyardCore

@Suite struct ExpressionTests {
    @Test(arguments: [
        ("null", "null"), ("false", "false"), ("0", "0"), ("007", "7"), ("1E+2", "100.0"),
        ("9223372036854775807", "9223372036854775807"),
        ("''", "\"\""), ("[[]]", "[[]]"), (#"'\t\r\/\"'"#, #""\t\r/\"""#), ("null.x", "null"), ("null[0].x", "null"),
        ("true", "true"), ("42", "42"), ("-7", "-7"), ("1.5", "1.5"), ("1e3", "1000.0"),
        ("'a\\n\\'\\u00e9'", "\"a\\n'é\""), (#""q\"q""#, #""q\"q""#), ("[]", "[]"),
        ("[1, 'a', [true],]", #"[1,"a",[true]]"#),
        ("{'a': 1, 'b': [2]}", #"{"a":1,"b":[2]}"#), ("{}", "{}"), ("  1\n+ 2 ", "3"),
    ])
    func `a literal is its value`(source: String, expected: String) {
        #expect(outcome(source) == expected)
    }

    @Test func `the functions of when ask how the needs ended`() {
        var scope = sampleScope
        let source = "[always(), succeeded(), failed()]"
        #expect(outcome(source, in: scope, allowsStatusFunctions: true) == "[true,true,false]")
        scope.needs = NeedsStatus(anyFailed: true, allSucceeded: false)
        #expect(outcome(source, in: scope, allowsStatusFunctions: true) == "[true,false,true]")
    }

    @Test func `references are listed with their places`() throws {
        let expression = try Expression.parse(" steps.a.output[0] ~ (inputs.é.b | default(steps.c.status))")
        #expect(expression.source == "steps.a.output[0] ~ (inputs.é.b | default(steps.c.status))")
        #expect(
            expression.references == [
                Reference(root: .steps, path: [.member("a"), .member("output"), .element(0)], offset: 1),
                Reference(root: .inputs, path: [.member("é"), .member("b")], offset: 22),
                Reference(root: .steps, path: [.member("c"), .member("status")], offset: 43),
            ])
        #expect(expression.references.map(\.stepID) == ["a", nil, "c"])
        #expect(expression.references.map(\.text) == ["steps.a.output[0]", "inputs.é.b", "steps.c.status"])
        #expect(!expression.callsStatusFunction)
        #expect(try Expression.parse("not failed()", allowsStatusFunctions: true).callsStatusFunction)
    }

    @Test(
        arguments: [
            ("false", false), ("1 > 2", false), ("false and inputs.x", false), ("always()", true), ("'a' | length", 1),
            ("true or inputs.x", true), ("inputs.x", nil), ("inputs.x and false", nil), ("failed()", nil),
            ("1 / 0", nil),
        ] as [(String, Value?)])
    func `a value that is the same in every run is known`(source: String, expected: Value?) throws {
        #expect(try Expression.parse(source, allowsStatusFunctions: true).constantValue == expected)
    }

    @Test(arguments: [
        ("inputs.a", "inputs.a", 0), (" ${{ failed() }} ", "failed()", 5), ("{{ 1 }}", "1", 3),
        ("{'a': 1}", "{'a': 1}", 0),
    ])
    func `a condition is bare or one hole`(text: String, source: String, offset: Int) throws {
        let expression = try Expression.parseScalar(text, allowsStatusFunctions: true)
        #expect(expression.source == source)
        #expect(expression.offset == offset)
    }

    @Test func `a condition has no text around its hole`() {
        #expect {
            try Expression.parseScalar("${{ inputs.a }} and ${{ inputs.b }}")
        } throws: { ($0 as? ExpressionError)?.offset == 16 }
    }
}
