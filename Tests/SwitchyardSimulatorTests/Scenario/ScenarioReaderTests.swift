import Foundation
import OrderedCollections
import SwitchyardCore
import Testing

@testable import SwitchyardSimulator

/// Scenario files: what they say, and what is said of wrong ones.
struct ScenarioReaderTests {
    @Test func `everything that can be said is read`() throws {
        let scenario = try scenario(
            """
            - name: all
              match:
                {provider: anthropic, model: "claude-*", path: /v1/messages, contains: Hello, regex: 'w[or]+ld',
                 in: anything, has_tools: true, has_schema: false, has_tool_results: true, streams: true, call: 2-4}
              times: 9
              reply:
                text: "{{ inputs.question }}!"
                tool_calls: [{name: f, arguments: {a: 1, b: "{{ inputs.model }}"}}, {name: g, malformed: '{'}, {name: h}]
                reasoning: Hm.
                stream: {chunk_tokens: 1, every: 5ms, split_bytes: 7}
                usage: {input: 9, output: 8, cached: 3, cache_write: 2, cache_write_long: 1, reasoning: 4}
                finish: length
                limits: {requests: {limit: 5, remaining: 0, resets_after: 2s}}
                fault: {cut_after: 3, slow: 20ms}
            """, head: "name: N\ndescription: D\nmodels: [a, openai/b]\nstream: {first_after: 1s}")
        #expect(scenario.name == "N" && scenario.description == "D" && scenario.models == ["a", "openai/b"])
        #expect(scenario.stream == StreamPace(firstAfter: .seconds(1)))
        let rule = try #require(scenario.rules.first)
        #expect(rule.name == "all" && rule.times == 9)
        let match = RequestMatch(
            provider: "anthropic", model: Glob("claude-*"), path: Glob("/v1/messages"), contains: "Hello",
            regex: try TextPattern("w[or]+ld"), place: .anything, hasTools: true, hasSchema: false,
            hasToolResults: true, streams: true, call: 2...4)
        #expect(rule.match == match)
        let reply = try #require(rule.replies.first)
        let calls = [
            ToolCallReply(
                name: "f",
                arguments: .object(
                    .object(["a": .literal(1), "b": .text(try Template.parse("{{ inputs.model }}"))]))),
            ToolCallReply(name: "g", arguments: .malformed("{")), ToolCallReply(name: "h"),
        ]
        #expect(reply.content == .toolCalls(calls, text: try Template.parse("{{ inputs.question }}!")))
        #expect(
            reply.stream
                == StreamPace(chunkTokens: 1, firstAfter: .seconds(1), every: .milliseconds(5), splitBytes: 7))
        let usage = UsageReply(
            input: 9, output: 8, cached: 3, cacheWrite: 2, cacheWriteLong: 1, reasoning: 4)
        #expect(reply.usage == usage && reply.finish == .length && reply.slow == .milliseconds(20))
        #expect(reply.fault == .cut(after: 3))
        #expect(
            reply.limits == RateHeadroom(requests: .init(limit: 5, remaining: 0, resetsAfter: .seconds(2))))
    }

    @Test(arguments: [
        ("rate_limit", Fault.refusal(Refusal(.rateLimit))),
        ("{status: 502, body: html}", .refusal(Refusal(.server, status: 502, body: .html))),
        (
            "{error: rate_limit, status: 420, message: m, retry_after: 2s}",
            .refusal(Refusal(.rateLimit, status: 420, message: "m", retryAfter: .seconds(2)))
        ),
        ("{status: 401}", .refusal(Refusal(.auth, status: 401))),
        ("{stall_after: 2, lasting: 3s}", .stall(after: 2, lasting: .seconds(3))),
        ("{malformed: true}", .malformed), ("{wrong_types: true}", .wrongTypes),
        ("{huge: 2KiB}", .huge(bytes: 2048)), ("{huge: 77}", .huge(bytes: 77)), ("{drop: true}", .drop),
        ("{error_in_stream: overloaded, after: 0}", .errorInStream(.overloaded, after: 0)),
        ("{error_in_stream: server}", .errorInStream(.server, after: 1)),
        (
            "{error: rate_limit, retry_after: 2s, retry_after_date: true}",
            .refusal(Refusal(.rateLimit, retryAfter: .seconds(2), retriesAtDate: true))
        ),
        ("{line_ends: cr}", .events(EventStyle(lineEnd: .cr))),
        ("{line_ends: crlf, comments: true}", .events(EventStyle(lineEnd: .crlf, hasComments: true))),
        ("{comments: true}", .events(EventStyle(hasComments: true))),
        ("{call_deltas: same_index}", .callDeltas(.sameIndex)),
    ])
    func `faults`(text: String, fault: Fault) throws {
        #expect(try scenario("- {reply: {fault: \(text)}}").rules[0].replies[0].fault == fault)
    }

    @Test func `a text alone is a reply, and a sequence has several`() throws {
        let rules = try scenario("- reply: Hi\n- sequence: [One, {echo: true}, {generate: true}]").rules
        #expect(rules[0].replies.map(\.content) == [.text(Template(literal: "Hi"))])
        #expect(rules[1].replies.map(\.content) == [.text(Template(literal: "One")), .echo, .suitable])
    }

    @Test func `what is wrong is said with its place and a hint`() {
        #expect(
            problems(
                """
                version: 1
                ruls: []
                stream: {every: 5}
                rules:
                  - match: {modle: x, regex: 'a(b', call: 3-2, in: system, has_tools: yes}
                    reply: {text: Hi, json: {}}
                  - reply: {fault: overlaoded}
                  - {name: nothing}
                  - reply: "{{ inputs.modle }} {{ steps.a.output }} {{ inputs.question | uper }}"
                  - reply: {fault: {cut_after: 1, huge: 1}, tool_calls: [{arguments: 3}]}
                  - reply: {fault: {lasting: 1s, huge: 999GiB}, usage: {input: -1}, finish: 3}
                  - {reply: a, sequence: [b], times: 0}
                """) == [
                    "2:1 a scenario has no key `ruls` [did you mean `rules`?]",
                    "3:17 `stream.every` wants a duration such as `30s`, not an integer "
                        + "[durations are written `250ms`, `30s`, `5m` or `1m30s`]",
                    "5:13 `match` has no key `modle` [did you mean `model`?]",
                    "5:32 `match.regex` is no pattern: a `(` has no `)`",
                    "5:43 `match.call` wants a number from 1, or a range such as `2-4` or `2-`",
                    "5:71 `match.has_tools` wants `true` or `false`, not a string",
                    "6:23 a reply has one of `text` and `json`",
                    "7:20 `fault` knows no error `overlaoded` [did you mean `overloaded`?]",
                    "8:5 a rule needs `reply` or `sequence` [for example `reply: {text: Done}`]",
                    "9:74 unknown filter `uper` [did you mean `upper`?]",
                    "10:35 `fault` has `cut_after` and `huge`, and takes one of them",
                    "10:58 `name` is missing [the name of the tool that is called]",
                    "11:21 `fault.lasting` belongs to `stall_after`, which does not stand here",
                    "11:40 `fault.huge` wants a size from 1 to 256 MiB, such as `1MiB` or `20000`",
                    "11:64 `usage.input` wants an integer of at least 0, not -1",
                    "11:77 `finish` wants a string, not an integer [quote it]",
                    "12:16 a rule has `reply` or `sequence`, not both",
                    "12:38 `times` wants an integer of at least 1, not 0",
                ])
    }

    @Test func `faults that do not go together`() {
        #expect(
            problems(
                """
                version: 1
                rules:
                  - reply: {fault: {error: server, retry_after_date: true}}
                  - reply: {fault: {line_ends: lfcr}}
                  - reply: {fault: {comments: true, drop: true}}
                  - reply: {fault: {call_deltas: twice}}

                """) == [
                    "3:36 `fault.retry_after_date` belongs to `retry_after`, which does not stand here",
                    "4:32 `fault.line_ends` wants `lf`, `crlf` or `cr`, not `lfcr`",
                    "5:37 `fault` has `comments` and `drop`, and takes one of them",
                    "6:34 `fault.call_deltas` wants `no_id`, `no_index`, `bare`, `same_index`, `from_one`, `repeated` "
                        + "or `whole`, not `twice`",
                ])
    }

    @Test func `holes see the request and nothing else`() {
        #expect(
            problems("version: 1\nrules: [{reply: \"{{ inputs.modle }} {{ steps.a.output }}\"}]\n") == [
                "2:21 a request has no `modle` [did you mean `inputs.model`?]",
                "2:40 a scenario has no `steps.a.output` [holes see the request: `inputs.question`, `inputs.system`, "
                    + "`inputs.model`, `inputs.provider`, `inputs.path`, `inputs.call`, `inputs.tool_results`]",
            ])
    }

    @Test func `the version is asked for, and YAML itself is checked`() {
        #expect(problems("rules: []\n") == ["1:1 `version` is missing [start the file with `version: 1`]"])
        #expect(
            problems("version: 2\n") == ["1:10 this version of Switchyard reads version 1 of scenarios, not 2"])
        #expect(problems("[1]\n") == ["1:1 a scenario is a map of keys, not a list"])
        #expect(problems("version: 1\nname: \"a\n").count == 1)
        #expect(problems("") == ["1:1 the file is empty"])
        #expect(problems("version: 1\n").isEmpty)
    }

    @Test(arguments: [
        "bug-predict", "default", "dependency-check", "doc-gen", "faults", "perf-audit", "refactor-plan",
        "resilience-drill",
        "security-audit", "test-gen", "tools",
    ])
    func `the shipped scenarios are valid`(name: String) throws {
        let folder = URL(filePath: #filePath).appending(path: "../../../../sample-pipelines/scenarios").standardized
        let text = String(decoding: try Data(contentsOf: folder.appending(path: "\(name).yaml")), as: UTF8.self)
        let result = ScenarioReader.read(text: text, file: "\(name).yaml")
        #expect(result.diagnostics.isEmpty, "\(result.diagnostics.text(source: text))")
        #expect(result.scenario?.rules.isEmpty == false)
    }
}
