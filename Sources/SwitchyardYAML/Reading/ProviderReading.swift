import OrderedCollections
import SwitchyardCore

/// What settings say of providers.
extension PipelineReading {
    mutating func providers(_ field: Field, into settings: inout Settings) {
        guard case .map(let type, _) = field.type else { preconditionFailure("\(field.label) is no map") }
        for entry in map(field) ?? [] {
            let own = Field(label: "\(field.label).\(entry.name)", type: type, key: entry.key, node: entry.value)
            guard Self.isProviderName(entry.name) else {
                report(
                    entry.key,
                    "the name of a provider is made of small letters, digits, `_` and `-`, and starts with a letter",
                    hint: "models are named behind it: `my-server/llama-4`")
                continue
            }
            guard let fields = fields(of: own) else { continue }
            let read = provider(fields)
            settings.providers[entry.name] = read
            // What was given, and reported, is not missed as well.
            guard !fields.hasSlip(of: ["base_url", "key", "kind"]),
                (fields["base_url"] == nil) == (read.baseURL == nil), (fields["key"] == nil) == (read.key == nil)
            else { continue }
            settings.providerPlaces[entry.name] = document.location(entry.key)
        }
    }

    /// A name stands before the `/` of its models, and before the `:` of tiers.
    private static func isProviderName(_ name: String) -> Bool {
        guard let first = name.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }

    private mutating func provider(_ fields: Fields) -> ProviderEntry {
        var entry = ProviderEntry()
        entry.kind = noted(fields["kind"]).flatMap { choice($0) }.flatMap(ProviderSettings.Kind.init)
        entry.baseURL = fields["base_url"].flatMap { address($0) }
        entry.key = fields["key"].flatMap { keyPlace($0) }
        entry.api = noted(fields["api"]).flatMap { choice($0) }.flatMap(ProviderSettings.API.init)
        entry.apiVersion = fields["api_version"].flatMap { version($0) }
        if let field = fields["headers"] { entry.headers = headers(field) }
        if let field = fields["limits"], let limits = self.fields(of: field) {
            entry.limits = RateLimits(
                requestsPerMinute: noted(limits["requests_per_minute"]).flatMap { integer($0) },
                tokensPerMinute: noted(limits["tokens_per_minute"]).flatMap { integer($0) },
                concurrency: noted(limits["concurrency"]).flatMap { integer($0) })
        }
        return entry
    }

    private mutating func version(_ field: Field) -> String? {
        guard let scalar = field.node.scalar, !scalar.value.isNull else {
            wrongType(field)
            return nil
        }
        let isVersion = scalar.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
        guard isVersion, !scalar.text.isEmpty else {
            report(field.node, "`\(field.label)` is no version", hint: "for example `2023-06-01` or `v1beta`")
            return nil
        }
        _ = noted(field)
        return scalar.text
    }

    // MARK: The address

    /// What providers' own documents name behind the address, and the program adds itself.
    private static let endpoints = [
        "/chat/completions", "/completions", "/responses", "/messages", "/models", "/api/chat",
    ]

