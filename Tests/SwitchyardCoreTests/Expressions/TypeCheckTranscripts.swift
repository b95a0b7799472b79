/// What the checker says about expressions, as transcripts: an expression, then its problems, each with its offset, and
/// their hints.
extension TypeCheckTests {
    /// What an operator says about operands of the wrong types.
    static let operators = #"""
        inputs.count + steps.text.output
            13 fails: `+` adds numbers or joins arrays, but `inputs.count` is an integer and `steps.text.output` is a string or null
                hint: join text with `~`, or read the text as a number: `(steps.text.output | from_json)`
        steps.text.output * 2
            18 fails: `*` takes numbers, but `steps.text.output` is a string or null and `2` is an integer
                hint: read the text as a number: `(steps.text.output | from_json)`
        inputs.host - 1
            12 fails: `-` takes numbers, but `inputs.host` is a string and `1` is an integer
                hint: read the text as a number: `(inputs.host | from_json)`
        '3' + inputs.count
            4 fails: `+` adds numbers or joins arrays, but `'3'` is a string and `inputs.count` is an integer
                hint: write `3` without quotes
        inputs.count + '3'
            13 fails: `+` adds numbers or joins arrays, but `inputs.count` is an integer and `'3'` is a string
                hint: write `3` without quotes
        inputs.anything + 'x'
            16 fails: `+` adds numbers or joins arrays, but `inputs.anything` may be anything and `'x'` is a string
                hint: join text with `~`
        inputs.none + 1
            12 fails: `+` adds numbers or joins arrays, but `inputs.none` is null and `1` is an integer
                hint: say what stands in for null: `(inputs.none | default(0))`
        inputs.cfg + 1
            11 fails: `+` adds numbers or joins arrays, but `inputs.cfg` is an object and `1` is an integer
        1 + inputs.count + inputs.host + 1
            17 fails: `+` adds numbers or joins arrays, but the left side is an integer and `inputs.host` is a string
                hint: join text with `~`, or read the text as a number: `(inputs.host | from_json)`
        inputs.tags - inputs.tags
            12 fails: `-` takes numbers, but `inputs.tags` is an array and `inputs.tags` is an array
        inputs.count / 0
            13 fails: division by zero
        inputs.anything % 0.0
            16 fails: division by zero
        -inputs.host
            0 fails: `-` takes a number, but `inputs.host` is a string
                hint: read the text as a number: `(inputs.host | from_json)`
        -inputs.none
            0 fails: `-` takes a number, but `inputs.none` is null
                hint: say what stands in for null: `(inputs.none | default(0))`
        inputs.count < inputs.host
            13 fails: `<` compares two numbers or two strings, but `inputs.count` is an integer and `inputs.host` is a string
                hint: read the text as a number: `(inputs.host | from_json)`
        inputs.count >= '3'
            13 fails: `>=` compares two numbers or two strings, but `inputs.count` is an integer and `'3'` is a string
                hint: write `3` without quotes
        inputs.flag < true
            12 fails: `<` compares two numbers or two strings, but `inputs.flag` is a boolean and `true` is a boolean
        inputs.none > 1
            12 fails: `>` compares two numbers or two strings, but `inputs.none` is null and `1` is an integer
                hint: say what stands in for null: `(inputs.none | default(0))`
        """#

    /// Comparisons that no value makes true.
    static let comparisons = #"""
        inputs.count == '3'
            13 neverMatters: `==` is never true: `inputs.count` is an integer and `'3'` is a string
                hint: write `3` without quotes
        inputs.flag != 'true'
            12 neverMatters: `!=` is always true: `inputs.flag` is a boolean and `'true'` is a string
                hint: write `true` without quotes
        inputs.count == inputs.host
            13 neverMatters: `==` is never true: `inputs.count` is an integer and `inputs.host` is a string
                hint: read the text as a value: `(inputs.host | from_json)`
        steps.text.output == inputs.count
            18 neverMatters: `==` is never true: `steps.text.output` is a string or null and `inputs.count` is an integer
                hint: read the text as a value: `(steps.text.output | from_json)`
        inputs.host == null
            12 neverMatters: `inputs.host` is a string, never null
        inputs.tags == inputs.cfg
            12 neverMatters: `==` is never true: `inputs.tags` is an array and `inputs.cfg` is an object
        inputs.mode == 'prd'
            15 neverMatters: `inputs.mode` is never `'prd'`
                hint: did you mean `'prod'`?
        inputs.mode == 'staging'
            15 neverMatters: `inputs.mode` is never `'staging'`
                hint: it is one of `dev`, `prod`
        steps.list.status == 'sucess'
            21 neverMatters: `steps.list.status` is never `'sucess'`
                hint: did you mean `'succeeded'`?
        steps.list.status == 'canceled'
            21 neverMatters: `steps.list.status` is never `'canceled'`
                hint: did you mean `'cancelled'`?
        'done' == steps.list.status
            0 neverMatters: `steps.list.status` is never `'done'`
                hint: did you mean `'succeeded'`?
        steps.list.status == 'frobnicated'
            21 neverMatters: `steps.list.status` is never `'frobnicated'`
                hint: it is one of `pending`, `ready`, `running`, `waiting`, `succeeded`, `failed`, `skipped`, `cancelled`, `outcome_unknown`
        steps.list.status in ['failed', 'success']
            32 neverMatters: `steps.list.status` is never `'success'`
                hint: did you mean `'succeeded'`?
        steps.decision.output == 'restrat'
            25 neverMatters: `steps.decision.output` is never `'restrat'`
                hint: did you mean `'restart'`?
        """#

    /// `in` where nothing can be found.
    static let searches = #"""
        'a' in inputs.count
            4 fails: `in` searches an array, an object or a string, but `inputs.count` is an integer
        'a' in inputs.none
            4 fails: `in` searches an array, an object or a string, but `inputs.none` is null
                hint: say what stands in for null: `(inputs.none | default([]))`
        inputs.count in inputs.host
            13 fails: `in` finds a string in a string, but `inputs.count` is an integer
        inputs.count in inputs.cfg
            13 fails: `in` finds a string in an object, but `inputs.count` is an integer
        """#

    /// Paths that lead nowhere.
    static let paths = #"""
        inputs.cfg.prot
            10 fails: `inputs.cfg` has no member `prot`
                hint: did you mean `port`?
        inputs.cfg.zzz
            10 fails: `inputs.cfg` has no member `zzz`
                hint: it has `port`, `name`
        inputs.cfg[0]
            10 fails: `inputs.cfg` is an object, which has no element [0]
                hint: name a member: it has `port`, `name`
        inputs.tags.name
            11 fails: `inputs.tags` is an array, which has no member `name`
                hint: pick an element, such as `inputs.tags[0]`, or write `inputs.tags | map('name')`
        inputs.host.x
            11 fails: `inputs.host` is a string, which has no `.x`
                hint: if it holds JSON, read it: `(inputs.host | from_json).x`
        inputs.count[0]
            12 fails: `inputs.count` is an integer, which has no `[0]`
        inputs.flag.x
            11 fails: `inputs.flag` is a boolean, which has no `.x`
        steps.maybe.output.rowz
            18 failsUnlessEmpty: `steps.maybe.output` has no member `rowz`
                hint: did you mean `rows`?
        steps.maybe.output[0]
            18 failsUnlessEmpty: `steps.maybe.output` is an object, which has no element [0]
                hint: name a member: it has `rows`
        steps.text.output.name
            17 failsUnlessEmpty: `steps.text.output` is a string, which has no `.name`
                hint: if it holds JSON, read it: `(steps.text.output | from_json).name`
        steps.list.output.total-1
            17 fails: `steps.list.output` has no member `total-1`
                hint: a minus needs spaces around it
        steps.maybe.output.rows.name
            23 failsUnlessEmpty: `steps.maybe.output.rows` is an array, which has no member `name`
                hint: pick an element, such as `steps.maybe.output.rows[0]`, or write `steps.maybe.output.rows | map('name')`
        [].x
            2 fails: `(…)` is an array, which has no member `x`; pick an element, such as [0], or `| map('x')`
        ([])[0] or inputs.host
            4 fails: `(…)` has 0 elements: [0] is out of range
        (inputs.tags).name
            13 fails: `(…)` is an array, which has no member `name`
        inputs.tags[0].x.y
            14 fails: `inputs.tags[0]` is a string, which has no `.x`
                hint: if it holds JSON, read it: `(inputs.tags[0] | from_json).x`
        inputs.cfg.prot | default(1)
            10 neverMatters: `inputs.cfg` has no member `prot`, so only `default` answers
                hint: did you mean `port`?
        steps.maybe.output.rowz | default([])
            18 neverMatters: `steps.maybe.output` has no member `rowz`, so only `default` answers
                hint: did you mean `rows`?
        inputs.host.x | default(1)
            11 fails: `inputs.host` is a string, which has no `.x`
                hint: if it holds JSON, read it: `(inputs.host | from_json).x`
        """#

    /// Names that nobody declares.
    static let names = #"""
        inputs.hots
            6 fails: unknown input `hots`
                hint: did you mean `host`?
        inputs.hots | default(1)
            6 fails: unknown input `hots`
                hint: did you mean `host`?
        steps.lits.output
            5 fails: unknown step `lits`
                hint: did you mean `list`?
        steps.list.ouput
            10 fails: a step has no field `ouput`
                hint: did you mean `output`?
        steps.list.rows
            10 fails: a step has no field `rows`
                hint: what it returned is under `output`: `steps.list.output.rows`
        steps.list[0]
            10 fails: a step has no field `[0]`
                hint: what it returned is under `output`
        inputs[0]
            6 fails: `inputs` has names, not numbers
                hint: write `inputs.NAME`
        env.HOEM
            3 fails: unknown environment variable `HOEM`
                hint: did you mean `HOME`?
        secrets.TOKE
            7 fails: unknown secret `TOKE`
                hint: did you mean `TOKEN`?
        run.name
            3 fails: unknown field of a run `name`
                hint: known are `id`, `started_at`
        item.x
            0 fails: `item` has a value only inside a `foreach`
        index
            0 fails: `index` has a value only inside a `foreach`
        loop.index
            0 fails: `loop` has a value only inside an `until`
        shared.s.k
            0 fails: `shared` has a value only inside a run with shared spaces
        """#

    /// Filters with a value or an argument of the wrong type.
    static let filters = #"""
        inputs.count | length
            15 fails: `length` takes a string, an array or an object, but `inputs.count` is an integer
        inputs.host | first
            14 fails: `first` takes an array, but `inputs.host` is a string
                hint: make an array of the text first: `| lines`, `| split(',')` or `| from_json`
        inputs.cfg | join(',')
            13 fails: `join` takes an array, but `inputs.cfg` is an object
                hint: pick its `| values` or its `| keys` first
        inputs.tags | upper
            14 fails: `upper` takes a string, but `inputs.tags` is an array
                hint: make one text of it first: `| join(', ')`
        inputs.host | keys
            14 fails: `keys` takes an object, but `inputs.host` is a string
                hint: read the text first: `| from_json`
        inputs.host | round
            14 fails: `round` takes a number, but `inputs.host` is a string
                hint: read the text first: `| from_json`
        inputs.none | length
            14 fails: `length` takes a string, an array or an object, but `inputs.none` is null
                hint: say what stands in for null: put `| default(…)` before it
        inputs.count | from_json
            15 fails: `from_json` takes a string, but `inputs.count` is an integer
                hint: it is no JSON text: leave `| from_json` away
        inputs.host | split(inputs.count)
            20 fails: the argument of `split` is a string, but `inputs.count` is an integer
                hint: write `split(separator)`
        inputs.host | split('')
            14 fails: the separator of `split` is empty
        inputs.tags | join(1)
            19 fails: the argument of `join` is a string, but `1` is an integer
                hint: write `join(separator)`
        inputs.ratio | round(99)
            15 fails: the argument of `round` is 0 to 15, not 99
        inputs.ratio | round(1.5)
            15 fails: the argument of `round` is an integer, not a number
        inputs.ratio | round('1')
            21 fails: the argument of `round` is an integer, but `'1'` is a string
                hint: write `round(digits)`
        inputs.host | truncate(-1)
            14 fails: the argument of `truncate` is at least 0, not -1
        inputs.host | date('%Q')
            14 fails: `date` knows %Y %m %d %H %M %S %j %F %T %z %%, not %Q
        inputs.anything | map('a b')
            18 fails: `a b` is not a path, such as `owner.name` or `tags[0]`
        steps.list.output.rows | map('nmae')
            25 failsUnlessEmpty: an element has no member `nmae`
                hint: did you mean `name`?
        steps.list.output.rows | map('name.first')
            25 failsUnlessEmpty: `.name` of an element is a string, which has no `.first`
        inputs.tags | sum
            14 failsUnlessEmpty: `sum` adds numbers, but an element is a string
        [inputs.cfg] | sort
            15 failsUnlessEmpty: `sort` compares numbers or strings, but an element is an object
        inputs.tags | first | round
            22 fails: `round` takes a number, but what `first` gives is a string or null
                hint: read the text first: `| from_json`
        steps.list.output.rows | map('size') | join(', ') | sum
            52 fails: `sum` takes an array, but what `join` gives is a string
                hint: make an array of the text first: `| lines`, `| split(',')` or `| from_json`
        """#

    /// How sure a problem is depends on its place, and each is reported once.
    static let places = #"""
        inputs.flag and inputs.host + 1
            28 failsIfReached: `+` adds numbers or joins arrays, but `inputs.host` is a string and `1` is an integer
                hint: join text with `~`, or read the text as a number: `(inputs.host | from_json)`
        inputs.host - 1 if inputs.flag else 2
            12 failsIfReached: `-` takes numbers, but `inputs.host` is a string and `1` is an integer
                hint: read the text as a number: `(inputs.host | from_json)`
        inputs.opt | default(1 / 0)
            23 failsIfReached: division by zero
        inputs.host | replace('a', inputs.tags)
            27 fails: the argument of `replace` is a string, but `inputs.tags` is an array
                hint: write `replace(old, new)`
        inputs.host * 2 + inputs.cfg.prot
            12 fails: `*` takes numbers, but `inputs.host` is a string and `2` is an integer
                hint: read the text as a number: `(inputs.host | from_json)`
            28 fails: `inputs.cfg` has no member `prot`
                hint: did you mean `port`?
        [inputs.hots, {'a': inputs.cfg.prot}]
            7 fails: unknown input `hots`
                hint: did you mean `host`?
            30 fails: `inputs.cfg` has no member `prot`
                hint: did you mean `port`?
        'x' | round
            6 fails: `round` takes a number, not a string
        1 / 0
            2 fails: division by zero
        inputs.host ~ (inputs.tags - 1)
            27 fails: `-` takes numbers, but `inputs.tags` is an array and `1` is an integer
        not (inputs.flag > 1)
            17 fails: `>` compares two numbers or two strings, but `inputs.flag` is a boolean and `1` is an integer
        """#
}
