/// The tables of filters about arrays, objects, numbers and dates.
extension FilterTests {
    static let collectionFilters: [Table] = [
        (
            "length",
            [
                ("'né' | length", "2"), ("'e\\u0301\\r\\n' | length", "2"), ("'' | length", "0"),
                ("[1, 2] | length", "2"),
                ("{'a': 1} | length", "1"), ("[] | length", "0"),
                (
                    "inputs.none | length",
                    "fails at 14: `length` takes a string, an array or an object, not null; put `default(…)` before it"
                ),
                ("1 | length()", "fails at 4: `length` takes a string, an array or an object, not an integer"),
            ]
        ),
        (
            "default",
            [
                ("null | default(1)", "1"), ("false | default(1)", "false"), ("'' | default(1)", #""""#),
                ("[] | default(1)", "[]"), ("0 | default(1)", "0"), ("null | default(null) | default(2)", "2"),
                ("inputs.deep.x | default('d')", #""d""#), ("inputs.tags[9] | default('d')", #""d""#),
                ("(inputs.deep.x) | default('d')", #""d""#), ("('{}' | from_json).a | default(0)", "0"),
                ("1 | default(1 / 0)", "1"), ("null | default(1 / 0)", "fails at 17: division by zero"),
                ("inputs.deep.x | trim | default('d')", "fails at 11: `inputs.deep` has no member `x`"),
                (
                    "inputs.host.x | default('d')",
                    "fails at 11: `inputs.host` is a string, which has no `.x`; `| from_json` reads JSON text"
                ),
                ("inputs.zzz | default(1)", "fails at 6: unknown input `zzz`"),
            ]
        ),
        (
            "first",
            [
                ("inputs.tags | first", #""b""#), ("[] | first", "null"), ("[null] | first", "null"),
                ("'a' | first", "fails at 6: `first` takes an array, not a string"),
                ("null | first", "fails at 7: `first` takes an array, not null; put `default(…)` before it"),
            ]
        ),
        (
            "last",
            [
                ("[1, 2] | last", "2"), ("[] | last", "null"), ("['é'] | last", #""é""#),
                ("{'a': 1} | last", "fails at 11: `last` takes an array, not an object"),
            ]
        ),
        (
            "keys",
            [
                ("{'b': 1, 'a': 2} | keys", #"["b","a"]"#), ("{} | keys", "[]"), ("{'é ü': 1} | keys", #"["é ü"]"#),
                ("[] | keys", "fails at 5: `keys` takes an object, not an array"),
            ]
        ),
        (
            "values",
            [
                ("{'b': 1, 'a': 2} | values", "[1,2]"), ("{} | values", "[]"), ("{'a': null} | values", "[null]"),
                ("null | values", "fails at 7: `values` takes an object, not null; put `default(…)` before it"),
            ]
        ),
        (
            "map",
            [
                ("steps.list.output.rows | map('name')", #"["alpha","beta"]"#), ("[] | map('a')", "[]"),
                ("[[1, 2], [3]] | map('[-1]')", "[2,3]"), ("[null] | map('a.b')", "[null]"),
                ("[{'a': {'b c': [1]}}] | map(\"a['b c'][0]\")", "[1]"), ("[{'é': 1}] | map('é')", "[1]"),
                ("steps.list.output.rows | map('owner.mail')", "fails at 25: `[0]` has no member `owner`"),
                ("[{'a': 1}] | map('b')", "fails at 13: `[0]` has no member `b`"),
                ("[1] | map('a b')", "fails at 6: `a b` is not a path, such as `owner.name` or `tags[0]`"),
                ("[1] | map('')", "fails at 6: `` is not a path, such as `owner.name` or `tags[0]`"),
                ("[1] | map(1)", "fails at 6: the argument of `map` is a string, not an integer"),
                ("'a' | map('a')", "fails at 6: `map` takes an array, not a string"),
            ]
        ),
        (
            "where",
            [
                ("steps.list.output.rows | where('owner.mail', 'b@x') | map('name')", #"["beta"]"#),
                ("steps.list.output.rows | where('owner', null) | length", "1"),
                ("steps.list.output.rows | where('size', 3.0) | length", "1"), ("[] | where('a', 1)", "[]"),
                ("[1, 'é'] | where('a', 'x')", "[]"),
                ("[1] | where('a b', 1)", "fails at 6: `a b` is not a path, such as `owner.name` or `tags[0]`"),
                ("{} | where('a', 1)", "fails at 5: `where` takes an array, not an object"),
            ]
        ),
        (
            "sort",
            [
                ("[3, 1.5, 2] | sort", "[1.5,2,3]"), ("['b', 'a'] | sort", #"["a","b"]"#), ("[] | sort", "[]"),
                ("['é', 'z', 'e'] | sort", #"["e","z","é"]"#), ("[0, -1, -1.5] | sort", "[-1.5,-1,0]"),
                ("[1, 1.0, 0] | sort", "[0,1,1.0]"),
                (
                    "[9007199254740993, 9007199254740992.0] | sort", "[9007199254740992.0,9007199254740993]"
                ),
                ("[1, 'a'] | sort", "fails at 11: `sort` compares numbers or strings, not an integer and a string"),
                ("[null] | sort", "fails at 9: `sort` compares numbers or strings, not null and null"),
                ("'ba' | sort", "fails at 7: `sort` takes an array, not a string"),
            ]
        ),
        (
            "unique",
            [
                ("[1, 1.0, 'a', 1, [2], [2]] | unique", #"[1,"a",[2]]"#), ("[] | unique", "[]"),
                ("[{'a': 1, 'b': 2}, {'b': 2.0, 'a': 1}, null, null] | unique", #"[{"a":1,"b":2},null]"#),
                ("'aa' | unique", "fails at 7: `unique` takes an array, not a string"),
            ]
        ),
        (
            "truncate",
            [
                ("'héllo' | truncate(2)", #""hé""#), ("'e\\u0301x' | truncate(1)", #""é""#),
                ("'a' | truncate(5)", #""a""#), ("'a' | truncate(0)", #""""#), ("[1, 2, 3] | truncate(2)", "[1,2]"),
                ("[1] | truncate(9223372036854775807)", "[1]"), ("'ab' | truncate(1.0)", #""a""#),
                ("'a' | truncate(-1)", "fails at 6: the argument of `truncate` is at least 0, not -1"),
                ("'a' | truncate(1.5)", "fails at 6: the argument of `truncate` is an integer, not a number"),
                (
                    "null | truncate(1)",
                    "fails at 7: `truncate` takes a string or an array, not null; put `default(…)` before it"
                ),
            ]
        ),
    ]

    static let numberFilters: [Table] = [
        (
            "sum",
            [
                ("[1, 2.5] | sum", "3.5"), ("[] | sum", "0"), ("[-1, 1] | sum", "0"), ("[0.5, 0.5] | sum", "1.0"),
                ("['a'] | sum", "fails at 8: `sum` adds numbers, not a string"),
                ("[1, null] | sum", "fails at 12: `sum` adds numbers, not null"),
                ("[9223372036854775807, 1] | sum", "fails at 27: the result of `+` does not fit 64 bits"),
                ("[1e308, 1e308] | sum", "fails at 17: the result of `+` is too large"),
                ("1 | sum", "fails at 4: `sum` takes an array, not an integer"),
            ]
        ),
        (
            "min",
            [
                ("[2, 1] | min", "1"), ("[] | min", "null"), ("['b', 'a'] | min", #""a""#), ("[-1, 0.5] | min", "-1"),
                ("[true] | min", "fails at 9: `min` compares numbers or strings, not a boolean and a boolean"),
                ("null | min", "fails at 7: `min` takes an array, not null; put `default(…)` before it"),
            ]
        ),
        (
            "max",
            [
                ("['a', 'é'] | max", #""é""#), ("[] | max", "null"), ("[1, 2.5] | max", "2.5"),
                ("[1, [2]] | max", "fails at 11: `max` compares numbers or strings, not an integer and an array"),
            ]
        ),
        (
            "round",
            [
                ("2.5 | round", "3"), ("-2.5 | round", "-3"), ("0.4 | round", "0"), ("7 | round", "7"),
                ("2.345 | round(2)", "2.35"), ("7 | round(2)", "7"), ("1e300 | round(2)", "1e+300"),
                ("-0.04 | round(1)", "-0.0"), ("2.5 | round(0)", "3.0"),
                ("1e300 | round", "fails at 8: the result of `round` does not fit 64 bits"),
                ("9223372036854775807.0 | round", "fails at 24: the result of `round` does not fit 64 bits"),
                ("1.5 | round(16)", "fails at 6: the argument of `round` is 0 to 15, not 16"),
                ("1.5 | round(-1)", "fails at 6: the argument of `round` is 0 to 15, not -1"),
                ("1.5 | round('1')", "fails at 6: the argument of `round` is an integer, not a string"),
                ("'1' | round", "fails at 6: `round` takes a number, not a string"),
            ]
        ),
    ]

    static let dateFilter: [Table] = [
        (
            "date",
            [
                (
                    "'2026-11-21T07:34:05.25Z' | date('%Y-%m-%d %H:%M:%S %j %F %T %z %%')",
                    #""2026-11-21 07:34:05 325 2026-11-21 07:34:05 +0000 %""#
                ),
                ("0 | date('%F %T')", #""1970-01-01 00:00:00""#), ("-0.5 | date('%F %T')", #""1969-12-31 23:59:59""#),
                ("951782400 | date('%F %j')", #""2000-02-29 060""#), ("'2024-12-31' | date('%j')", #""366""#),
                ("'1900-03-01' | date('%j')", #""060""#), ("0 | date('')", #""""#), ("0 | date('é')", #""é""#),
                ("'2026-11-21 01:00+02:00' | date('%F %T')", #""2026-11-20 23:00:00""#),
                ("'2026-11-21T23:30-0100' | date('%F %T')", #""2026-11-22 00:30:00""#),
                ("run.started_at | date('%F')", #""2026-11-21""#),
                ("-62135596800 | date('%F')", #""0001-01-01""#),
                ("253402300799 | date('%F %T')", #""9999-12-31 23:59:59""#),
                (
                    "'0001-01-01T00:00+01:00' | date('%F')",
                    "fails at 27: `date` writes the years 0001 to 9999, and `0001-01-01T00:00+01:00` is in none of them"
                ),
                (
                    "'9999-12-31T23:59-00:01' | date('%F')",
                    "fails at 27: `date` writes the years 0001 to 9999, and `9999-12-31T23:59-00:01` is in none of them"
                ),
                (
                    "'2026-02-30' | date('%F')",
                    "fails at 15: `2026-02-30` is not a date in ISO 8601, such as 2026-11-21T07:34:00Z"
                ),
                (
                    "'2026-1-1' | date('%F')",
                    "fails at 13: `2026-1-1` is not a date in ISO 8601, such as 2026-11-21T07:34:00Z"
                ),
                (
                    "'2026-11-21T25:00' | date('%F')",
                    "fails at 21: `2026-11-21T25:00` is not a date in ISO 8601, such as 2026-11-21T07:34:00Z"
                ),
                ("'' | date('%F')", "fails at 5: `` is not a date in ISO 8601, such as 2026-11-21T07:34:00Z"),
                ("0 | date('%B')", "fails at 4: `date` knows %Y %m %d %H %M %S %j %F %T %z %%, not %B"),
                ("0 | date('%')", "fails at 4: the format of `date` ends in %"),
                ("0 | date(1)", "fails at 4: the argument of `date` is a string, not an integer"),
                ("1e18 | date('%F')", "fails at 7: `date` takes seconds since 1970, and 1e+18 is too far away"),
                (
                    "null | date('%F')",
                    "fails at 7: `date` takes an ISO 8601 string or seconds since 1970, not null; put `default(…)` before it"
                ),
            ]
        )
    ]
}