    private mutating func address(_ field: Field) -> String? {
        guard var text = name(field) else { return nil }
        while text.hasSuffix("/") { text.removeLast() }
        let scheme = ["http://", "https://"].first { text.lowercased().hasPrefix($0) }
        let rest = text.dropFirst(scheme?.count ?? 0)
        let host = rest.prefix { $0 != "/" }
        guard scheme != nil, !host.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            report(
                field.node, "`\(field.label)` is no address that starts with `http://` or `https://`",
                hint: "for example `http://127.0.0.1:8080/v1`")
            return nil
        }
        guard !host.contains("@") else {
            conceal(field.node)
            report(
                field.node, "`\(field.label)` holds a name or a password", hint: "give the key's place: `key: env:NAME`"
            )
            return nil
        }
        guard !rest.contains(where: { "?#".contains($0) }) else {
            conceal(field.node)
            report(
                field.node, "`\(field.label)` has something behind a `?` or a `#`, which is not sent",
                hint: "end it before")
            return nil
        }
        if let endpoint = Self.endpoints.first(where: rest.hasSuffix) {
            report(
                field.node, "`\(field.label)` ends with `\(endpoint)`, which is added to it",
                hint: "write `\(text.dropLast(endpoint.count))`")
            return nil
        }
        _ = noted(field)
        return text
    }

    // MARK: The key

    private mutating func keyPlace(_ field: Field) -> SecretSource? {
        let parts = field.label.split(separator: ".")
        let variable = parts.dropLast().last?.uppercased().replacing("-", with: "_") ?? "NAME"
        let hint = "write `key: env:\(variable)_API_KEY` or `key: file:PATH`"
        guard let text = field.node.scalar?.value.stringValue else {
            conceal(field.node)
            wrongType(field, hint: hint)
            return nil
        }
        do throws(SecretSource.Problem) {
            let place = try SecretSource(parsing: text)
            _ = noted(field)
            return place
        } catch {
            conceal(field.node)
            report(field.node, "`\(field.label)` \(error.message)", hint: hint)
            return nil
        }
    }

    /// Keeps what stands at `node` out of the lines that diagnostics show: it may be a secret.
    private mutating func conceal(_ node: YAMLNode) {
        if let text = node.scalar?.text, !text.isEmpty { concealed.insert(text) }
        for entry in node.map ?? [] { conceal(entry.value) }
    }

    /// `text` without what may be a secret in it.
    func concealing(_ text: String) -> String {
        // The longest first: one may be part of another.
        concealed.sorted { $0.utf8.count > $1.utf8.count }.reduce(text) { $0.replacing($1, with: "***") }
    }

    // MARK: Headers

    /// The headers that carry keys.
    private static let keyHeaders = [
        "authorization", "proxy-authorization", "x-api-key", "x-goog-api-key", "api-key", "cookie",
    ]
    /// The headers that say how the request itself is sent.
    private static let ownHeaders = ["connection", "content-length", "content-type", "transfer-encoding"]

    private mutating func headers(_ field: Field) -> [String: String] {
        var headers: [String: String] = [:]
        for entry in map(field) ?? [] {
            let label = "\(field.label).\(entry.name)"
            let name = entry.name.lowercased()
            guard HeaderCheck.isName(entry.name) else {
                report(entry.key, "`\(entry.name)` cannot be the name of a header")
                continue
            }
            if Self.keyHeaders.contains(name) {
                conceal(entry.value)
                report(
                    entry.key, "`\(label)` carries a key, and settings are recorded with runs",
                    hint: "give the key's place: `key: env:NAME`")
                continue
            }
            if Self.ownHeaders.contains(name) {
                report(entry.key, "`\(label)` is set for each request", hint: "leave it out")
                continue
            }
            guard let scalar = entry.value.scalar, !scalar.value.isNull else {
                wrongType(entry.value, label, KeyType.text.phrase)
                continue
            }
            guard HeaderCheck.isValue(scalar.text) else {
                report(entry.value, "`\(label)` holds characters that no header has")
                continue
            }
            _ = noted(Field(label: label, type: .word, key: entry.key, node: entry.value))
            headers[name] = scalar.text
        }
        return headers
    }
}

/// What can be checked only when every layer was read.
extension PipelineReading {
    /// Reports what the providers that all settings together name lack, and what has no effect on them.
    mutating func checkProviders(_ settings: Settings) {
        for (name, entry) in settings.providers {
            if let lack = entry.lack(as: name), let place = settings.providerPlaces[name] {
                let label = "providers.\(name)"
                let usual = ProviderSettings.builtInNames
                let nearest = usual.contains(name) ? nil : NearestName.suggestion(for: name, among: usual)
                switch lack {
                case .baseURL:
                    let hint =
                        nearest.map { "did you mean `\($0)`?" } ?? "for example `base_url: http://127.0.0.1:8080/v1`"
                    diagnostics.append(Diagnostic(at: place, "`\(label)` needs a `base_url`", hint: hint))
                case .key:
                    diagnostics.append(
                        Diagnostic(
                            at: place, "`\(label)` needs a `key`, or the `base_url` of a server that wants none",
                            hint: "for example `key: env:\(name.uppercased().replacing("-", with: "_"))_API_KEY`"))
                }
            }
            let kind = entry.kind ?? ProviderSettings.Kind(rawValue: name) ?? .compatible
            switch kind {
            case .openai, .compatible: checkUnused("api_version", of: name, settings)
            case .anthropic, .google: checkUnused("api", of: name, settings)
            case .ollama:
                checkUnused("api", of: name, settings)
                checkUnused("api_version", of: name, settings)
            }
        }
    }

    private mutating func checkUnused(_ key: String, of provider: String, _ settings: Settings) {
        guard let place = settings.given["providers.\(provider).\(key)"]?.location else { return }
        let kinds = key == "api" ? "`openai` and `compatible`" : "`anthropic` and `google`"
        diagnostics.append(
            Diagnostic(
                .warning, at: place, "`providers.\(provider).\(key)` has no effect: only \(kinds) have one",
                hint: "leave it out"))
    }
}
