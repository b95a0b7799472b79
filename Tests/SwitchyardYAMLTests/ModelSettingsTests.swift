import OrderedCollections
import SwitchyardCore
import SwitchyardYAML
import Testing

/// What settings files say of providers, of the catalogue and of routing.
struct ModelSettingsTests {
    private static func read(_ project: String, user: String = "", flags: [String] = []) -> SettingsReader.Result {
        SettingsReader.read(
            [
                SettingsLayer(flags: flags), SettingsLayer(.project, file: "switchyard.yaml", text: project),
                SettingsLayer(.user, file: "config.yaml", text: user),
            ], tools: StubTools())
    }

    private static func text(_ project: String, user: String = "", flags: [String] = []) -> String {
        let result = read(project, user: user, flags: flags)
        return result.diagnostics.text(sources: result.sources)
    }

    private static let usual = [
        ProviderSettings(name: "openai", kind: .openai, baseURL: "https://a/v1", key: .environment("A_KEY")),
        ProviderSettings(name: "anthropic", kind: .anthropic, baseURL: "https://b", key: .environment("B_KEY")),
        ProviderSettings(name: "google", kind: .google, baseURL: "https://c", key: .environment("C_KEY")),
        ProviderSettings(name: "ollama", kind: .ollama, baseURL: "http://d"),
    ]

    // MARK: Providers

