/// What a person gives for the inputs of a pipeline, as they gave it.
package struct GivenInputs: Sendable {
    /// One `--option name=text`.
    package struct Pair: Hashable, Sendable {
        package var name: String
        package var text: String

        package init(_ name: String, _ text: String) {
            self.name = name
            self.text = text
        }
    }

    /// A file of inputs, read.
    package struct Document: Hashable, Sendable {
        /// As the person named it.
        package var path: String
        /// What it holds: an object of inputs, or else a mistake.
        package var value: Value

        package init(path: String, value: Value) {
            self.path = path
            self.value = value
        }
    }

    /// Each `--input name=text`. The text is the value, whatever it starts with: a value that came from elsewhere must
    /// not be able to name a file.
    package var texts: [Pair]
    /// Each `--input-file name=path`: the file's text is the value, without one line end at its end.
    package var files: [Pair]
    /// Each `--inputs path`; a later one wins over an earlier one, `texts` and `files` over all of them.
    package var documents: [Document]
    /// Each `--secret name=place`.
    package var secrets: [Pair]

    package init(
        texts: [Pair] = [], files: [Pair] = [], documents: [Document] = [], secrets: [Pair] = []
    ) {
        self.texts = texts
        self.files = files
        self.documents = documents
        self.secrets = secrets
    }
}

/// What resolving inputs may see of the machine, as closures.
package struct InputSurroundings: Sendable {
    /// A file that was read whole.
    package struct File: Hashable, Sendable {
        package var text: String
        /// Whether it is a file of this user's that others may read.
        package var isExposed: Bool

        package init(text: String, isExposed: Bool = false) {
            self.text = text
            self.isExposed = isExposed
        }
    }

    /// Why a file cannot be read.
    package struct FileProblem: Error, Hashable, Sendable {
        /// Behind "the file x": `is not there`.
        package var reason: String
        /// Whether there is nothing at the path.
        package var isMissing: Bool

        package init(_ reason: String, isMissing: Bool = false) {
            self.reason = reason
            self.isMissing = isMissing
        }
    }

    /// The environment of the process.
    package var variables: [String: String]
    /// Why a path is not that of a file that can be read, behind "the file x"; nil if it is.
    package var objectionToFile: @Sendable (_ path: String) -> String?
    /// The text of a file of at most so many bytes; a longer one is a problem, as is one that is no text.
    package var read: @Sendable (_ path: String, _ limit: Int) -> Result<File, FileProblem>
    /// The value that a text which is no JSON spells in the language of pipeline files; nil if it spells none.
    package var parse: @Sendable (_ text: String) -> Value?

    package init(
        variables: [String: String], objectionToFile: @escaping @Sendable (String) -> String?,
        read: @escaping @Sendable (String, Int) -> Result<File, FileProblem>,
        parse: @escaping @Sendable (String) -> Value? = { _ in nil }
    ) {
        self.variables = variables
        self.objectionToFile = objectionToFile
        self.read = read
        self.parse = parse
    }
}

/// The inputs of a run.
package struct ResolvedInputs: Hashable, Sendable {
    /// An object with a member for every declared input that is no secret, `null` where no value was given.
    package var inputs: Value
    /// The values of the secrets, by name; those that may be left out and were are not in it. Never recorded.
    package var secrets: [String: String]
    /// Where each of `secrets` comes from, to be recorded.
    package var secretSources: [String: SecretSource]
    /// What is doubtful: a secret's file that others may read.
    package var warnings: [Diagnostic]

    package init(
        inputs: Value, secrets: [String: String] = [:], secretSources: [String: SecretSource] = [:],
        warnings: [Diagnostic] = []
    ) {
        self.inputs = inputs
        self.secrets = secrets
        self.secretSources = secretSources
        self.warnings = warnings
    }
}

/// An input that needs a value and has none yet.
package struct MissingInput: Hashable, Sendable {
    package var name: String
    package var definition: InputDefinition
    /// Where a secret was looked for in vain, such as `GITHUB_TOKEN is not set`.
    package var tried: [String]
}
