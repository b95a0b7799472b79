/// What filters that read or make text do with values, one table for each: expression and outcome.
extension FilterTests {
    typealias Table = (String, [(source: String, expected: String)])

    static let textFilters: [Table] = [
        (
            "json",
            [
                ("[1, 'a'] | json", #""[1,\"a\"]""#), ("null | json", #""null""#), ("'é\\n' | json", #""\"é\\n\"""#),
                ("{'b': 1.0, 'a': []} | json", #""{\"b\":1.0,\"a\":[]}""#),
            ]
        ),
        (
            "from_json",
            [
                ("'[1, 2.0]' | from_json", "[1,2.0]"), ("' \"é\" ' | from_json", #""é""#),
                ("'9223372036854775808' | from_json", "9.223372036854776e+18"),
                (
                    "'' | from_json",
                    "fails at 5: the text is not JSON: the text ends where a value is expected (byte 0)"
                ),
                ("'[1' | from_json", "fails at 7: the text is not JSON: `,` or `]` is expected (byte 2)"),
                ("'NaN' | from_json", "fails at 8: the text is not JSON: a value is expected here (byte 0)"),
                ("'1e999' | from_json", "fails at 10: the text is not JSON: the number is too large (byte 5)"),
                ("1 | from_json", "fails at 4: `from_json` takes a string, not an integer"),
            ]
        ),
        (
            "join",
            [
                ("[1, null, 'a', [2]] | join(', ')", #""1, , a, [2]""#), ("[] | join(',')", #""""#),
                ("['é', 'ü'] | join('→')", #""é→ü""#), ("['a'] | join('')", #""a""#),
                ("[1] | join(1)", "fails at 6: the argument of `join` is a string, not an integer"),
                ("'a' | join(',')", "fails at 6: `join` takes an array, not a string"),
                (
                    "inputs.none | join(',')",
                    "fails at 14: `join` takes an array, not null; put `default(…)` before it"
                ),
            ]
        ),
        (
            "split",
            [
                ("'a,b,,c' | split(',')", #"["a","b","","c"]"#), ("'' | split(',')", #"[""]"#),
                ("'aaa' | split('aa')", #"["","a"]"#), ("'a→b' | split('→')", #"["a","b"]"#),
                ("'a' | split('')", "fails at 6: the separator of `split` is empty"),
                ("'a' | split(null)", "fails at 6: the argument of `split` is a string, not null"),
                ("[] | split(',')", "fails at 5: `split` takes a string, not an array"),
            ]
        ),
        (
            "lower",
            [
                ("'ÄB' | lower", #""äb""#), ("'' | lower", #""""#), ("'1-A' | lower", #""1-a""#),
                ("null | lower", "fails at 7: `lower` takes a string, not null; put `default(…)` before it"),
            ]
        ),
        (
            "upper",
            [
                ("'Straße' | upper", #""STRASSE""#), ("'' | upper", #""""#), ("'é1' | upper", #""É1""#),
                ("7 | upper", "fails at 4: `upper` takes a string, not an integer"),
            ]
        ),
        (
            "trim",
            [
                ("' \\n a b \\t' | trim", #""a b""#), ("'  ' | trim", #""""#), ("'' | trim", #""""#),
                ("'\\u00a0é\\u3000' | trim", #""é""#),
                ("[' a '] | trim", "fails at 10: `trim` takes a string, not an array"),
            ]
        ),
        (
            "replace",
            [
                ("'a-b-c' | replace('-', '--')", #""a--b--c""#), ("'abc' | replace('b', '')", #""ac""#),
                ("'aé\\r\\nb' | replace('\\n', '|')", #""aé\r|b""#), ("'' | replace('a', 'b')", #""""#),
                ("'aaa' | replace('aa', 'b')", #""ba""#), ("'x' | replace('x', '{{ x }}')", #""{{ x }}""#),
                ("'a' | replace('', 'x')", "fails at 6: the text that `replace` looks for is empty"),
                ("'a' | replace('a', 1)", "fails at 6: the argument of `replace` is a string, not an integer"),
                ("1 | replace('a', 'b')", "fails at 4: `replace` takes a string, not an integer"),
            ]
        ),
        (
            "lines",
            [
                ("'a\\nb\\r\\n\\nc\\n' | lines", #"["a","b","","c"]"#), ("'' | lines", "[]"),
                ("'\\n' | lines", #"[""]"#), ("'é\\rü' | lines", #"["é\rü"]"#),
                ("null | lines", "fails at 7: `lines` takes a string, not null; put `default(…)` before it"),
            ]
        ),
        (
            "hash",
            [
                ("'abc' | hash", #""ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad""#),
                ("'' | hash", #""e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855""#),
                ("({'b': 1, 'a': 2.0} | hash) == ({'a': 2, 'b': 1.0} | hash)", "true"),
                ("({'a': 1} | hash) == ('{\"a\":1}' | hash)", "true"), ("(null | hash) == ('null' | hash)", "true"),
                ("('é' | hash) == ('e' | hash)", "false"),
            ]
        ),
        (
            "quote",
            [
                ("\"it's\" | quote", #""'it'\\''s'""#), ("'' | quote", #""''""#), ("null | quote", #""''""#),
                ("[1, 'a'] | quote", #""'[1,\"a\"]'""#), ("'$(é)\\n' | quote", #""'$(é)\n'""#),
            ]
        ),
        (
            "urlencode",
            [
                ("'a b/é?' | urlencode", #""a%20b%2F%C3%A9%3F""#), ("'' | urlencode", #""""#),
                ("null | urlencode", #""""#), ("'-._~' | urlencode", #""-._~""#), ("[1] | urlencode", #""%5B1%5D""#),
            ]
        ),
    ]
}
