import Testing

@testable import SwitchyardCore

@Suite struct ExpressionSyntaxErrorTests {
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
        ("inputs.a | first.b", "error at 16: a filter has no members [write `(value | filter).member`]"),
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
        ("9223372036854775808 - 1", "error at 0: the integer does not fit 64 bits [write `9223372036854775808.0`]"),
        ("1 - 9223372036854775808", "error at 4: the integer does not fit 64 bits [write `9223372036854775808.0`]"),
        ("-9223372036854775809", "error at 1: the integer does not fit 64 bits [write `9223372036854775809.0`]"),
        ("[1][9223372036854775808]", "error at 4: the integer does not fit 64 bits [write `9223372036854775808.0`]"),
        ("1 9223372036854775808", "error at 2: an operator is expected, not `9223372036854775808`"),
        ("1]", "error at 1: `]` closes nothing"), ("1}", "error at 1: `}` closes nothing"),
        ("[1 2]", "error at 3: `]` is expected to close the list, not `2`"),
        ("[,]", "error at 1: a value is expected, not `,`"),
        ("{'a' 1}", "error at 5: `:` is expected after a member name, not `1`"),
        ("{'a': 1", "error at 7: `}` is expected to close the object, not the end"),
        ("\"a'", "error at 0: the string has no closing quote"),
        ("'a\\", "error at 0: the string has no closing quote"),
        ("in [1]", "error at 0: a value is expected, not `in`"),
        ("1 and", "error at 5: a value is expected, not the end"),
        ("1 or or 2", "error at 5: a value is expected, not `or`"),
        ("not", "error at 3: a value is expected, not the end"),
        ("1 ~ ", "error at 3: a value is expected, not the end"),
        ("- ", "error at 1: a value is expected, not the end"),
        ("'a' 'b'", "error at 4: an operator is expected, not the string"),
        ("true.x.", "error at 7: a member name is expected after `.`, not the end"),
        (
            "always().x",
            "error at 0: `always()` has a meaning only in `when` [compare a status instead: `steps.ID.status == 'succeeded'`]"
        ),
        ("succeeded", "error at 0: unknown name `succeeded` [write `succeeded()`]"),
        ("False", "error at 0: unknown name `False` [write `false`]"),
        ("nil", "error at 0: unknown name `nil` [write `null`]"),
        ("$x", "error at 0: `$` has no meaning inside an expression [name the value alone, such as `inputs.host`]"),
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

    @Test(arguments: [
        (
            "always() or x",
            "error at 12: unknown name `x` [write `inputs.x`, `steps.x`, or quote it if it is text: `'x'`]"
        ),
        ("always(1)", "error at 7: `)` is expected because `always` takes no arguments, not `1`"),
        ("always().x", "error at 8: an operator is expected, not `.`"),
    ])
    func `a condition is read like any expression`(source: String, expected: String) {
        #expect(outcome(source, allowsStatusFunctions: true) == expected)
    }
}
