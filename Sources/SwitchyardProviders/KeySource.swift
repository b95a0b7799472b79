import SwitchyardCore

/// Gives the key of a provider at the moment of a call; nil for none.
package typealias KeySource = @Sendable () throws(KeyProblem) -> String?

/// Why a key cannot be had. It never holds the key.
package struct KeyProblem: Error, Hashable, Sendable {
    /// A sentence without a full stop, such as `the file ~/.key cannot be read`.
    package var message: String

    package init(_ message: String) {
        self.message = message
    }
}

/// Asks for keys and looks at what came.
enum KeyReading {
    /// The key, without white space around it; nil for a provider that wants none.
    static func key(_ source: () throws(KeyProblem) -> String?, _ settings: ProviderSettings) throws(WireFailure)
        -> String?
    {
        let found: String?
        do throws(KeyProblem) {
            found = try source()
        } catch {
            throw WireFailure(.auth, .noKey(error.message))
        }
        let key = trimmed(found ?? "")
        guard !key.isEmpty else {
            guard let place = settings.key else { return nil }
            throw WireFailure(.auth, .noKey("there is none in \(place.phrase)"))
        }
        guard key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            let place = settings.key.map { "what is in \($0.phrase)" } ?? "what was given"
            throw WireFailure(.auth, .noKey("\(place) holds characters that no key has"))
        }
        return key
    }

    /// The key from the place that the settings name.
    static func key(
        _ keys: (SecretSource) throws(KeyProblem) -> String?, _ settings: ProviderSettings
    ) throws(WireFailure) -> String? {
        guard let place = settings.key else { return nil }
        return try key({ () throws(KeyProblem) in try keys(place) }, settings)
    }

    private static func trimmed(_ text: String) -> String {
        let utf8 = text.utf8
        guard let start = utf8.firstIndex(where: { $0 > 0x20 }), let end = utf8.lastIndex(where: { $0 > 0x20 }) else {
            return ""
        }
        return String(decoding: utf8[start...end], as: UTF8.self)
    }
}
