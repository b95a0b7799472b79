/// What a `fallback` list names.
package enum FallbackEntry: Hashable, Sendable {
    case model(String)
    /// Every model of a provider's tier: `openai:cheap`.
    case tier(provider: String, ModelTier)

    /// A name that ends in `:` and a tier is no model's: local models have such names, but none is called so.
    package init(_ text: String) {
        if let colon = text.lastIndex(of: ":"), colon != text.startIndex,
            let tier = ModelTier(rawValue: String(text[text.index(after: colon)...]))
        {
            self = .tier(provider: String(text[..<colon]), tier)
        } else {
            self = .model(text)
        }
    }
}
