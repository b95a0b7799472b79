import Testing

@testable import SwitchyardCore

/// How operators bind, and what they do with odd values. What they do with a value of every type is in
/// ``ExpressionGridTests``.
@Suite struct OperatorTests {
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
        ("-9223372036854775808", "-9223372036854775808"), ("- 9223372036854775808", "-9223372036854775808"),
        ("9223372036854775807 + 0", "9223372036854775807"), ("-9223372036854775808 / 1", "-9223372036854775808"),
        ("9007199254740993 + 0.0", "9007199254740992.0"), ("7 % -3", "1"), ("-7.5 % 2", "-1.5"), ("0 * -1", "0"),
        ("-0.0", "-0.0"), ("0.1 + 0.2", "0.30000000000000004"), ("1e-400", "0.0"), ("3 / 2 * 2", "3.0"),
    ])
    func `numbers are exact as long as they can be`(source: String, expected: String) {
        #expect(outcome(source) == expected)
    }

    @Test(arguments: [
        // Past 2^53 not every integer is a floating-point number; order must agree with equality.
        ("9007199254740993 == 9007199254740992.0", "false"), ("9007199254740993 > 9007199254740992.0", "true"),
        ("9007199254740992.0 < 9007199254740993", "true"), ("9007199254740992.0 >= 9007199254740993", "false"),
        ("9223372036854775807 < 9223372036854775808.0", "true"), ("1e300 > 9223372036854775807", "true"),
        ("-1e300 < -9223372036854775808", "true"), ("-9223372036854775808 <= -9223372036854775808.0", "true"),
        ("2 < 2.5", "true"), ("2.5 < 3", "true"), ("-2.5 < -2", "true"), ("-3 < -2.5", "true"), ("3 <= 2.5", "false"),
        ("0.0 == -0.0", "true"), ("0 < -0.0", "false"),
        ("'a' < 'B'", "false"), ("'Z' < 'a'", "true"), ("'z' < 'é'", "true"), ("'' < 'a'", "true"),
        ("'é' == 'e\\u0301'", "true"), ("'é' in 'e\\u0301'", "false"), ("'\\n' in 'a\\r\\n'", "true"),
        ("'→' in 'a→b'", "true"), ("1.0 in [1]", "true"), ("[1] in [[1.0]]", "true"), ("null in [null]", "true"),
        ("'a' in []", "false"), ("'a' not in {}", "true"), ("null == null", "true"), ("[] == []", "true"),
        ("[1, 2] == [2, 1]", "false"), ("{'a': null} == {}", "false"),
    ])
    func `comparisons go by the value`(source: String, expected: String) {
        #expect(outcome(source) == expected)
    }

    @Test(arguments: [
        ("'a' + 1", "fails at 4: `+` adds numbers, not a string and an integer; join text with `~`"),
        ("true * 2", "fails at 5: `*` takes numbers, not a boolean and an integer"),
        ("null - 1", "fails at 5: `-` takes numbers, not null and an integer"),
        ("-'a'", "fails at 0: `-` takes a number, not a string"),
        ("1 / 0", "fails at 2: division by zero"), ("1 % 0", "fails at 2: division by zero"),
        ("1 / 0.0", "fails at 2: division by zero"), ("1 % 0.0", "fails at 2: division by zero"),
        ("9223372036854775807 * 2", "fails at 20: the result of `*` does not fit 64 bits"),
        ("-9223372036854775808 - 1", "fails at 21: the result of `-` does not fit 64 bits"),
        ("-(-9223372036854775808)", "fails at 0: the result of `-` does not fit 64 bits"),
        ("1e308 + 1e308", "fails at 6: the result of `+` is too large"),
        ("-1e308 - 1e308", "fails at 7: the result of `-` is too large"),
        ("1e308 / 1e-300", "fails at 6: the result of `/` is too large"),
        ("1 + 2 + 'a' + 3", "fails at 6: `+` adds numbers, not an integer and a string; join text with `~`"),
        ("[1] - [1]", "fails at 4: `-` takes numbers, not an array and an array"),
        ("'é' == 'é' and 1 < null", "fails at 17: `<` compares two numbers or two strings, not an integer and null"),
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
    func `operands that an operator does not take are an error at the operator`(source: String, expected: String) {
        #expect(outcome(source) == expected)
    }
}