    @Test func `providers are laid over the usual ones key by key`() throws {
        let result = Self.read(
            """
            providers:
              openai: {base_url: http://127.0.0.1:4000/v1/, limits: {concurrency: 4}}
              anthropic: {api_version: 2023-06-01, key: file:~/.claude}
              mine: {base_url: "http://box:8080/v1", headers: {X-Team: a, x-2: 7}}
              work: {kind: openai, key: env:WORK_KEY}
            """,
            user: """
                providers:
                  openai: {base_url: https://elsewhere, api: chat, limits: {concurrency: 9, tokens_per_minute: 5}}
                  mine: {key: env:MINE, headers: {x-team: b, x-other: c}, limits: {requests_per_minute: 3}}
                  more: {kind: ollama, base_url: http://other:11434}
                """, flags: ["providers.mine.api=responses", "providers.mine.limits.requests_per_minute=4"])
        #expect(result.diagnostics == [])
        let providers = Self.usual.laying(result.settings.providers)
        #expect(
            providers
                == [
                    ProviderSettings(
                        name: "openai", kind: .openai, baseURL: "http://127.0.0.1:4000/v1", key: .environment("A_KEY"),
                        api: .chat, limits: RateLimits(tokensPerMinute: 5, concurrency: 4)),
                    ProviderSettings(
                        name: "anthropic", kind: .anthropic, baseURL: "https://b", key: .file("~/.claude"),
                        apiVersion: "2023-06-01"),
                    Self.usual[2], Self.usual[3],
                    ProviderSettings(
                        name: "mine", kind: .compatible, baseURL: "http://box:8080/v1", key: .environment("MINE"),
                        api: .responses, headers: ["x-team": "a", "x-2": "7", "x-other": "c"],
                        limits: RateLimits(requestsPerMinute: 4)),
                    ProviderSettings(name: "more", kind: .ollama, baseURL: "http://other:11434"),
                    ProviderSettings(
                        name: "work", kind: .openai, baseURL: "https://a/v1", key: .environment("WORK_KEY")),
                ].sorted { left, right in
                    let order = result.settings.providers.keys
                    let index = { (name: String) in
                        ProviderSettings.builtInNames.firstIndex(of: name) ?? 4 + (order.firstIndex(of: name) ?? 0)
                    }
                    return index(left.name) < index(right.name)
                })
        #expect(result.settings.providerPlaces["work"] == SourceLocation(file: "switchyard.yaml", line: 5, column: 3))
        let explained = try result.settings.explain("providers.mine.limits").map {
            "\($0.key): \($0.effective.text) \($0.effective.origin.rawValue)"
        }
        #expect(explained == ["providers.mine.limits.requests_per_minute: 4 flag"])
    }

    @Test func `what is wrong with a provider is shown where it stands`() {
        let text = Self.text(
            """
            providers:
              opnai: {key: env:X}
              server: {}
              work: {kind: anthropic}
              openai: {kind: compatible}
              Bad Name: {}
              a: {base_url: "127.0.0.1:8080"}
              b: {base_url: http://me:pass@host/v1}
              c: {base_url: http://host/v1?key=abc}
              d: {base_url: http://host/v1/chat/completions}
              e: {base_url: http://host, api_version: a b}
              f: {base_url: http://host, api_version: v1, headers: {"a b": c, Authorization: Bearer tok-1, Content-Type: x, y: "a\\u0001"}}
              g: {base_ulr: http://host}
              google: {api: chat}
              ollama: {api: chat, api_version: 2}
              h: 5
            """)
        #expect(
            text == """
                switchyard.yaml:2:3: error: `providers.opnai` needs a `base_url`
                 2 |   opnai: {key: env:X}
                   |   ^
                  hint: did you mean `openai`?
                switchyard.yaml:3:3: error: `providers.server` needs a `base_url`
                 3 |   server: {}
                   |   ^
                  hint: for example `base_url: http://127.0.0.1:8080/v1`
                switchyard.yaml:4:3: error: `providers.work` needs a `key`, or the `base_url` of a server that wants none
                 4 |   work: {kind: anthropic}
                   |   ^
                  hint: for example `key: env:WORK_API_KEY`
                switchyard.yaml:5:3: error: `providers.openai` needs a `base_url`
                 5 |   openai: {kind: compatible}
                   |   ^
                  hint: for example `base_url: http://127.0.0.1:8080/v1`
                switchyard.yaml:6:3: error: the name of a provider is made of small letters, digits, `_` and `-`, and starts with a letter
                 6 |   Bad Name: {}
                   |   ^
                  hint: models are named behind it: `my-server/llama-4`
                switchyard.yaml:7:17: error: `providers.a.base_url` is no address that starts with `http://` or `https://`
                 7 |   a: {base_url: "127.0.0.1:8080"}
                   |                 ^
                  hint: for example `http://127.0.0.1:8080/v1`
                switchyard.yaml:8:17: error: `providers.b.base_url` holds a name or a password
                 8 |   b: {base_url: ***}
                   |                 ^
                  hint: give the key's place: `key: env:NAME`
                switchyard.yaml:9:17: error: `providers.c.base_url` has something behind a `?` or a `#`, which is not sent
                 9 |   c: {base_url: ***}
                   |                 ^
                  hint: end it before
                switchyard.yaml:10:17: error: `providers.d.base_url` ends with `/chat/completions`, which is added to it
                 10 |   d: {base_url: http://host/v1/chat/completions}
                    |                 ^
                  hint: write `http://host/v1`
                switchyard.yaml:11:43: error: `providers.e.api_version` is no version
                 11 |   e: {base_url: http://host, api_version: a b}
                    |                                           ^
                  hint: for example `2023-06-01` or `v1beta`
                switchyard.yaml:12:43: warning: `providers.f.api_version` has no effect: only `anthropic` and `google` have one
                 12 |   f: {base_url: http://host, api_version: v1, headers: {"a b": c, Authorization: ***, Content-Type: x, y: "a\\u0001"}}
                    |                                           ^
                  hint: leave it out
                switchyard.yaml:12:57: error: `a b` cannot be the name of a header
                 12 |   f: {base_url: http://host, api_version: v1, headers: {"a b": c, Authorization: ***, Content-Type: x, y: "a\\u0001"}}
                    |                                                         ^
                switchyard.yaml:12:67: error: `providers.f.headers.Authorization` carries a key, and settings are recorded with runs
                 12 |   f: {base_url: http://host, api_version: v1, headers: {"a b": c, Authorization: ***, Content-Type: x, y: "a\\u0001"}}
                    |                                                                   ^
                  hint: give the key's place: `key: env:NAME`
                switchyard.yaml:12:96: error: `providers.f.headers.Content-Type` is set for each request
                 12 |   f: {base_url: http://host, api_version: v1, headers: {"a b": c, Authorization: ***, Content-Type: x, y: "a\\u0001"}}
                    |                                                                                                ^
                  hint: leave it out
                switchyard.yaml:12:116: error: `providers.f.headers.y` holds characters that no header has
                 12 |   f: {base_url: http://host, api_version: v1, headers: {"a b": c, Authorization: ***, Content-Type: x, y: "a\\u0001"}}
                    |                                                                                                                    ^
                switchyard.yaml:13:7: error: a provider has no key `base_ulr`
                 13 |   g: {base_ulr: http://host}
                    |       ^
                  hint: did you mean `base_url`?
                switchyard.yaml:14:17: warning: `providers.google.api` has no effect: only `openai` and `compatible` have one
                 14 |   google: {api: chat}
                    |                 ^
                  hint: leave it out
                switchyard.yaml:15:17: warning: `providers.ollama.api` has no effect: only `openai` and `compatible` have one
                 15 |   ollama: {api: chat, api_version: 2}
                    |                 ^
                  hint: leave it out
                switchyard.yaml:15:36: warning: `providers.ollama.api_version` has no effect: only `anthropic` and `google` have one
                 15 |   ollama: {api: chat, api_version: 2}
                    |                                    ^
                  hint: leave it out
                switchyard.yaml:16:6: error: `providers.h` wants a map of keys, not an integer
                 16 |   h: 5
                    |      ^

                """)
    }

    @Test(arguments: ["sk-canary-123", "{env: sk-canary-123}", "'env:not a name sk-canary-123'"])
    func `a key in the file is refused and not shown`(_ key: String) {
        let text = Self.text("providers: {my-server: {base_url: http://host, key: \(key)}}\n")
        #expect(text.contains("switchyard.yaml:1:53: error: `providers.my-server.key` wants "))
        #expect(text.contains("hint: write `key: env:MY_SERVER_API_KEY` or `key: file:PATH`"))
        #expect(!text.contains("canary"))
        let flag = Self.read("", flags: ["providers.openai.key=sk-canary-123"])
        #expect(flag.diagnostics.count == 1)
        #expect(!flag.diagnostics.text(sources: flag.sources).contains("canary"))
        let pipeline = PipelineReader.read(
            text: "version: 1\nid: p\nsteps: [{id: a, run: ls}]\n", file: "p.yaml", tools: StubTools(),
            settings: [SettingsLayer(.user, file: "config.yaml", text: "providers: {openai: {key: sk-canary-123}}")])
        #expect(pipeline.pipeline == nil && !pipeline.text.contains("canary"))
    }

    // MARK: The catalogue

    @Test func `the catalogue is changed layer by layer`() throws {
        let result = Self.read(
            """
            catalogue:
              models:
                openai/gpt-6-luna: {tier: capable, price: {input: 0.0125}}
                mine/llama-9: {context_window: 8192}
              aliases: {small: gpt-6-luna, big: mine/llama-9}
            providers: {mine: {base_url: http://box}}
            """,
            user: """
                catalogue:
                  models: {gpt-6-luna: {tier: premium, max_output_tokens: 7}}
                  aliases: {small: openai/gpt-6-astra, other: openai/gpt-6-sol}
                """, flags: ["catalogue.aliases.big=openai/gpt-6-astra"])
        #expect(result.diagnostics.text(sources: result.sources) == "")
        let catalogue = result.settings.catalogue
        let luna = ModelID(provider: "openai", name: "gpt-6-luna")
        #expect(catalogue[luna]?.tier == .capable && catalogue[luna]?.maxOutputTokens == 7)
        #expect(catalogue[luna]?.price?.input == 12_500)
        #expect(catalogue.id(of: "small") == luna)
        #expect(catalogue.id(of: "big") == ModelID(provider: "openai", name: "gpt-6-astra"))
        #expect(catalogue.id(of: "other") == ModelID(provider: "openai", name: "gpt-6-sol"))
        #expect(catalogue[ModelID(provider: "mine", name: "llama-9")]?.contextWindow == 8192)
        #expect(
            result.settings.changedFacts[luna]?.mapValues { "\($0.text) \($0.origin.rawValue)" } == [
                "tier": "capable project", "max_output_tokens": "7 user", "price": #"{"input":0.0125} project"#,
            ])
        #expect(Self.read("").settings.catalogue == .shipped)
        #expect(Self.read("").settings.changedFacts == [:])
    }

    @Test func `what is wrong with the catalogue is shown where it stands`() {
        let text = Self.text(
            """
            catalogue:
              models:
                openai/gpt-6-luna: {tier: huge, prise: 1, price: {input: -1}}
                nowhere: {tier: cheap}
                anthropic/x: 3
                anthropic/y: {long_context: {above_input_tokens: 5}}
                opnai/gpt-6-luna: {tier: cheap}
                box/llama: {tier: cheap}
              aliases: {x: nothing-like-it, y: [1]}
            """)
        #expect(
            text == """
                switchyard.yaml:3:31: error: `catalogue.models.openai/gpt-6-luna.tier` wants one of cheap, capable, premium, not `huge`
                 3 |     openai/gpt-6-luna: {tier: huge, prise: 1, price: {input: -1}}
                   |                               ^
                switchyard.yaml:3:37: error: `catalogue.models.openai/gpt-6-luna.prise` is no fact of a model that is known
                 3 |     openai/gpt-6-luna: {tier: huge, prise: 1, price: {input: -1}}
                   |                                     ^
                  hint: did you mean `price`?
                switchyard.yaml:3:62: error: `catalogue.models.openai/gpt-6-luna.price.input` wants a price in US dollars for a million tokens, from 0, not `-1`
                 3 |     openai/gpt-6-luna: {tier: huge, prise: 1, price: {input: -1}}
                   |                                                              ^
                switchyard.yaml:4:5: error: `catalogue.models.nowhere` is no model that is known
                 4 |     nowhere: {tier: cheap}
                   |     ^
                  hint: write it with its provider: `openai/gpt-6-luna`
                switchyard.yaml:5:18: error: `catalogue.models.anthropic/x` wants a map of facts, not `3`
                 5 |     anthropic/x: 3
                   |                  ^
                switchyard.yaml:6:33: error: `catalogue.models.anthropic/y.long_context.price` is missing
                 6 |     anthropic/y: {long_context: {above_input_tokens: 5}}
                   |                                 ^
                switchyard.yaml:7:5: warning: `opnai/gpt-6-luna` is of a provider `opnai`, which no setting names
                 7 |     opnai/gpt-6-luna: {tier: cheap}
                   |     ^
                  hint: did you mean `openai/gpt-6-luna`?
                switchyard.yaml:8:5: warning: `box/llama` is of a provider `box`, which no setting names
                 8 |     box/llama: {tier: cheap}
                   |     ^
                  hint: say how it is reached: `providers: {box: {base_url: …}}`
                switchyard.yaml:9:16: error: `catalogue.aliases.x` wants the name of a model, not `nothing-like-it`
                 9 |   aliases: {x: nothing-like-it, y: [1]}
                   |                ^
                switchyard.yaml:9:36: error: `catalogue.aliases.y` wants the name of a model, not a list
                 9 |   aliases: {x: nothing-like-it, y: [1]}
                   |                                    ^

                """)
    }

    // MARK: Routing

    @Test func `routing and the budgets of all runs`() {
        let result = Self.read(
            """
            routing: {allow: [openai/*, "*-luna"], explore: off}
            budget: {usd: 1, day: {usd: 5}, providers: {openai: {usd: 2, on_exceed: pause}, mine: {tokens: 9}}}
            providers: {mine: {base_url: http://box}}
            """,
            user: """
                routing: {allow: [nothing], deny: gpt-4*, auto_model: gpt-6-luna}
                budget: {day: {usd: 9, tokens: 1000, on_exceed: continue}, providers: {openai: {tokens: 7}}}
                """, flags: ["budget.providers.openai.usd=0.25"])
        #expect(result.diagnostics.text(sources: result.sources) == "")
        #expect(
            result.settings.routing
                == RoutingSettings(
                    allow: ["openai/*", "*-luna"], deny: ["gpt-4*"], explores: false, autoModel: "gpt-6-luna",
                    dayBudget: Budget(microdollars: 5_000_000, tokens: 1000, onExceed: .continue),
                    providerBudgets: [
                        "openai": Budget(microdollars: 250_000, tokens: 7, onExceed: .pause),
                        "mine": Budget(tokens: 9),
                    ]))
        #expect(Self.read("").settings.routing == RoutingSettings())
    }

    @Test func `what is wrong with routing is shown where it stands`() {
        let text = Self.text(
            """
            routing: {allow: [a, ""], explore: yes, auto_model: gpt-6-lnua}
            budget: {day: {}, providers: {opnai: {usd: 1}, nothing-like-it: {usd: 1}}}
            """)
        #expect(
            text == """
                switchyard.yaml:1:22: error: `routing.allow[1]` is empty
                 1 | routing: {allow: [a, ""], explore: yes, auto_model: gpt-6-lnua}
                   |                      ^
                switchyard.yaml:1:36: error: `routing.explore` wants `on` or `off`, not `yes`
                 1 | routing: {allow: [a, ""], explore: yes, auto_model: gpt-6-lnua}
                   |                                    ^
                  hint: did you mean `on`?
                switchyard.yaml:1:53: error: `routing.auto_model` is no model that is known
                 1 | routing: {allow: [a, ""], explore: yes, auto_model: gpt-6-lnua}
                   |                                                     ^
                  hint: did you mean `gpt-6-luna`?
                switchyard.yaml:2:15: error: `budget.day` limits nothing
                 2 | budget: {day: {}, providers: {opnai: {usd: 1}, nothing-like-it: {usd: 1}}}
                   |               ^
                  hint: for example `budget: {usd: 0.50}`
                switchyard.yaml:2:31: error: `budget.providers` has `opnai`, which is no provider
                 2 | budget: {day: {}, providers: {opnai: {usd: 1}, nothing-like-it: {usd: 1}}}
                   |                               ^
                  hint: did you mean `openai`?
                switchyard.yaml:2:48: error: `budget.providers` has `nothing-like-it`, which is no provider
                 2 | budget: {day: {}, providers: {opnai: {usd: 1}, nothing-like-it: {usd: 1}}}
                   |                                                ^
                  hint: there are openai, anthropic, google, ollama

                """)
        let ambiguous = Self.text(
            "catalogue: {models: {ollama/gpt-6-luna: {tier: cheap}}}\nrouting: {auto_model: gpt-6-luna}\n")
        #expect(ambiguous.contains("2:23: error: `routing.auto_model` is the name of several models"))
        #expect(ambiguous.contains("hint: write `openai/gpt-6-luna` or `ollama/gpt-6-luna`"))
        let unknown = Self.text("routing: {auto_model: nothing-like-it}\n")
        #expect(unknown.contains("hint: `switchyard models` lists them"))
    }

    @Test func `what belongs in a settings file is told in a pipeline`() {
        let text = diagnostics("version: 1\nid: p\nbudget: {day: {usd: 1}}\nrouting: {}\nsteps: [{id: a, run: ls}]\n")
        #expect(
            text.contains(
                "hint: the budgets of a day and of a provider stand in `budget` of a settings file, such as `switchyard.yaml`"
            ))
        #expect(text.contains("hint: write it in a settings file, such as `switchyard.yaml`"))
    }
}
