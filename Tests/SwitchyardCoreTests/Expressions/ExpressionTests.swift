import Testing

@testable import SwitchyardCore

@Suite struct ExpressionTests {
    @Test(arguments: [
        ("null", "null"), ("true", "true"), ("42", "42"), ("-7", "-7"), ("1.5", "1.5"), ("1e3", "1000.0"),
        ("'a\\n\\'\\u00e9'", "\"a\\n'é\""), (#""q\"q""#, #""q\"q""#), ("[]", "[]"),
        ("[1, 'a', [true],]", #"[1,"a",[true]]"#),
        ("{'a': 1, 'b': [2]}", #"{"a":1,"b":[2]}"#), ("{}", "{}"), ("  1\n+ 2 ", "3"),
    ])
    func `a literal is its value`(source: String, expected: String) {
        #expect(outcome(source) == expected)
    }

    @Test(arguments: [
        ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("7 - 2 - 1", "4"), ("6 / 3", "2"), ("7 / 2", "3.5"),
        ("-7 % 3", "-1"), ("7.5 % 2", "1.5"), ("1 + 0.5", "1.5"), ("[1] + [2]", "[1,2]"), ("-inputs.count", "-3"),
        ("--2", "2"), ("- -2", "2"), ("-9223372036854775807 - 1", "-9223372036854775808"),
        ("'a' ~ 1 ~ null ~ true ~ [1]", #""a1true[1]""#), ("'n=' ~ 1 + 2", #""n=3""#),
        ("1 == 1.0", "true"), ("1 == '1'", "false"), ("null == false", "false"), ("[1] == [1.0]", "true"),
        ("{'a': 1, 'b': 2} == {'b': 2, 'a': 1}", "true"), ("1 != 2", "true"),
        ("1 < 2", "true"), ("2 <= 2.0", "true"), ("'a' > 'b'", "false"), ("'b' >= 'b'", "true"),
        ("1 in [1, 2]", "true"), ("3 not in [1, 2]", "true"), ("'ell' in 'hello'", "true"), ("'' in ''", "true"),
        ("'a' in {'a': null}", "true"), ("not 1 == 2", "true"), ("not not true", "true"),
        ("true and false or true", "true"), ("null or 'x'", #""x""#),
        (
            "'' and boom",
            "error at 7: unknown name `boom` [write `inputs.boom`, `steps.boom`, or quote it if it is text: `'boom'`]"
        ),
        ("false and 1 / 0", "false"), ("1 or 1 / 0", "1"), ("1 if true else 1 / 0", "1"),
        ("'a' if false else 'b' if false else 'c'", #""c""#), ("1 + 1 if 1 < 2 and not false else 0", "2"),
        ("1 + [1, 2] | length", "3"), ("-[1, 2] | length", "-2"), ("-2.6 | round", "-3"),
    ])
    func `operators bind and compute`(source: String, expected: String) {
        #expect(outcome(source) == expected)
    }

    @Test(arguments: [
        ("inputs.host", #""web-1""#), ("inputs.deep.a.b", "1"), ("inputs.none", "null"), ("inputs.none.x[0].y", "null"),
        ("inputs.tags[0]", #""b""#), ("inputs.tags[-1]", #""b""#), ("inputs['host']", #""web-1""#),
        ("steps.list.output.rows[1].owner.mail", #""b@x""#), ("steps.list.output['odd name']", "1"),
        ("steps.my-step.output", #""text""#), ("steps.list.output.x - 1", "1"), ("steps.list.status", #""succeeded""#),
        ("steps.skipped.output.rows[0]", "null"), ("steps.broken.error.message", #""no""#),
        ("steps.broken", #"{"status":"failed","output":null,"error":{"message":"no"}}"#),
        ("steps.long", #"{"status":"succeeded","output":"begin","error":null,"output_bytes_cut":5000000}"#),
        ("steps | keys", #"["broken","list","long","my-step","skipped"]"#), ("run.id", #""r1""#),
        ("env.HOME", #""/root""#),
        ("secrets.TOKEN", #""s3cret""#), ("(steps.list.output).x", "2"), ("[1, 2][1]", "2"), ("{'a': 1}.a", "1"),
        (#"('{"a": [5]}' | from_json).a[0]"#, "5"),
    ])
    func `paths lead to values`(source: String, expected: String) {
        #expect(outcome(source) == expected)
    }

    @Test func `the elements of a loop are there inside it`() {
        var scope = sampleScope
        scope.item = ["n": 1]
        scope.index = 4
        scope.loop = ["index": 2, "previous": nil]
        scope.shared = ["team": ["key": "v"]]
        #expect(
            outcome("[item.n, index, loop.index, loop.previous.x, shared.team.key]", in: scope) == #"[1,4,2,null,"v"]"#)
    }

    @Test(arguments: [
        ("steps.list.output.nope", "fails at 17: `steps.list.output` has no member `nope`"),
        ("steps.list.output.row", "fails at 17: `steps.list.output` has no member `row`; did you mean `rows`?"),
        (
            "steps.list.output.x-1",
            "fails at 17: `steps.list.output` has no member `x-1`; a minus needs spaces around it"
        ),
        ("inputs.tags[3]", "fails at 11: `inputs.tags` has 3 elements: [3] is out of range"),
        ("inputs.tags[-4]", "fails at 11: `inputs.tags` has 3 elements: [-4] is out of range"),
        ("[1][1]", "fails at 3: `(…)` has 1 element: [1] is out of range"),
        (
            "inputs.tags.a",
            "fails at 11: `inputs.tags` is an array, which has no member `a`; pick an element, such as [0], or `| map('a')`"
        ),
        ("inputs.host.x", "fails at 11: `inputs.host` is a string, which has no `.x`; `| from_json` reads JSON text"),
        ("inputs.count[0]", "fails at 12: `inputs.count` is an integer, which has no `[0]`"),
        ("inputs.deep[0]", "fails at 11: `inputs.deep` is an object, which has no element [0]"),
        ("inputs.hots", "fails at 6: unknown input `hots`; did you mean `host`?"),
        ("1 + inputs.zzz", "fails at 10: unknown input `zzz`"),
        ("inputs.zzz | default(1)", "fails at 6: unknown input `zzz`"),
        ("inputs[0]", "fails at 6: `inputs` has names, not numbers: write `inputs.NAME`"),
        ("env.HOMER", "fails at 3: unknown environment variable `HOMER`; did you mean `HOME`?"),
        ("secrets.TOKE", "fails at 7: unknown secret `TOKE`; did you mean `TOKEN`?"),
        ("run.di", "fails at 3: unknown field of a run `di`; did you mean `id`?"),
        ("steps.lits.output", "fails at 5: unknown step `lits`; did you mean `list`?"),
        ("steps.list.ouput", "fails at 10: a step has no field `ouput`; did you mean `output`?"),
        ("steps.list.rows", "fails at 10: a step has no field `rows`; what it returned is under `output`"),
        (
            "steps.long.output",
            "fails at 10: the output of step `long` has 5000000 bytes, of which only the beginning is recorded; "
                + "read the step's log file, or let the step write a file and print its path"
        ),
        ("item.x", "fails at 0: `item` has a value only inside a `foreach`"),
        ("loop.index", "fails at 0: `loop` has a value only inside an `until`"),
        ("'a' + 1", "fails at 4: `+` adds numbers, not a string and an integer; join text with `~`"),
        ("true * 2", "fails at 5: `*` takes numbers, not a boolean and an integer"),
        ("null - 1", "fails at 5: `-` takes numbers, not null and an integer"),
        ("-'a'", "fails at 0: `-` takes a number, not a string"),
        ("1 / 0", "fails at 2: division by zero"), ("1 % 0", "fails at 2: division by zero"),
        ("1.0 / 0", "fails at 4: division by zero"),
        ("9223372036854775807 + 1", "fails at 20: the result of `+` does not fit 64 bits"),
        ("(-9223372036854775807 - 1) / -1", "fails at 27: the result of `/` does not fit 64 bits"),
        ("(-9223372036854775807 - 1) % -1", "0"),
        ("1e308 * 10", "fails at 6: the result of `*` is too large"),
        ("1 < 'a'", "fails at 2: `<` compares two numbers or two strings, not an integer and a string"),
        ("null > 1", "fails at 5: `>` compares two numbers or two strings, not null and an integer"),
        ("1 in 2", "fails at 2: `in` searches an array, an object or a string, not an integer"),
        ("1 not in 'a'", "fails at 2: `not in` finds a string in a string, not an integer"),
    ])
    func `what has no value is an error with its place`(source: String, expected: String) {
        #expect(outcome(source) == expected)
    }

    @Test(arguments: [
        ("", "error at 0: an expression is expected"), ("   ", "error at 0: an expression is expected"),
        ("1 +", "error at 3: a value is expected, not the end"),
        ("1 2", "error at 2: an operator is expected, not `2`"),
        ("(1", "error at 2: `)` is expected to close the parenthesis, not the end"),
        ("1)", "error at 1: `)` closes nothing"),
        ("[1", "error at 2: `]` is expected to close the list, not the end"),
        ("{a: 1}", "error at 1: a member name in quotes is expected, not `a` [write `{'name': value}`]"),
        ("{'a': 1, 'a': 2}", "error at 9: the member `a` stands twice"),
        ("'abc", "error at 0: the string has no closing quote"),
        (#"'a\q'"#, #"error at 2: unknown escape `\q` [a backslash itself is written `\\`]"#),
        (#"'\ud800'"#, #"error at 1: `\u` takes four hexadecimal digits of a character"#),
        ("a.b", "error at 0: unknown name `a` [write `inputs.a`, `steps.a`, or quote it if it is text: `'a'`]"),
        ("input.x", "error at 0: unknown name `input` [did you mean `inputs`?]"),
        ("None", "error at 0: unknown name `None` [write `null`]"),
        ("True", "error at 0: unknown name `True` [write `true`]"),
        ("always", "error at 0: unknown name `always` [write `always()`]"),
        (
            "len(x)",
            "error at 0: unknown function `len` [functions are always(), succeeded() and failed(); everything else is a filter: `value | name`]"
        ),
        (
            "replace('a')",
            "error at 0: unknown function `replace` [`replace` is a filter: write `value | replace(old, new)`]"
        ),
        ("suceeded()", "error at 0: unknown function `suceeded` [did you mean `succeeded()`?]"),
        (
            "always()",
            "error at 0: `always()` has a meaning only in `when` [compare a status instead: `steps.ID.status == 'succeeded'`]"
        ),
        ("1 | lenght", "error at 4: unknown filter `lenght` [did you mean `length`?]"),
        ("1 | default", "error at 4: `default` takes 1 argument, not 0 [write `default(value)`]"),
        ("1 | round(1, 2)", "error at 4: `round` takes 0 or 1 arguments, not 2 [write `round(digits)`]"),
        ("1 | length()", "fails at 4: `length` takes a string, an array or an object, not an integer"),
        ("inputs.a | first.b", "error at 16: a filter has no members [write `(value | filter).member`]"),
        ("1 | 2", "error at 4: the name of a filter is expected after `|`, not `2`"),
        ("1 < 2 < 3", "error at 6: comparisons do not chain [write `a < b and b < c`, or use parentheses]"),
        ("1 not 2", "error at 6: `in` is expected after `not`, not `2`"),
        ("1 if 2", "error at 6: `else` is expected after the condition of `if` [write `a if condition else b`]"),
        ("1 else 2", "error at 2: `else` without `if` [write `a if condition else b`]"),
        ("a = 1", "error at 2: `=` is not an operator [compare with `==`]"),
        ("1 = 1", "error at 2: `=` is not an operator [compare with `==`]"),
        ("1 && 1", "error at 2: `&` is not an operator [write `and`]"),
        ("!1", "error at 0: `!` is not an operator [write `not`]"),
        ("1 ? 2", "error at 2: `?` is not an operator [write `a if condition else b`]"),
        ("é# 1", "error at 1: unexpected character `#`"),
        ("1a", "error at 0: a name does not start with a digit"),
        ("inputs.", "error at 7: a member name is expected after `.`, not the end"),
        (
            "inputs.a[index]",
            "error at 9: an integer or a quoted name is expected in `[ ]`, not `index` [write `[0]` or `['name']`; an index is not computed]"
        ),
        ("inputs.a[0", "error at 10: `]` is expected after an index, not the end"),
        ("9223372036854775808", "error at 0: the integer does not fit 64 bits [write `9223372036854775808.0`]"),
        ("1e999", "error at 0: the number is too large"),
        ("secrets", "error at 0: `secrets` is not a value [name one: `secrets.NAME`]"),
        (
            "'é\u{301}' ~ boom",
            "error at 6: unknown name `boom` [write `inputs.boom`, `steps.boom`, or quote it if it is text: `'boom'`]"
        ),
        (
            "inputs.a | raw",
            "error at 11: `raw` switches escaping off, which this step does not allow [add `allow: [raw]` to the step]"
        ),
        ("inputs.a | raw | trim", "error at 11: `raw` must be the last filter of the whole hole [write `(…) | raw`]"),
        ("'a' ~ inputs.a | raw", "error at 17: `raw` must be the last filter of the whole hole [write `(…) | raw`]"),
    ])
    func `a text that is no expression is an error with its place`(source: String, expected: String) {
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

    @Test func `depth, length and results are bounded`() {
        let deep = String(repeating: "(", count: 100) + "1" + String(repeating: ")", count: 100)
        #expect(outcome(deep) == "error at 64: nested deeper than 64 levels")
        #expect(outcome(String(repeating: "not ", count: 5000) + "1").hasSuffix("nested deeper than 64 levels"))
        #expect(outcome(String(repeating: "- ", count: 5000) + "x").hasSuffix("nested deeper than 64 levels"))
        #expect(outcome(String(repeating: "1+", count: 30_000) + "1") == "30001")
        #expect(outcome(String(repeating: "'abcdefgh'~", count: 5000) + "''").count == 40_002)
        #expect(outcome("'x'" + String(repeating: "|trim|default('y')", count: 3000)) == #""x""#)
        #expect(outcome(String(repeating: " ", count: 70_000)) == "error at 0: an expression is expected")
        #expect(
            outcome("1" + String(repeating: "+1", count: 40_000)) == "error at 0: the expression is longer than 64 KiB")

        var scope = sampleScope
        scope.inputs = ["big": .string(String(repeating: "x", count: 9 << 20))]
        #expect(outcome("inputs.big ~ inputs.big", in: scope) == "fails at 13: the text would be longer than 16 MiB")
        #expect(
            outcome("[inputs.big, inputs.big] | json", in: scope) == "fails at 27: the text would be longer than 16 MiB"
        )
        #expect(
            outcome("[inputs.big, inputs.big] | join('')", in: scope)
                == "fails at 27: the text would be longer than 16 MiB")
        scope.inputs = [
            "many": .string(String(repeating: "x", count: 200_000)),
            "wide": .string(String(repeating: "y", count: 100)),
        ]
        #expect(
            outcome("inputs.many | replace('x', inputs.wide)", in: scope)
                == "fails at 14: the text would be longer than 16 MiB")
    }
}
