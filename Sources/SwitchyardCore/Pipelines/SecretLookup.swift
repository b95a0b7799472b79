/// Looks secrets up where they may be.
struct SecretLookup {
    let surroundings: InputSurroundings

    enum Result {
        case found(String, SecretSource, warning: Diagnostic?)
        /// Nothing there; where it was looked for, such as `GITHUB_TOKEN is not set`.
        case missing([String])
        case problem(Diagnostic)
    }

    /// The secret `name`: from `place`, as `--secret` names it, and nowhere else; without one from the place that the
    /// file declares, then from the variable that is always looked at.
    func find(_ name: String, _ definition: InputDefinition, place: String?) -> Result {
        func problem(_ message: String, hint: String? = nil) -> Result {
            .problem(Diagnostic(at: definition.location, message, hint: hint))
        }
        guard let place else {
            let declared = definition.defaultValue?.stringValue.flatMap { try? SecretSource(parsing: $0) }
            var tried: [String] = []
            for source in [declared, .environment(SecretSource.variable(for: name))].compactMap({ $0 }) {
                switch fetch(source) {
                case .success(let file): return found(file, source, name, definition)
                case .failure(let failure) where failure.isMissing: tried.append(failure.reason)
                case .failure(let failure): return problem("the secret `\(name)` cannot be used: \(failure.reason)")
                }
            }
            return .missing(tried)
        }
        do throws(SecretSource.Problem) {
            let source = try SecretSource(parsing: place)
            switch fetch(source) {
            case .success(let file): return found(file, source, name, definition)
            case .failure(let failure):
                return problem("the secret `\(name)` was to come from \(source.phrase), but \(failure.reason)")
            }
        } catch {
            return problem("`--secret \(name)=…` \(error.message)")
        }
    }

    /// What is wrong with `text` as a secret, behind its place; nil if nothing is.
    static func objection(to text: String) -> String? {
        if text.isEmpty { return "is empty" }
        if text.utf8.contains(0) { return "holds a NUL character, so it is no text" }
        if text.utf8.count > InputResolver.maximumSecretSize { return "is larger than 64 KiB" }
        return nil
    }

    static func hint(_ name: String) -> String {
        "write `--secret \(name)=env:VARIABLE` or `--secret \(name)=file:PATH`, or set \(SecretSource.variable(for: name))"
    }

    /// What is at `source`. Of a failure, `reason` is a whole sentence.
    private func fetch(
        _ source: SecretSource
    ) -> Swift.Result<InputSurroundings.File, InputSurroundings.FileProblem> {
        var file: InputSurroundings.File
        switch source {
        case .prompt: return .failure(.init("nobody was asked for it", isMissing: true))
        case .environment(let variable):
            guard let text = surroundings.variables[variable] else {
                return .failure(.init("\(variable) is not set", isMissing: true))
            }
            // How a shell unsets a variable for one command.
            guard !text.isEmpty else { return .failure(.init("\(variable) is empty", isMissing: true)) }
            file = InputSurroundings.File(text: text)
        case .file(let path):
            switch surroundings.read(path, InputResolver.maximumSecretSize) {
            case .failure(let problem):
                return .failure(.init("\(path) \(problem.reason)", isMissing: problem.isMissing))
            case .success(let content): file = content
            }
            file.text = file.textWithoutLineEnd
        }
        if let objection = Self.objection(to: file.text) { return .failure(.init("\(source.phrase) \(objection)")) }
        return .success(file)
    }

    private func found(
        _ file: InputSurroundings.File, _ source: SecretSource, _ name: String, _ definition: InputDefinition
    ) -> Result {
        guard file.isExposed, case .file(let path) = source else { return .found(file.text, source, warning: nil) }
        let message = "the secret `\(name)` is in \(path), which other users may read"
        return .found(
            file.text, source,
            warning: Diagnostic(.warning, at: definition.location, message, hint: "chmod 600 \(path)"))
    }
}

extension InputSurroundings.File {
    /// The text without one line end at its end, which editors and `echo` put there.
    var textWithoutLineEnd: String {
        // A carriage return and a line feed are one character.
        text.last == "\n" || text.last == "\r\n" ? String(text.dropLast()) : text
    }
}
