import ArgumentParser
import SwitchyardCore

/// The inputs of a run, on the command line.
struct InputOptions: ParsableArguments {
    @Option(
        name: [.long, .customShort("i")],
        help: ArgumentHelp("An input of the pipeline; may be repeated.", valueName: "name=value"))
    var input: [String] = []

    @Option(
        name: .customLong("input-file"),
        help: ArgumentHelp(
            "An input that is read from a file, without the line end at its end.", valueName: "name=path"))
    var inputFile: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp("A YAML or JSON file of inputs; --input wins over it.", valueName: "file"))
    var inputs: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where a secret is: `env:VARIABLE` or `file:PATH`.",
            discussion: "Otherwise the place the pipeline names, then SWITCHYARD_SECRET_NAME.",
            valueName: "name=place"))
    var secret: [String] = []

    @Flag(name: .long, help: "Never ask for inputs that are missing.")
    var noPrompt = false

    /// What was given, with the files of inputs read.
    ///
    /// - Parameter document: reads a file of inputs.
    func given(
        document: (_ path: String) throws(CommandFailure) -> Value
    ) throws(CommandFailure) -> GivenInputs {
        try Self.given(texts: input, files: inputFile, documents: inputs, secrets: secret, document: document)
    }

    static func given(
        texts: [String] = [], files: [String] = [], documents: [String] = [], secrets: [String] = [],
        document: (_ path: String) throws(CommandFailure) -> Value
    ) throws(CommandFailure) -> GivenInputs {
        var given = GivenInputs()
        for text in texts {
            guard let pair = pair(text) else {
                throw .usage("--input \(text) is no name and value", hint: "write --input name=value")
            }
            given.texts.append(pair)
        }
        for text in files {
            guard let pair = pair(text), !pair.text.isEmpty else {
                throw .usage("--input-file \(text) is no name and path", hint: "write --input-file name=path")
            }
            given.files.append(pair)
        }
        for path in documents { given.documents.append(.init(path: path, value: try document(path))) }
        for text in secrets {
            // Not repeated: it may be the secret itself.
            guard let pair = pair(text) else {
                throw .usage(
                    "--secret wants a name and a place",
                    hint: "write --secret name=env:VARIABLE or --secret name=file:PATH")
            }
            given.secrets.append(pair)
        }
        return given
    }

    /// Where to ask for what is missing; nil where nobody can or wants to be asked.
    var terminal: (any PromptTerminal)? { noPrompt ? nil : ControllingTerminal() }

    private static func pair(_ text: String) -> GivenInputs.Pair? {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return nil }
        return GivenInputs.Pair(String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
}
