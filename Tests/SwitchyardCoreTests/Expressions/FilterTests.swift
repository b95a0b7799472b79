import Testing

@testable import SwitchyardCore

@Suite struct FilterTests {
    @Test(arguments: [
        ("[1, 'a'] | json", #""[1,\"a\"]""#), ("null | json", #""null""#), ("'[1, 2.0]' | from_json", "[1,2.0]"),
        ("'[1' | from_json", "fails at 7: the text is not JSON: `,` or `]` is expected (byte 2)"),
        ("1 | from_json", "fails at 4: `from_json` takes a string, not an integer"),
        ("'né' | length", "2"), ("[1, 2] | length", "2"), ("{'a': 1} | length", "1"),
        (
            "inputs.none | length",
            "fails at 14: `length` takes a string, an array or an object, not null; put `default(…)` before it"
        ),
        ("null | default(1)", "1"), ("false | default(1)", "false"), ("'' | default(1)", #""""#),
        ("inputs.deep.x | default('d')", #""d""#), ("inputs.tags[9] | default('d')", #""d""#),
        ("(inputs.deep.x) | default('d')", #""d""#), ("('{}' | from_json).a | default(0)", "0"),
        ("inputs.deep.x | trim | default('d')", "fails at 11: `inputs.deep` has no member `x`"),
        (
            "inputs.host.x | default('d')",
            "fails at 11: `inputs.host` is a string, which has no `.x`; `| from_json` reads JSON text"
        ),
        ("1 | default(1 / 0)", "1"), ("null | default(null) | default(2)", "2"),
        ("inputs.tags | first", #""b""#), ("[1, 2] | last", "2"), ("[] | first", "null"), ("[] | last", "null"),
        ("'a' | first", "fails at 6: `first` takes an array, not a string"),
        ("[1, null, 'a', [2]] | join(', ')", #""1, , a, [2]""#), ("[] | join(',')", #""""#),
        ("[1] | join(1)", "fails at 6: the argument of `join` is a string, not an integer"),
        ("'a,b,,c' | split(',')", #"["a","b","","c"]"#), ("'' | split(',')", #"[""]"#),
        ("'aaa' | split('aa')", #"["","a"]"#),
        ("'a' | split('')", "fails at 6: the separator of `split` is empty"),
        ("'Straße' | upper", #""STRASSE""#), ("'ÄB' | lower", #""äb""#), ("' \\n a b \\t' | trim", #""a b""#),
        ("'  ' | trim", #""""#),
        ("'a-b-c' | replace('-', '--')", #""a--b--c""#), ("'abc' | replace('b', '')", #""ac""#),
        ("'aé\\r\\nb' | replace('\\n', '|')", #""aé\r|b""#),
        ("'a' | replace('', 'x')", "fails at 6: the text that `replace` looks for is empty"),
        ("'a\\nb\\r\\n\\nc\\n' | lines", #"["a","b","","c"]"#), ("'' | lines", "[]"), ("'\\n' | lines", #"[""]"#),
        ("{'b': 1, 'a': 2} | keys", #"["b","a"]"#), ("{'b': 1, 'a': 2} | values", "[1,2]"),
        ("[] | keys", "fails at 5: `keys` takes an object, not an array"),
        ("steps.list.output.rows | map('name')", #"["alpha","beta"]"#), ("[[1, 2], [3]] | map('[-1]')", "[2,3]"),
        ("[{'a': {'b c': [1]}}] | map(\"a['b c'][0]\")", "[1]"),
        ("steps.list.output.rows | map('owner.mail')", "fails at 25: `[0]` has no member `owner`"),
        ("[1] | map('a b')", "fails at 6: `a b` is not a path, such as `owner.name` or `tags[0]`"),
        ("[1] | map('')", "fails at 6: `` is not a path, such as `owner.name` or `tags[0]`"),
        ("steps.list.output.rows | where('owner.mail', 'b@x') | map('name')", #"["beta"]"#),
        ("steps.list.output.rows | where('owner', null) | length", "1"),
        ("steps.list.output.rows | where('size', 3.0) | length", "1"),
        ("[3, 1.5, 2] | sort", "[1.5,2,3]"), ("['b', 'a'] | sort", #"["a","b"]"#), ("[] | sort", "[]"),
        ("[1, 'a'] | sort", "fails at 11: `sort` compares numbers or strings, not an integer and a string"),
        ("[null] | sort", "fails at 9: `sort` compares numbers or strings, not null and null"),
        ("[1, 1.0, 'a', 1, [2], [2]] | unique", #"[1,"a",[2]]"#), ("[1, 2.5] | sum", "3.5"), ("[] | sum", "0"),
        ("['a'] | sum", "fails at 8: `sum` adds numbers, not a string"), ("[2, 1] | min", "1"),
        ("['a', 'b'] | max", #""b""#),
        ("[] | min", "null"), ("2.5 | round", "3"), ("-2.5 | round", "-3"), ("2.345 | round(2)", "2.35"),
        ("7 | round(2)", "7"),
        ("1e300 | round", "fails at 8: the result of `round` does not fit 64 bits"), ("1e300 | round(2)", "1e+300"),
        ("1.5 | round(16)", "fails at 6: the argument of `round` is 0 to 15, not 16"),
        ("'héllo' | truncate(2)", #""hé""#), ("'a' | truncate(5)", #""a""#), ("[1, 2, 3] | truncate(2)", "[1,2]"),
        ("'a' | truncate(-1)", "fails at 6: the argument of `truncate` is at least 0, not -1"),
        ("'abc' | hash", #""ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad""#),
        ("({'b': 1, 'a': 2.0} | hash) == ({'a': 2, 'b': 1.0} | hash)", "true"),
        ("({'a': 1} | hash) == ('{\"a\":1}' | hash)", "true"),
        ("\"it's\" | quote", #""'it'\\''s'""#), ("'' | quote", #""''""#), ("[1, 'a'] | quote", #""'[1,\"a\"]'""#),
    ])
    func `filters compute`(source: String, expected: String) {
        #expect(outcome(source) == expected)
    }

    @Test(arguments: [
        (
            "'2026-11-21T07:34:05.25Z' | date('%Y-%m-%d %H:%M:%S %j %F %T %z %%')",
            #""2026-11-21 07:34:05 325 2026-11-21 07:34:05 +0000 %""#
        ),
        ("0 | date('%F %T')", #""1970-01-01 00:00:00""#), ("-0.5 | date('%F %T')", #""1969-12-31 23:59:59""#),
        ("951782400 | date('%F %j')", #""2000-02-29 060""#), ("'2024-12-31' | date('%j')", #""366""#),
        ("'1900-03-01' | date('%j')", #""060""#),
        ("'2026-11-21 01:00+02:00' | date('%F %T')", #""2026-11-20 23:00:00""#),
        ("'2026-11-21T23:30-0100' | date('%F %T')", #""2026-11-22 00:30:00""#),
        ("run.started_at | date('%F')", #""2026-11-21""#),
        (
            "'2026-02-30' | date('%F')",
            "fails at 15: `2026-02-30` is not a date in ISO 8601, such as 2026-11-21T07:34:00Z"
        ),
        ("'2026-1-1' | date('%F')", "fails at 13: `2026-1-1` is not a date in ISO 8601, such as 2026-11-21T07:34:00Z"),
        (
            "'2026-11-21T25:00' | date('%F')",
            "fails at 21: `2026-11-21T25:00` is not a date in ISO 8601, such as 2026-11-21T07:34:00Z"
        ),
        ("0 | date('%B')", "fails at 4: `date` knows %Y %m %d %H %M %S %j %F %T %z %%, not %B"),
        ("0 | date('%')", "fails at 4: the format of `date` ends in %"),
        ("1e18 | date('%F')", "fails at 7: `date` takes seconds since 1970, and 1e+18 is too far away"),
        (
            "null | date('%F')",
            "fails at 7: `date` takes an ISO 8601 string or seconds since 1970, not null; put `default(…)` before it"
        ),
    ])
    func `dates are written`(source: String, expected: String) {
        #expect(outcome(source) == expected)
    }

    @Test func `the table lists every filter once, with a usage that names it`() {
        #expect(Set(FilterTable.filters.map(\.name)).count == FilterTable.filters.count)
        for filter in FilterTable.filters {
            #expect(filter.usage.hasPrefix(filter.name))
            #expect(filter.summary.hasSuffix("."))
        }
        let names =
            "json from_json length default first last join split lower upper trim replace lines keys values map where "
            + "sort unique sum min max round truncate hash date quote urlencode raw"
        #expect(FilterTable.filters.map(\.name) == names.split(separator: " ").map(String.init))
    }
}
