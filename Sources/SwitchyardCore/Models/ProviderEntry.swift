package import OrderedCollections

/// What a person's settings say of a provider, as far as it is given.
package struct ProviderEntry: Hashable, Sendable {
    package var kind: ProviderSettings.Kind?
    /// Without a slash at its end.
    package var baseURL: String?
    package var key: SecretSource?
    package var api: ProviderSettings.API?
    package var apiVersion: String?
    /// By their names in small letters.
    package var headers: [String: String]
    package var limits: RateLimits

    package init(
        kind: ProviderSettings.Kind? = nil, baseURL: String? = nil, key: SecretSource? = nil,
        api: ProviderSettings.API? = nil, apiVersion: String? = nil, headers: [String: String] = [:],
        limits: RateLimits = RateLimits()
    ) {
        self.kind = kind
        self.baseURL = baseURL
        self.key = key
        self.api = api
        self.apiVersion = apiVersion
        self.headers = headers
        self.limits = limits
    }

    /// This, and what `other` has where this is silent; headers and limits one by one.
    package func inheriting(_ other: ProviderEntry) -> ProviderEntry {
        ProviderEntry(
            kind: kind ?? other.kind, baseURL: baseURL ?? other.baseURL, key: key ?? other.key, api: api ?? other.api,
            apiVersion: apiVersion ?? other.apiVersion, headers: other.headers.merging(headers) { _, own in own },
            limits: limits.inheriting(other.limits))
    }

    /// `settings` with everything that is given here.
    package func laid(over settings: ProviderSettings) -> ProviderSettings {
        var result = settings
        result.kind = kind ?? settings.kind
        result.baseURL = baseURL ?? settings.baseURL
        result.key = key ?? settings.key
        result.api = api ?? settings.api
        result.apiVersion = apiVersion ?? settings.apiVersion
        result.headers = settings.headers.merging(headers) { _, own in own }
        result.limits = limits.inheriting(settings.limits)
        return result
    }
}

extension ProviderEntry {
    /// What a provider of the name `name` lacks to be called.
    package enum Lack: Hashable, Sendable {
        case baseURL
        /// It would be called where everybody needs a key.
        case key
    }

    /// What has to be given besides; nil if nothing.
    ///
    /// A provider of one's own is called at its kind's usual address where none is given, but has no key unless it is
    /// given: a key goes nowhere that nobody named.
    package func lack(as name: String) -> Lack? {
        let kind = kind ?? ProviderSettings.Kind(rawValue: name) ?? .compatible
        guard baseURL == nil, name != kind.rawValue || kind == .compatible else { return nil }
        switch kind {
        case .compatible: return .baseURL
        case .ollama: return ProviderSettings.builtInNames.contains(name) ? .baseURL : nil
        case .openai, .anthropic, .google:
            if ProviderSettings.builtInNames.contains(name) { return .baseURL }
            return key == nil ? .key : nil
        }
    }
}

extension [ProviderSettings] {
    /// These with `entries` laid over them, and the new ones behind them. What lacks something is left out.
    package func laying(_ entries: OrderedDictionary<String, ProviderEntry>) -> [ProviderSettings] {
        let known = Set(map(\.name))
        let changed = map { settings in entries[settings.name]?.laid(over: settings) ?? settings }
        let new = entries.compactMap { name, entry -> ProviderSettings? in
            guard !known.contains(name), entry.lack(as: name) == nil else { return nil }
            let kind = entry.kind ?? .compatible
            guard let address = entry.baseURL ?? first(where: { $0.name == kind.rawValue })?.baseURL else { return nil }
            return entry.laid(over: ProviderSettings(name: name, kind: kind, baseURL: address))
        }
        return changed + new
    }
}

extension RateLimits {
    /// These, and those of `other` where nothing is given here.
    func inheriting(_ other: RateLimits) -> RateLimits {
        RateLimits(
            requestsPerMinute: requestsPerMinute ?? other.requestsPerMinute,
            tokensPerMinute: tokensPerMinute ?? other.tokensPerMinute, concurrency: concurrency ?? other.concurrency)
    }
}
