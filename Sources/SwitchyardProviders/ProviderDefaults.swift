package import SwitchyardCore

/// The providers that are there without any configuration.
package enum ProviderDefaults {
    /// OpenAI, Anthropic, Google and Ollama, as the usual variables of `environment` have them.
    package static func settings(environment: [String: String]) -> [ProviderSettings] {
        // Google's own programs read either.
        let google = environment["GEMINI_API_KEY"]?.isEmpty ?? true ? "GOOGLE_API_KEY" : "GEMINI_API_KEY"
        let hasGoogle = environment[google]?.isEmpty == false
        return [
            ProviderSettings(
                name: "openai", kind: .openai, baseURL: "https://api.openai.com/v1",
                key: .environment("OPENAI_API_KEY")),
            ProviderSettings(
                name: "anthropic", kind: .anthropic, baseURL: "https://api.anthropic.com",
                key: .environment("ANTHROPIC_API_KEY")),
            ProviderSettings(
                name: "google", kind: .google, baseURL: "https://generativelanguage.googleapis.com",
                key: .environment(hasGoogle ? google : "GEMINI_API_KEY")),
            ProviderSettings(
                name: "ollama", kind: .ollama, baseURL: ollama(environment["OLLAMA_HOST"] ?? "")),
        ]
    }

    /// The address that `OLLAMA_HOST` means: a host, a port, both, or a whole address. It also says where the server is
    /// to listen, so that it may be the address of every network.
    static func ollama(_ host: String) -> String {
        let text = host.filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" }
        guard !text.isEmpty else { return "http://127.0.0.1:11434" }
        let scheme = ["http://", "https://"].first { text.lowercased().hasPrefix($0) }
        var rest = text.dropFirst(scheme?.count ?? 0)
        while rest.hasSuffix("/") { rest.removeLast() }
        let authority = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(authority.count)
        let isBracketed = authority.hasPrefix("[")
        let colons = authority.count { $0 == ":" }
        let bracketEnd = authority.lastIndex(of: "]") ?? authority.startIndex
        let colon = isBracketed || colons == 1 ? authority[bracketEnd...].lastIndex(of: ":") : nil
        var name = String(authority[..<(colon ?? authority.endIndex)])
        // An address of the sixth version that is written bare.
        if colons > 1, !isBracketed { name = "[\(name)]" }
        if ["", "0.0.0.0", "[::]"].contains(name) { name = "127.0.0.1" }
        let port = colon.map { String(authority[authority.index(after: $0)...]) } ?? ""
        let usual = scheme == "http://" ? "80" : scheme == "https://" ? "443" : "11434"
        return "\(scheme ?? "http://")\(name):\(port.isEmpty ? usual : port)\(path)"
    }
}
