/// Where a secret is taken from. Recorded with a run in the secret's place, so that a run can be resumed without the
/// value ever having been written down.
package enum SecretSource: Hashable, Sendable {
    /// The environment variable of this name.
    case environment(String)
    /// The file at this path, as the person wrote it: `~/` is their home folder, other relative paths count from the
    /// current folder.
    case file(String)
    /// A person typed it.
    case prompt

    /// Why a text names no place. The text is no part of it: it may be the secret itself.
    package struct Problem: Error, Hashable, Sendable {
        /// The end of a sentence that starts with what was wrong: `wants …`.
        package var message: String
    }

    /// The place that a person names: `env:NAME` or `file:PATH`.
    package init(parsing text: String) throws(Problem) {
        if text.hasPrefix("env:") {
            let name = String(text.dropFirst(4))
            guard Self.isVariableName(name) else {
                throw Problem(message: "wants the name of an environment variable behind `env:`")
            }
            self = .environment(name)
        } else if text.hasPrefix("file:") {
            let path = String(text.dropFirst(5))
            guard !path.isEmpty, !path.utf8.contains(0) else { throw Problem(message: "wants a path behind `file:`") }
            self = .file(path)
        } else {
            throw Problem(message: "wants the place of the secret, `env:VARIABLE` or `file:PATH`, never the secret")
        }
    }

    /// The source that ``text`` spells, as it is recorded; nil for any other text.
    package init?(recorded text: String) {
        if text == "prompt" {
            self = .prompt
        } else {
            guard let source = try? SecretSource(parsing: text) else { return nil }
            self = source
        }
    }

    /// `env:NAME`, `file:PATH` or `prompt`.
    package var text: String {
        switch self {
        case .environment(let name): "env:\(name)"
        case .file(let path): "file:\(path)"
        case .prompt: "prompt"
        }
    }

    /// The source in a sentence: `the file ~/.token`.
    package var phrase: String {
        switch self {
        case .environment(let name): "the variable \(name)"
        case .file(let path): "the file \(path)"
        case .prompt: "the terminal"
        }
    }

    /// The environment variable that gives the secret `name` without being asked for: `api-key` is in
    /// `SWITCHYARD_SECRET_API_KEY`.
    package static func variable(for name: String) -> String {
        variablePrefix + name.uppercased().replacing("-", with: "_")
    }

    /// What the names of such variables start with. Steps' processes must not inherit them.
    package static let variablePrefix = "SWITCHYARD_SECRET_"

    private static func isVariableName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
        }
    }
}
