import Testing

@testable import SwitchyardCore

@Suite struct OperandTests {
    /// A scope inside a `foreach` and an `until`, with a shared space.
    private static let loopScope: Scope = {
        var scope = sampleScope
        scope.item = ["n": 1]
        scope.index = 4
        scope.loop = ["index": 2, "previous": ["n": 7]]
        scope.shared = ["team": ["key": "v", "odd key": 1]]
        return scope
    }()

    private static let rows: [(root: Reference.Root, source: String, expected: String)] = [
        (.inputs, "inputs.host", #""web-1""#), (.inputs, "inputs | keys | first", #""host""#),
        (.steps, "steps.list.output.rows[0].name", #""alpha""#), (.steps, "steps.list.status", #""succeeded""#),
        (.steps, "steps.broken.error.message", #""no""#), (.steps, "steps.list.error", "null"),
        (.item, "item.n", "1"), (.item, "item", #"{"n":1}"#), (.index, "index", "4"), (.loop, "loop.index", "2"),
        (.loop, "loop.previous.n", "7"), (.run, "run.id", #""r1""#),
        (.run, "run.started_at", #""2026-11-21T07:34:00.000000Z""#), (.env, "env.HOME", #""/root""#),
        (.secrets, "secrets.TOKEN", #""s3cret""#), (.shared, "shared.team.key", #""v""#),
        (.shared, "shared.team['odd key']", "1"), (.shared, "shared.team.nope | default('d')", #""d""#),
    ]

    @Test(arguments: rows)
    func `every root has a value`(root: Reference.Root, source: String, expected: String) {
        #expect(outcome(source, in: Self.loopScope) == expected)
        #expect(source.hasPrefix(root.rawValue))
    }

    @Test func `every root has a row`() {
        #expect(Set(Self.rows.map(\.root)) == Set(Reference.Root.allCases))
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
        ("inputs[0]", "fails at 6: `inputs` has names, not numbers: write `inputs.NAME`"),
        ("env.HOMER", "fails at 3: unknown environment variable `HOMER`; did you mean `HOME`?"),
        ("secrets.TOKE", "fails at 7: no secret `TOKE` was given; did you mean `TOKEN`?"),
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
        ("item", "fails at 0: `item` has a value only inside a `foreach`"),
        ("index + 1", "fails at 0: `index` has a value only inside a `foreach`"),
        ("shared.team.key", "fails at 0: `shared` has a value only inside a run with shared spaces"),
        ("env[0]", "fails at 3: `env` has names, not numbers: write `env.NAME`"),
        ("steps[0]", "fails at 5: `steps` has names, not numbers: write `steps.NAME`"),
        ("steps.list[0]", "fails at 10: a step has no field `[0]`; what it returned is under `output`"),
        ("steps.nope", "fails at 5: unknown step `nope`"),
        (
            "steps.list.status.x",
            "fails at 17: `steps.list.status` is a string, which has no `.x`; `| from_json` reads JSON text"
        ),
        ("run.id.x", "fails at 6: `run.id` is a string, which has no `.x`; `| from_json` reads JSON text"),
        ("true.x", "fails at 4: `(…)` is a boolean, which has no `.x`"),
        (
            "inputs.tags[-9223372036854775808]",
            "fails at 11: `inputs.tags` has 3 elements: [-9223372036854775808] is out of range"
        ),
        ("secrets[0]", "fails at 7: `secrets` has names, not numbers: write `secrets.NAME`"),
        ("loop.index", "fails at 0: `loop` has a value only inside an `until`"),
    ])
    func `a path that leads nowhere is an error with its place`(source: String, expected: String) {
        #expect(outcome(source) == expected)
    }

    @Test(arguments: [
        ("loop.indx", "fails at 4: unknown field of a loop `indx`; did you mean `index`?"),
        ("loop.x | default(1)", "fails at 4: unknown field of a loop `x`"),
        ("shared.team.kez", "fails at 11: `shared.team` has no member `kez`; did you mean `key`?"),
        ("shared.tea.key", "fails at 6: `shared` has no member `tea`; did you mean `team`?"),
        ("item.m", "fails at 4: `item` has no member `m`"),
        ("index.x", "fails at 5: `index` is an integer, which has no `.x`"),
    ])
    func `names inside a loop are as strict`(source: String, expected: String) {
        #expect(outcome(source, in: Self.loopScope) == expected)
    }

    @Test func `nothing outside the scope can be named`() {
        let scope = Scope(inputs: ["a": 1])
        for root in Reference.Root.allCases where root != .inputs {
            #expect(outcome("\(root.rawValue).PATH", in: scope).hasPrefix("fails at"), "\(root)")
        }
    }
}
